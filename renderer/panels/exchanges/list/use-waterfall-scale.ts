import { useEffect, useState } from 'react';
import { exchangeDurationUs } from '../../../../core/model/timings.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { fittedAxis, settledScaleUs } from '../../../format/waterfall.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

const usualScaleUs = 1_000_000;

/**
 * µs across the waterfall column: what was chosen, else what suits the finished rows in sight. The axis that all rows
 * share follows the same rows.
 */
export function useWaterfallScale(rows: readonly ExchangeRecord[]): number {
  const { layout, waterfallAxis } = useWindowState();
  const chosen = useStore(layout.waterfallScale);
  const [settled, setSettled] = useState<number | null>(null);
  const finished = rows.filter(isComparable);
  const comparable = finished.length > 0 ? finished : rows.filter((row) => row.state !== 'open');
  const durations = comparable.map((row) => exchangeDurationUs(row, 0));
  const next = settledScaleUs(durations, settled);
  if (next !== settled) setSettled(next);

  const axis = fittedAxis(
    (comparable.length > 0 ? comparable : rows).map((row) => ({
      fromUs: row.startedAtUs,
      toUs: row.startedAtUs + exchangeDurationUs(row, row.startedAtUs),
    })),
  );
  useEffect(() => waterfallAxis.fit(axis));
  return chosen > 0 ? chosen : (next ?? usualScaleUs);
}

/** Open exchanges and tunnels last as long as somebody keeps them open: that says nothing about the others. */
function isComparable(row: ExchangeRecord): boolean {
  return row.state !== 'open' && row.method !== '';
}
