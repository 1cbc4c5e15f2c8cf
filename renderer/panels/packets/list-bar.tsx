import { useRef } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useCommand } from '../../components/use-keys.ts';
import { formatCount } from '../../format/duration.ts';
import { packetTimeFormats, type PacketTimeFormat } from '../../format/packet-time.ts';
import { useField, useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { useFindPacket } from './list/use-find-packet.ts';

const timeNames: Readonly<Record<PacketTimeFormat, string>> = {
  start: 'Since the first packet',
  shown: 'Since the row above',
  reference: 'Since the time reference',
  clock: 'Time of day',
  utc: 'Date and time, UTC',
};

/** What the list shows, how far it is, and how it writes times and addresses. */
export function ListBar() {
  const { packets, layout, capture } = useWindowState();
  const time = useStore(layout.packetTime);
  const precision = useStore(layout.packetPrecision);
  const byName = useStore(layout.packetNames);
  const total = useField(packets.view.state, 'total');
  const find = useFindPacket((index) => {
    void packets.view
      .ask((client, viewId) => client.services.packets.rows({ viewId, from: index, limit: 1 }))
      .then((answer) => {
        const row = answer?.rows[0];
        if (row !== undefined) packets.select(row.number, index);
      });
  });
  return (
    <div className="packet-bar" data-part>
      <button
        type="button"
        className="button"
        title="Capture packets of this machine or another (Shift R)"
        onClick={() => capture.dialogOpen.set(true)}
      >
        Capture …
      </button>
      <Scope />
      <Count />
      <Progress />
      <span className="spacer" />
      <GoTo />
      <span className="packet-steps" role="group" aria-label="Trouble">
        <button
          type="button"
          className="button quiet"
          title="Previous trouble (Shift N)"
          aria-label="Previous trouble"
          disabled={total === 0}
          onClick={() => find('trouble', true)}
        >
          <Icon name="up" size={12} />
        </button>
        <span className="muted">Trouble</span>
        <button
          type="button"
          className="button quiet"
          title="Next trouble (n)"
          aria-label="Next trouble"
          disabled={total === 0}
          onClick={() => find('trouble', false)}
        >
          <Icon name="down" size={12} />
        </button>
      </span>
      <select
        className="field"
        aria-label="Times"
        title="What times are counted from"
        value={time}
        onChange={(event) =>
          layout.packetTime.set(packetTimeFormats.find((name) => name === event.target.value) ?? 'start')
        }
      >
        {packetTimeFormats.map((name) => (
          <option key={name} value={name}>
            {timeNames[name]}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button quiet"
        aria-pressed={precision === 'ns'}
        title="Nanoseconds instead of microseconds"
        onClick={() => layout.packetPrecision.set(precision === 'ns' ? 'us' : 'ns')}
      >
        ns
      </button>
      <button
        type="button"
        className="button quiet"
        aria-pressed={byName}
        title="Names instead of addresses, where they are known (a)"
        onClick={() => layout.packetNames.set(!byName)}
      >
        Names
      </button>
    </div>
  );
}

function Scope() {
  const { packets } = useWindowState();
  const scope = useField(packets.view.state, 'scope');
  if (scope.kind === 'all') return null;
  const back = () => packets.view.setScope({ kind: 'all' }, packets.view.state.get().filter);
  return (
    <span className="packet-scope">
      {scope.kind === 'conversation'
        ? `Conversation ${formatCount(scope.id)}`
        : `Exchange #${formatCount(scope.id)}`}
      <button
        type="button"
        title="Back to all packets (Escape)"
        aria-label="Back to all packets"
        onClick={back}
      >
        <Icon name="close" size={12} />
      </button>
    </span>
  );
}

function Count() {
  const { packets } = useWindowState();
  const count = useStore(packets.view.calmCount);
  const total = useField(packets.view.state, 'total');
  const loaded = useField(packets.view.state, 'loaded');
  if (!loaded) return null;
  const all = `${formatCount(Math.max(total, count))} packet${total === 1 ? '' : 's'}`;
  return <span className="muted">{count === total ? all : `${formatCount(count)} of ${all}`}</span>;
}

/** Only while Wireshark's engine looks through packets. */
function Progress() {
  const { packets } = useWindowState();
  const { looked, total, stopped, problem } = useField(packets.view.state, 'progress');
  if (problem !== null)
    return (
      <span className="warning ellipsis" title={problem}>
        {problem}
      </span>
    );
  if (looked >= total) return null;
  return (
    <span className="packet-progress" role="group" aria-label="Filtering">
      <span className="muted">
        {stopped ? 'stopped after' : 'in Wireshark’s engine:'} {formatCount(looked)} of {formatCount(total)}{' '}
        looked at
      </span>
      <button type="button" className="button" onClick={() => void packets.view.setLooking(stopped)}>
        {stopped ? 'Continue' : 'Stop'}
      </button>
    </span>
  );
}

function GoTo() {
  const { packets, notices } = useWindowState();
  const input = useRef<HTMLInputElement>(null);
  useCommand('packets.goTo', () => {
    input.current?.select();
    return true;
  });
  const go = async (number: number) => {
    const { total } = packets.view.state.get();
    if (!Number.isInteger(number) || number < 1 || number > total)
      return notices.say(`There is no such packet: they are numbered 1 to ${formatCount(total)}.`);
    if (await packets.goTo(number)) {
      if (input.current !== null) input.current.value = '';
      document.querySelector<HTMLElement>('.packet-scroll')?.focus();
    } else notices.say(`Packet ${formatCount(number)} is hidden by the filter or the chosen part.`);
  };
  return (
    <input
      ref={input}
      className="field packet-goto"
      placeholder="Go to no."
      aria-label="Go to packet"
      title="Number of a packet (g)"
      inputMode="numeric"
      maxLength={12}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          event.preventDefault();
          void go(Number(event.currentTarget.value.replaceAll(',', '')));
        } else if (event.key === 'Escape') {
          event.preventDefault();
          event.currentTarget.value = '';
          document.querySelector<HTMLElement>('.packet-scroll')?.focus();
        }
      }}
    />
  );
}
