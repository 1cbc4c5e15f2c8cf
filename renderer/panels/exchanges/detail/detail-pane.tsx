import type { KeyboardEvent } from 'react';
import { Icon } from '../../../components/icon.tsx';
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

  const step = (by: number) => {
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
    if (next !== undefined) layout.detailTab.set(next);
  };
  useKeys((event) => {
    const by = { '[': -1, ']': 1, '{': -1, '}': 1 }[event.key];
    if (by === undefined) return false;
    step(by);
    return true;
  });
  useNeighbourKeys();
  const onTabKey = (event: KeyboardEvent) => {
    const at = tabs.indexOf(tab);
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -at, End: tabs.length - 1 - at }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    step(by);
    const buttons = event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]');
    buttons[tabs.indexOf(layout.detailTab.get())]?.focus();
  };

  const exchange = shown?.detail?.exchange;
  return (
    <section className="detail" aria-label="Details of the selected exchange" data-part>
      <h2 className="visually-hidden">Details</h2>
      <header className="detail-head">
        <div className="tabs" role="tablist" aria-label="Details" onKeyDown={onTabKey}>
          {tabs.map((name) => (
            <button
              key={name}
              type="button"
              id={`detail-tab-${name}`}
              role="tab"
              aria-selected={name === tab}
              aria-controls="detail-body"
              tabIndex={name === tab ? 0 : -1}
              onClick={() => layout.detailTab.set(name)}
            >
              {shown?.detail == null ? tabNames[name] : tabLabel(name, shown.detail, packets?.count ?? 0)}
            </button>
          ))}
        </div>
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
