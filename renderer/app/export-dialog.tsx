import { useId, useState } from 'react';
import { exportFormatNames, type TransferSelection } from '../../core/contract/transfers.ts';
import { succeed } from '../../core/model/result.ts';
import { formatCount } from '../format/duration.ts';
import { offeredFormats, pathIn, withEnding, type ExportFormatName } from '../format/export-formats.ts';
import { chosenCount } from '../state/selection.ts';
import { useField, useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import { FileDialog } from './file-dialog.tsx';
import { PathField } from './path-field.tsx';

type Part = 'all' | 'view' | 'selected';

/** Writes exchanges into a file of another format. */
export function ExportDialog() {
  const { fileDialogs, transfers, session, engine, view, selection } = useWindowState();
  const sessionState = useStore(session.state);
  const count = useStore(view.calmCount);
  const filter = useField(view.state, 'filter');
  const narrowing = useField(view.state, 'narrowing');
  const chosen = useStore(selection.chosen);
  const counts: Readonly<Record<Part, number>> = {
    all: sessionState?.exchanges ?? 0,
    view: count,
    selected: chosenCount(chosen, count),
  };
  const isNarrowed = filter.length > 0 || narrowing.length > 0;
  const id = useId();
  const [part, setPart] = useState<Part>(counts.selected > 1 ? 'selected' : isNarrowed ? 'view' : 'all');
  const [format, setFormat] = useState<ExportFormatName>('har');
  const [path, setPath] = useState(() =>
    pathIn(engine.status.get()?.dataDir ?? '', 'exports', `${sessionState?.name ?? 'session'}.har`),
  );
  const [redact, setRedact] = useState(true);
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [exists, setExists] = useState(false);
  /** The path that may be replaced because the system's dialog has asked. */
  const [agreed, setAgreed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const selectionOf = async (): Promise<TransferSelection | null> => {
    const sessionId = session.shownId.get();
    if (part === 'all') return sessionId === null ? null : { kind: 'all', sessionId };
    const ids = part === 'selected' && chosen.ids !== null ? [...chosen.ids] : null;
    const viewId = await view.ask((_client, asked) => Promise.resolve(succeed(asked)));
    return viewId === null ? null : { kind: 'view', viewId, ids };
  };
  const confirm = async () => {
    setBusy(true);
    const wanted = await selectionOf();
    const file = path.trim();
    const started =
      wanted === null
        ? null
        : await transfers.startExport({
            ...{ selection: wanted, format, path: file, redact, overwrite: exists || file === agreed },
            ...(offeredFormats[format].protectable && password !== '' ? { password } : {}),
          });
    setBusy(false);
    if (started?.ok === true || started?.error.code === 'cancelled') {
      fileDialogs.used(file);
      fileDialogs.close();
      return;
    }
    setExists(started?.error.code === 'file-exists');
    setProblem(started?.error.message ?? 'The list is still being read. Try again in a moment.');
  };
  const changePath = (next: string) => {
    setPath(next);
    setExists(false);
    setProblem(null);
  };
  const parts: readonly (readonly [Part, string])[] = [
    ['all', 'Everything in this session'],
    ['view', 'What the list shows'],
    ['selected', 'What is selected'],
  ];
  return (
    <FileDialog
      title="Export"
      action={exists ? 'Replace' : 'Export'}
      busy={busy}
      disabled={path.trim() === '' || counts[part] === 0}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={fileDialogs.close}
    >
      <fieldset className="file-choice">
        <legend>Exchanges</legend>
        {parts.map(([name, label]) => (
          <label key={name}>
            <input
              type="radio"
              name={`${id}part`}
              checked={part === name}
              disabled={counts[name] === 0}
              onChange={() => setPart(name)}
            />
            {label}
            <span className="muted">{formatCount(counts[name])}</span>
          </label>
        ))}
      </fieldset>
      <div className="file-field">
        <label htmlFor={`${id}format`}>Format</label>
        <select
          id={`${id}format`}
          className="field"
          value={format}
          onChange={(event) => {
            const next = exportFormatNames.find((name) => name === event.target.value) ?? format;
            changePath(withEnding(path, format, next));
            setFormat(next);
          }}
        >
          {exportFormatNames.map((name) => (
            <option key={name} value={name}>
              {offeredFormats[name].label}
            </option>
          ))}
        </select>
      </div>
      <PathField
        label="Write to"
        path={path}
        onChange={changePath}
        onChosen={(chosen) => {
          changePath(chosen);
          setAgreed(chosen);
        }}
      />
      {offeredFormats[format].protectable && (
        <div className="file-field">
          <label htmlFor={`${id}password`}>Password (empty for none)</label>
          <input
            id={`${id}password`}
            className="field"
            type="password"
            autoComplete="new-password"
            maxLength={1024}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </div>
      )}
      <label className="file-check">
        <input type="checkbox" checked={redact} onChange={(event) => setRedact(event.target.checked)} />
        <span>
          Leave credentials out
          <span className="muted">
            Authorisation and cookie fields are replaced by [redacted]. Credentials in addresses, other fields
            and bodies stay.
          </span>
        </span>
      </label>
    </FileDialog>
  );
}
