import { useState, type KeyboardEvent } from 'react';
import { readReverse, type ReverseProxy } from '../../../core/model/reverse-proxy.ts';
import { Segmented } from '../../components/segmented.tsx';
import { Problem } from './setting-row.tsx';

interface ReverseFormProps {
  /** Null for a new one. */
  readonly proxy: ReverseProxy | null;
  /** Gives null, or in one line why it was not taken. */
  readonly onSave: (proxy: ReverseProxy) => Promise<string | null>;
  readonly onCancel?: () => void;
}

const hostSegments = [
  { value: 'keep', label: 'Keep', hint: 'Requests reach the server with the Host field they came with' },
  {
    value: 'rewrite',
    label: 'Rewrite',
    hint: 'Requests get the upstream as their Host field, over HTTP/1.1',
  },
] as const;

/** Where a reverse proxy listens, where it passes on to, and what becomes of the Host field. */
export function ReverseForm({ proxy, onSave, onCancel }: ReverseFormProps) {
  const [listen, setListen] = useState(proxy?.listen ?? '');
  const [upstream, setUpstream] = useState(proxy?.upstream ?? '');
  const [host, setHost] = useState<ReverseProxy['host']>(proxy?.host ?? 'keep');
  const [problem, setProblem] = useState<string | null>(null);
  const id = `reverse-${proxy?.listen ?? 'new'}-problem`;
  const described = problem === null ? {} : { 'aria-describedby': id, 'aria-invalid': true };

  const save = async () => {
    const read = readReverse(`${listen}=${upstream}`, host);
    const refused = read.ok ? await onSave({ ...read.value, host }) : read.error.message;
    setProblem(refused);
    if (refused !== null || proxy !== null) return;
    setListen('');
    setUpstream('');
    setHost('keep');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || onCancel === undefined) return;
    event.preventDefault();
    onCancel();
  };
  return (
    <>
      <form
        className="reverse-form"
        aria-label={proxy === null ? 'New reverse proxy' : `Reverse proxy ${proxy.listen}`}
        onKeyDown={onKeyDown}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label>
          <span className="muted">Listen on</span>
          <input
            className="field mono"
            {...described}
            placeholder="9000"
            spellCheck={false}
            autoComplete="off"
            autoFocus={proxy !== null}
            maxLength={300}
            value={listen}
            onChange={(event) => setListen(event.currentTarget.value)}
          />
        </label>
        <label className="grow">
          <span className="muted">Upstream</span>
          <input
            className="field mono"
            {...described}
            placeholder="http://127.0.0.1:9001, or https, tcp, tls"
            spellCheck={false}
            autoComplete="off"
            maxLength={300}
            value={upstream}
            onChange={(event) => setUpstream(event.currentTarget.value)}
          />
        </label>
        <div className="reverse-host">
          <span className="muted">Host field</span>
          <Segmented label="Host field of requests" segments={hostSegments} value={host} onChange={setHost} />
        </div>
        <div className="reverse-buttons">
          <button type="submit" className="button" disabled={listen.trim() === '' || upstream.trim() === ''}>
            {proxy === null ? 'Add' : 'Save'}
          </button>
          {onCancel !== undefined && (
            <button type="button" className="button" onClick={onCancel}>
              Cancel
            </button>
          )}
        </div>
      </form>
      <Problem id={id} text={problem} />
    </>
  );
}
