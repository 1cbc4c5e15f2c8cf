import { Icon } from '../../../components/icon.tsx';
import { tabBeside } from '../../../components/tab-beside.ts';
import { Tabs } from '../../../components/tabs.tsx';
import { useKeys } from '../../../components/use-keys.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import type { ExchangeDetail } from '../../../../core/contract/exchanges.ts';
import { formatCount } from '../../../format/duration.ts';
import { isTunnel } from '../../../format/tone.ts';
import type { DetailTab } from '../../../state/layout.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { CopyAs } from './copy-as.tsx';
import { DetachButton } from './detach-button.tsx';
import { DetailContent } from './detail-content.tsx';
import { hasCookies, tabsOf } from './head-fields.ts';
import { useExchangePackets } from './use-exchange-packets.ts';
import { useNeighbourKeys } from './use-neighbour-keys.ts';
import '../../../components/pane.css';
import './detail.css';

const tabNames: Readonly<Record<DetailTab, string>> = {
  overview: 'Overview',
  statement: 'Statement',
  headers: 'Headers',
  query: 'Query',
  cookies: 'Cookies',
  messages: 'Messages',
  body: 'Body',
  timing: 'Timing',
  connection: 'Connection',
  packets: 'Packets',
};

function tabLabel(name: DetailTab, detail: ExchangeDetail, packets: number): string {
  if (name === 'packets') return `${tabNames[name]} ${formatCount(packets)}`;
  if (name === 'cookies' && !hasCookies(detail)) return 'Credentials';
  if (name !== 'messages') return tabNames[name];
  const { requestMessages, responseMessages } = detail.exchange;
  return `${tabNames[name]} ${formatCount(requestMessages + responseMessages)}`;
}

/** `onClose` is null in a window of its own, where there is nothing to go back to. */
export function DetailPane({ onClose }: { readonly onClose: (() => void) | null }) {
  const { detail, layout } = useWindowState();
  const shown = useStore(detail);
  const chosen = useStore(layout.detailTab);
  const packets = useExchangePackets(shown?.id ?? null);
  const tabs = tabsOf(shown?.detail ?? null, packets !== null);
  // A tab that this exchange has nothing for stays chosen for the next one.
  const tab =
    [chosen, 'headers' as const, 'statement' as const].find((each) => tabs.includes(each)) ?? 'overview';
  const dock = useStore(layout.dock);

  useKeys((event) => {
    const by = { '[': -1, ']': 1, '{': -1, '}': 1 }[event.key];
    if (by === undefined) return false;
    layout.detailTab.set(tabBeside(tabs, tab, by));
    return true;
  });
  useNeighbourKeys();

  const exchange = shown?.detail?.exchange;
  return (
    <section className="detail" aria-label="Details of the selected exchange" data-part>
      <h2 className="visually-hidden">Details</h2>
      <header className="detail-head">
        <Tabs
          label="Details"
          place="detail"
          tabs={tabs}
          chosen={tab}
          nameOf={(name) =>
            shown?.detail == null ? tabNames[name] : tabLabel(name, shown.detail, packets?.count ?? 0)
          }
          onChoose={layout.detailTab.set}
        />
        <span
          className="detail-title ellipsis muted"
          title={exchange === undefined ? '' : exchangeUrl(exchange)}
        >
          {exchange !== undefined && (
            <>
              <span className="mono">#{exchange.id}</span> {isTunnel(exchange) ? 'Tunnel' : exchange.method}{' '}
              {exchangeUrl(exchange)}
            </>
          )}
        </span>
        {shown?.detail != null && <CopyAs detail={shown.detail} />}
        {onClose !== null && (
          <>
            {exchange !== undefined && <DetachButton exchangeId={exchange.id} />}
            <button
              type="button"
              className="button quiet"
              title={dock === 'bottom' ? 'Move to the right (b)' : 'Move to the bottom (b)'}
              aria-label={dock === 'bottom' ? 'Move details to the right' : 'Move details to the bottom'}
              onClick={() => layout.dock.set(dock === 'bottom' ? 'right' : 'bottom')}
            >
              <Icon name={dock === 'bottom' ? 'dock-right' : 'dock-bottom'} size={14} />
            </button>
            <button
              type="button"
              className="button quiet"
              title="Close (Escape)"
              aria-label="Close details"
              onClick={onClose}
            >
              <Icon name="close" size={14} />
            </button>
          </>
        )}
      </header>
      <div
        id="detail-body"
        className="detail-body"
        role="tabpanel"
        aria-labelledby={`detail-tab-${tab}`}
        tabIndex={0}
      >
        <DetailContent shown={shown} tab={tab} packets={packets} />
      </div>
    </section>
  );
}
