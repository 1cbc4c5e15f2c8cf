import { useEffect, useId, useRef, useState } from 'react';
import type { PacketRow } from '../../../core/contract/packets.ts';
import { Icon } from '../../components/icon.tsx';
import { useModal } from '../../components/use-modal.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

interface Rule {
  readonly table: 'tcp.port' | 'udp.port';
  readonly port: number;
  readonly protocol: string;
}

interface Known {
  readonly rules: readonly Rule[];
  readonly protocols: readonly string[];
}

/** Which protocol stands behind a port, where it is not the usual one. */
export function DecodeAs() {
  const row = useStore(useWindowState().packets.decoding);
  return row === null ? null : <Dialog row={row} />;
}

function Dialog({ row }: { readonly row: PacketRow }) {
  const { packets } = useWindowState();
  const id = useId();
  const close = () => packets.decoding.set(null);
  const modal = useModal(close);
  const [known, setKnown] = useState<Known | null>(null);
  const [table, setTable] = useState<Rule['table']>(
    packets.detail.get()?.detail?.tree.some(({ field }) => field === 'udp') === true
      ? 'udp.port'
      : 'tcp.port',
  );
  const ports = [row.sourcePort, row.destinationPort].filter((port) => port !== null);
  const [port, setPort] = useState(String(ports.length === 0 ? '' : Math.min(...ports)));
  const [protocol, setProtocol] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const { ask } = packets;
  useEffect(() => {
    void ask((client, sessionId) => client.services.packets.decodeAs({ sessionId })).then(setKnown);
  }, [ask]);
  const set = async (rules: readonly Rule[]) => {
    const answer = await ask((client, sessionId) =>
      client.services.packets.decodeAs({ sessionId, set: rules.map((rule) => ({ ...rule })) }),
    );
    if (answer === null) return false;
    setKnown(answer);
    packets.refresh();
    return true;
  };
  const number = Number(port);
  const isGood = /^\d{1,5}$/.test(port) && number <= 65_535 && known?.protocols.includes(protocol) === true;
  const add = async () => {
    if (known === null || !isGood) return;
    const others = known.rules.filter((rule) => rule.table !== table || rule.port !== number);
    if (await set([...others, { table, port: number, protocol }])) close();
  };
  return (
    <dialog {...modal} className="decode-as" aria-labelledby={`${id}title`}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <h2 id={`${id}title`}>Decode as</h2>
        <p className="muted">
          Protocols are told by their ports. Where a service listens on another one, say so here; it holds for
          this session.
        </p>
        <div className="decode-rule">
          <label>
            Transport
            <select
              className="field"
              value={table}
              onChange={(event) => setTable(event.target.value === 'udp.port' ? 'udp.port' : 'tcp.port')}
            >
              <option value="tcp.port">TCP port</option>
              <option value="udp.port">UDP port</option>
            </select>
          </label>
          <label>
            Port
            <input
              className="field"
              inputMode="numeric"
              maxLength={5}
              value={port}
              onChange={(event) => setPort(event.target.value)}
            />
          </label>
          <label>
            Protocol
            <input
              className="field mono"
              ref={field}
              list={`${id}protocols`}
              maxLength={60}
              spellCheck={false}
              placeholder="http"
              value={protocol}
              onChange={(event) => setProtocol(event.target.value.trim().toLowerCase())}
            />
            <datalist id={`${id}protocols`}>
              {known?.protocols.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </label>
        </div>
        {protocol !== '' && known !== null && !known.protocols.includes(protocol) && (
          <p className="muted" role="status">
            Write the name of a protocol as filters have it; {known.protocols.slice(0, 6).join(', ')} are some
            of {known.protocols.length}.
          </p>
        )}
        {known !== null && known.rules.length > 0 && (
          <ul aria-label="Rules of this session" className="decode-rules">
            {known.rules.map((rule) => (
              <li key={`${rule.table} ${rule.port}`}>
                <span className="mono">
                  {rule.table} {rule.port}
                </span>{' '}
                as <span className="mono">{rule.protocol}</span>
                <button
                  type="button"
                  className="button quiet"
                  aria-label={`Remove the rule for ${rule.table} ${rule.port}`}
                  onClick={() => void set(known.rules.filter((each) => each !== rule))}
                >
                  <Icon name="close" size={12} />
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="decode-buttons">
          <button type="button" className="button" onClick={close}>
            Close
          </button>
          <button type="submit" className="button primary" disabled={!isGood}>
            Decode
          </button>
        </div>
      </form>
    </dialog>
  );
}
