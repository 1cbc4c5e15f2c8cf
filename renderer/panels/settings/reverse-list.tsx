import { useState } from 'react';
import type { RecordingState } from '../../../core/contract/recording.ts';
import type { ReverseProxy } from '../../../core/model/reverse-proxy.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { replaced, restored, without } from '../../format/edit-list.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { ReverseForm } from './reverse-form.tsx';
import { Marked } from './search-context.tsx';
import { Problem, SettingRow, useSave } from './setting-row.tsx';
import './reverse.css';

type Running = RecordingState['reverse'][number];

/** The reverse proxies: each to change or remove, with what became of it; a form for one more; the last removal to take back. */
export function ReverseList() {
  const { settings, recording } = useWindowState();
  const saved = useStore(settings.state)?.settings.reverse ?? [];
  const state = useStore(recording.state);
  const running = state?.reverse ?? [];
  const { problem, save } = useSave();
  const [edited, setEdited] = useState<ReverseProxy | null>(null);
  const [removed, setRemoved] = useState<{ proxy: ReverseProxy; index: number } | null>(null);
  const isSaved = ({ listen }: Running) => saved.some((each) => each.listen === listen);

  const put = async (before: ReverseProxy | null, proxy: ReverseProxy) => {
    const refused = await settings.update(({ reverse }) => ({
      reverse: before === null ? [...reverse, proxy] : replaced(reverse, before, proxy),
    }));
    if (refused === null) setEdited(null);
    return refused;
  };
  const remove = async (proxy: ReverseProxy) => {
    const index = saved.indexOf(proxy);
    if (await save(({ reverse }) => ({ reverse: without(reverse, proxy) }))) setRemoved({ proxy, index });
  };
  const undo = async () => {
    if (removed === null) return;
    const { proxy, index } = removed;
    if (await save(({ reverse }) => ({ reverse: restored(reverse, proxy, index) }))) setRemoved(null);
  };

  return (
    <SettingRow setting="reverse" usual="none">
      {saved.length === 0 && running.length === 0 && <p className="muted">No port stands for a server.</p>}
      <ul className="reverse-list" aria-labelledby="reverse-label">
        {saved.map((proxy, index) =>
          proxy === edited ? (
            <li key={index}>
              <ReverseForm
                proxy={proxy}
                onSave={(changed) => put(proxy, changed)}
                onCancel={() => setEdited(null)}
              />
            </li>
          ) : (
            <li key={index}>
              <Line
                proxy={proxy}
                running={running.find(({ listen }) => listen === proxy.listen) ?? null}
                note={state?.recording === true ? null : 'Listens while recording.'}
                onEdit={() => setEdited(proxy)}
                onRemove={() => void remove(proxy)}
              />
            </li>
          ),
        )}
        {running
          .filter((each) => !isSaved(each))
          .map((each, index) => (
            <li key={`run ${index}`}>
              <Line proxy={each} running={each} note="Given at the start, for this run." />
            </li>
          ))}
      </ul>
      <div role="status" className="setting-line undo-line">
        {removed !== null && (
          <>
            <span>
              <span className="mono">{removed.proxy.listen}</span> was removed.
            </span>
            <button type="button" className="button" onClick={() => void undo()}>
              Undo
            </button>
          </>
        )}
      </div>
      <ReverseForm proxy={null} onSave={(proxy) => put(null, proxy)} />
      <Problem text={problem} />
    </SettingRow>
  );
}

interface LineProps {
  readonly proxy: ReverseProxy;
  readonly running: Running | null;
  readonly note: string | null;
  readonly onEdit?: () => void;
  readonly onRemove?: () => void;
}

function Line({ proxy, running, note, onEdit, onRemove }: LineProps) {
  const address = running?.address ?? null;
  return (
    <>
      <div className="reverse-line">
        <span className="mono ellipsis" title={address ?? proxy.listen}>
          <Marked>{address ?? proxy.listen}</Marked>
        </span>
        {address === null ? <span /> : <CopyButton text={address} what="address of this reverse proxy" />}
        <span className="muted" aria-hidden="true">
          →
        </span>
        <span className="mono ellipsis" title={proxy.upstream}>
          <Marked>{proxy.upstream}</Marked>
        </span>
        <span className="muted">{proxy.host === 'rewrite' && 'Host rewritten'}</span>
        {onEdit !== undefined && (
          <button
            type="button"
            className="button quiet"
            aria-label={`Change ${proxy.listen}`}
            onClick={onEdit}
          >
            Change
          </button>
        )}
        {onRemove !== undefined && (
          <button
            type="button"
            className="button quiet"
            title={`Remove ${proxy.listen}`}
            aria-label={`Remove ${proxy.listen}`}
            onClick={onRemove}
          >
            <Icon name="close" size={12} />
          </button>
        )}
      </div>
      {note !== null && <p className="muted">{note}</p>}
      <Problem text={running?.problem ?? null} />
    </>
  );
}
