import { useEffect, useState, type KeyboardEvent } from 'react';
import { packetRowsMax, type PacketRow } from '../../../../core/contract/packets.ts';
import { moveStop } from '../../../components/move-stop.ts';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { formatCount, formatDuration } from '../../../format/duration.ts';
import { formatSeconds, instantBetween } from '../../../format/packet-time.ts';
import { packetTone, withPort } from '../../../format/packet-words.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import type { TabProps } from './tab-props.ts';
import type { ExchangePackets } from './use-exchange-packets.ts';
import './packets-tab.css';

interface PacketsTabProps extends TabProps {
  readonly packets: ExchangePackets;
}

const legNames = { client: 'Client leg', server: 'Server leg' } as const;

/** The packets that carried the exchange, leg by leg; each opens among the packets. */
export function PacketsTab({ detail, packets: known }: PacketsTabProps) {
  const { packets, places, session } = useWindowState();
  const sessionId = useStore(session.shownId);
  const { id } = detail.exchange;
  const [rows, setRows] = useState<readonly PacketRow[] | null>(null);
  const { ask } = packets;
  useEffect(() => {
    let isWanted = true;
    const load = async () => {
      const scope = { kind: 'exchange', id } as const;
      const opened = await ask((client, shown) =>
        client.services.packets.openView({ sessionId: shown, scope, filter: '' }),
      );
      if (opened === null) return;
      const { viewId } = opened;
      const answer = await ask((client) =>
        client.services.packets.rows({ viewId, from: 0, limit: packetRowsMax }),
      );
      void ask((client) => client.services.packets.closeView({ viewId }));
      if (isWanted && answer !== null) setRows(answer.rows);
    };
    void load();
    return () => {
      isWanted = false;
    };
  }, [id, ask, sessionId, known.count]);
  const open = (number?: number) => places.openPackets({ kind: 'exchange', id }, number);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => moveStop(event, '.leg-packet');
  const first = rows?.[0];
  return (
    <div className="tab-fill">
      <div className="tab-bar">
        <span className="muted">
          {formatCount(known.count)} packet{known.count === 1 ? '' : 's'} in{' '}
          {formatCount(known.conversations.length)} conversation{known.conversations.length === 1 ? '' : 's'}
          {rows !== null && rows.length < known.count ? `, the first ${formatCount(rows.length)} shown` : ''}
        </span>
        <button type="button" className="button" onClick={() => open()}>
          Open in Packets
        </button>
      </div>
      <div className="tab-scroll leg-packets" onKeyDown={onKeyDown}>
        {known.conversations.map((conversation) => {
          const own = (rows ?? []).filter((row) => row.conversation === conversation.id);
          return (
            <section key={conversation.id} aria-label={legTitle(conversation.leg)}>
              <h3>
                {legTitle(conversation.leg)} <span className="muted">{legWords(own)}</span>
                <button
                  type="button"
                  className="button quiet"
                  onClick={() => places.openConversation(conversation.id)}
                >
                  Conversation {formatCount(conversation.id)}
                </button>
              </h3>
              <ul>
                {own.map((row, at) => (
                  <li key={row.number}>
                    <Packet
                      row={row}
                      first={first ?? row}
                      isStop={at === 0}
                      onOpen={() => open(row.number)}
                    />
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </div>
  );
}

function legTitle(leg: 'client' | 'server' | null): string {
  return leg === null ? 'Conversation' : legNames[leg];
}

function legWords(rows: readonly PacketRow[]): string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return '';
  const { seconds, nanos } = instantBetween(first, last);
  const ends = `${withPort(first.source, first.sourcePort)} → ${withPort(first.destination, first.destinationPort)}`;
  return `${ends} · ${formatCount(rows.length)} packets in ${formatDuration(seconds * 1e6 + nanos / 1000)}`;
}

interface PacketProps {
  readonly row: PacketRow;
  /** What times are counted from. */
  readonly first: PacketRow;
  readonly isStop: boolean;
  readonly onOpen: () => void;
}

function Packet({ row, first, isStop, onOpen }: PacketProps) {
  const tone = packetTone(row.troubles);
  const isForth = row.end !== 'b';
  return (
    <button
      type="button"
      className="leg-packet"
      tabIndex={isStop ? 0 : -1}
      title="Open among the packets"
      onClick={onOpen}
    >
      <span className="number muted">{formatCount(row.number)}</span>
      <span className="number">{formatSeconds(instantBetween(first, row), 'us')}</span>
      <span aria-label={isForth ? 'forth' : 'back'}>{isForth ? '→' : '←'}</span>
      <span>{row.protocol}</span>
      <span className="number">{formatCount(row.originalBytes)}</span>
      <span className="ellipsis">
        {tone !== null && <ToneSign tone={tone} />} {row.info}
      </span>
    </button>
  );
}
