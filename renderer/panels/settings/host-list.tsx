import { useState } from 'react';
import { hostPattern } from '../../../core/model/settings.ts';
import { Icon } from '../../components/icon.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Problem, SettingRow, useSave } from './setting-row.tsx';
import { Marked } from './search-context.tsx';

interface HostListProps {
  readonly setting: 'passThroughHosts' | 'insecureHosts';
  readonly none: string;
  readonly placeholder: string;
}

/** Hosts that are listed, each to remove; a line to add one; the last change to take back. */
export function HostList({ setting, none, placeholder }: HostListProps) {
  const { settings, recording } = useWindowState();
  const saved = useStore(settings.state)?.settings[setting] ?? [];
  const inForce = useStore(recording.state)?.[setting] ?? [];
  const { problem, save } = useSave();
  const [text, setText] = useState('');
  const [invalid, setInvalid] = useState<string | null>(null);
  const [removed, setRemoved] = useState<{ host: string; before: string[] } | null>(null);
  const forThisRun = inForce.filter((host) => !saved.includes(host));

  const add = async () => {
    if (text.trim() === '') return;
    const host = hostPattern.safeParse(text);
    if (!host.success) {
      setInvalid(host.error.issues[0]?.message ?? null);
      return;
    }
    if (saved.includes(host.data)) {
      setInvalid(`${host.data} is listed already.`);
      return;
    }
    setInvalid(null);
    if (await save({ [setting]: [...saved, host.data] })) setText('');
  };
  const remove = async (host: string) => {
    if (await save({ [setting]: saved.filter((each) => each !== host) })) {
      setRemoved({ host, before: [...saved] });
    }
  };
  const undo = async () => {
    if (removed !== null && (await save({ [setting]: removed.before }))) setRemoved(null);
  };

  return (
    <SettingRow setting={setting} usual="no host">
      {saved.length + forThisRun.length === 0 && <p className="muted">{none}</p>}
      <ul className="setting-hosts" aria-labelledby={`${setting}-label`}>
        {saved.map((host) => (
          <li key={host}>
            <span className="mono ellipsis">
              <Marked>{host}</Marked>
            </span>
            <button
              type="button"
              className="button quiet"
              title={`Remove ${host}`}
              aria-label={`Remove ${host}`}
              onClick={() => void remove(host)}
            >
              <Icon name="close" size={12} />
            </button>
          </li>
        ))}
        {forThisRun.map((host) => (
          <li key={host}>
            <span className="mono ellipsis">{host}</span>
            <span className="muted">given at the start, for this run</span>
          </li>
        ))}
      </ul>
      <div role="status" className="setting-line undo-line">
        {removed !== null && (
          <>
            <span>
              <span className="mono">{removed.host}</span> was removed.
            </span>
            <button type="button" className="button" onClick={() => void undo()}>
              Undo
            </button>
          </>
        )}
      </div>
      <form
        className="one-line"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          className="field mono"
          aria-label={`Host to add to ${setting === 'insecureHosts' ? 'the accepted untrusted hosts' : 'the pass-through hosts'}`}
          aria-invalid={invalid !== null}
          aria-describedby={invalid === null ? undefined : `${setting}-problem`}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          maxLength={300}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" className="button" disabled={text.trim() === ''}>
          Add
        </button>
      </form>
      <Problem id={`${setting}-problem`} text={invalid ?? problem} />
    </SettingRow>
  );
}
