import type { TabProps } from './tab-props.ts';
import type { DetailState } from '../../../state/detail.ts';
import type { DetailTab } from '../../../state/layout.ts';
import { BodyTab } from './body-tab.tsx';
import { ConnectionTab } from './connection-tab.tsx';
import { CookiesTab } from './cookies-tab.tsx';
import { HeadersTab } from './headers-tab.tsx';
import { MessagesTab } from './messages/messages-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { PacketsTab } from './packets-tab.tsx';
import { QueryTab } from './query-tab.tsx';
import { StatementTab } from './statement-tab.tsx';
import { TimingTab } from './timing-tab.tsx';
import type { ExchangePackets } from './use-exchange-packets.ts';

interface DetailContentProps {
  readonly shown: DetailState | null;
  readonly tab: DetailTab;
  /** Null where none were captured. */
  readonly packets: ExchangePackets | null;
}

export function DetailContent({ shown, tab, packets }: DetailContentProps) {
  if (shown === null) return <p className="detail-empty muted">Select an exchange to read it here.</p>;
  if (shown.problem !== null) return <p className="detail-empty">{shown.problem}</p>;
  if (shown.detail === null) return null;
  return <Tab key={shown.id} tab={tab} detail={shown.detail} packets={packets} />;
}

function Tab({ tab, detail, packets }: TabProps & Omit<DetailContentProps, 'shown'>) {
  switch (tab) {
    case 'overview':
      return <OverviewTab detail={detail} />;
    case 'statement':
      return <StatementTab detail={detail} />;
    case 'headers':
      return <HeadersTab detail={detail} />;
    case 'query':
      return <QueryTab detail={detail} />;
    case 'cookies':
      return <CookiesTab detail={detail} />;
    case 'messages':
      return <MessagesTab detail={detail} />;
    case 'body':
      return <BodyTab detail={detail} />;
    case 'timing':
      return <TimingTab detail={detail} />;
    case 'connection':
      return <ConnectionTab detail={detail} />;
    case 'packets':
      return packets === null ? null : <PacketsTab detail={detail} packets={packets} />;
    default:
      return tab satisfies never;
  }
}
