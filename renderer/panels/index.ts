import type { ComponentType } from 'react';
import type { IconName } from '../components/icon.tsx';
import { ExchangesPlace } from './exchanges/exchanges-place.tsx';
import { FilterBar } from './exchanges/filter/filter-bar.tsx';
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
  { id: 'statistics', label: 'Statistics', icon: 'statistics', Content: StatisticsPanel, Toolbar: FilterBar },
  { id: 'settings', label: 'Settings', icon: 'settings', Content: SettingsPanel },
];
