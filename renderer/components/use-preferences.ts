import { useCallback } from 'react';
import { defaultSettings } from '../../core/model/settings.ts';
import { formatInstantAs } from '../format/instant.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

/** What of the settings says how things are shown, for whatever shows them. */

/** Writes an instant (µs since the epoch) as the settings want it; with `withDay`, never without its day. */
export function useTimeFormat(withDay = false): (us: number) => string {
  const { timeFormat } = useStore(useWindowState().settings.state)?.settings ?? defaultSettings;
  const format = withDay && timeFormat === 'clock' ? 'local' : timeFormat;
  return useCallback((us) => formatInstantAs(us, format), [format]);
}

/** Height of a list's rows, px: 24, or 20 when the settings say compact. The same as `--row-height` in CSS. */
export function useRowHeight(): number {
  return useStore(useWindowState().settings.state)?.settings.density === 'compact' ? 20 : 24;
}
