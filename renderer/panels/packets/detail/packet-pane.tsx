import { Tabs } from '../../../components/tabs.tsx';
import { useTabCommands } from '../../../components/use-tab-commands.ts';
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
  useTabCommands(packetTabs, tab, layout.packetTab.set);
  const row = shown?.detail?.row;
  const exchange = shown?.detail?.exchangeId ?? null;
  return (
    <section className="detail packet-pane" aria-label="Details of the packets" data-part>
      <header className="detail-head">
        <Tabs
          label="Packet details"
          place="packet"
          tabs={packetTabs}
          chosen={tab}
          nameOf={(name) => tabNames[name]}
          onChoose={layout.packetTab.set}
        />
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
