import type { ComponentType } from 'react';
import type { IconName } from '../components/icon.tsx';
import { ConversationFilter } from './conversations/conversation-filter.tsx';
import { ConversationsPanel } from './conversations/conversations-panel.tsx';
import { DevicesPanel } from './devices/devices-panel.tsx';
import { ExchangesPlace } from './exchanges/exchanges-place.tsx';
import { FilterBar } from './exchanges/filter/filter-bar.tsx';
import { PacketFilterBar } from './packets/filter/packet-filter-bar.tsx';
import { PacketsPanel } from './packets/packets-panel.tsx';
import { SettingsPanel } from './settings/settings-panel.tsx';
import { StatisticsPanel } from './statistics/statistics-panel.tsx';

export interface Panel {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  readonly Content: ComponentType;
  /** What the panel puts at the end of the top line. */
  readonly Toolbar?: ComponentType;
}

/** The rail, top to bottom; the n-th opens with Ctrl/Cmd + n. */
export const panels: readonly Panel[] = [
  { id: 'exchanges', label: 'Exchanges', icon: 'exchanges', Content: ExchangesPlace, Toolbar: FilterBar },
  { id: 'packets', label: 'Packets', icon: 'packets', Content: PacketsPanel, Toolbar: PacketFilterBar },
  {
    id: 'conversations',
    label: 'Conversations',
    icon: 'conversations',
    Content: ConversationsPanel,
    Toolbar: ConversationFilter,
  },
  { id: 'statistics', label: 'Statistics', icon: 'statistics', Content: StatisticsPanel, Toolbar: FilterBar },
  { id: 'devices', label: 'Devices', icon: 'phone', Content: DevicesPanel },
  { id: 'settings', label: 'Settings', icon: 'settings', Content: SettingsPanel },
];
