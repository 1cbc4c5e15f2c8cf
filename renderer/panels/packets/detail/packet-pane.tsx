import type { KeyboardEvent } from 'react';
import { useCommands } from '../../../components/use-keys.ts';
import { formatCount } from '../../../format/duration.ts';
import { packetTabs, type PacketTab as TabName } from '../../../state/layout.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import '../../../components/pane.css';
import { ExpertTab } from './expert-tab.tsx';
import { GraphTab } from './graph-tab.tsx';
import { PacketTab } from './packet-tab.tsx';
import { StreamTab } from './stream-tab.tsx';

const tabNames: Readonly<Record<TabName, string>> = {
  packet: 'Packet',
  stream: 'Stream',
  expert: 'Expert',
  graph: 'I/O graph',
};

/** Below the list: the selected packet. */
export function PacketPane() {
  const { packets, layout, places } = useWindowState();
  const tab = useStore(layout.packetTab);
  const shown = useStore(packets.detail);
  const step = (by: number) => {
    const at = packetTabs.indexOf(tab) + by + packetTabs.length;
    layout.packetTab.set(packetTabs[at % packetTabs.length] ?? 'packet');
  };
  useCommands((id) => {
    if (id !== 'detail.previousTab' && id !== 'detail.nextTab') return false;
    step(id === 'detail.nextTab' ? 1 : -1);
    return true;
  });
  const onTabKey = (event: KeyboardEvent) => {
    const at = packetTabs.indexOf(tab);
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -at, End: packetTabs.length - 1 - at }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    step(by);
    const buttons = event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]');
    buttons[packetTabs.indexOf(layout.packetTab.get())]?.focus();
  };
  const row = shown?.detail?.row;
  const exchange = shown?.detail?.exchangeId ?? null;
  return (
    <section className="detail packet-pane" aria-label="Details of the packets" data-part>
      <header className="detail-head">
        <div className="tabs" role="tablist" aria-label="Packet details" onKeyDown={onTabKey}>
          {packetTabs.map((name) => (
            <button
              key={name}
              type="button"
              id={`packet-tab-${name}`}
              role="tab"
              aria-selected={name === tab}
              aria-controls="packet-body"
              tabIndex={name === tab ? 0 : -1}
              onClick={() => layout.packetTab.set(name)}
            >
              {tabNames[name]}
            </button>
          ))}
        </div>
        <span className="detail-title ellipsis muted">
          {row !== undefined && (
            <>
              <span className="mono">No. {formatCount(row.number)}</span> · {row.info}
            </>
          )}
        </span>
        {exchange !== null && (
          <button type="button" className="button" onClick={() => void places.openExchange(exchange)}>
            Exchange #{formatCount(exchange)}
          </button>
        )}
      </header>
      <div id="packet-body" className="packet-body" role="tabpanel" aria-labelledby={`packet-tab-${tab}`}>
        <Content tab={tab} />
      </div>
    </section>
  );
}

function Content({ tab }: { readonly tab: TabName }) {
  switch (tab) {
    case 'packet':
      return <PacketTab />;
    case 'stream':
      return <StreamTab />;
    case 'expert':
      return <ExpertTab />;
    case 'graph':
      return <GraphTab />;
    default:
      return tab satisfies never;
  }
}
