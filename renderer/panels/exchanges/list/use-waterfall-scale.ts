import { useState } from 'react';
import { exchangeDurationUs } from '../../../../core/model/timings.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { settledScaleUs } from '../../../format/waterfall.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

const usualScaleUs = 1_000_000;

/** µs across the waterfall column: what was chosen, else what suits the finished rows in sight. */
export function useWaterfallScale(rows: readonly ExchangeRecord[]): number {
  const chosen = useStore(useWindowState().layout.waterfallScale);
  const [settled, setSettled] = useState<number | null>(null);
  const comparable = rows.filter(isComparable);
  const durations = (comparable.length > 0 ? comparable : rows.filter((row) => row.state !== 'open')).map(
    (row) => exchangeDurationUs(row, 0),
  );
  const next = settledScaleUs(durations, settled);
  if (next !== settled) setSettled(next);
  return chosen > 0 ? chosen : (next ?? usualScaleUs);
}

/** Open exchanges and tunnels last as long as somebody keeps them open: that says nothing about the others. */
function isComparable(row: ExchangeRecord): boolean {
  return row.state !== 'open' && row.method !== '';
}
