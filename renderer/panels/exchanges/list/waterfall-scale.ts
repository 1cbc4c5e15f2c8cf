import { exchangeDurationUs } from '../../../../core/model/timings.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { fittedAxis, settledScaleUs } from '../../../format/waterfall.ts';
import { createStore, type Store } from '../../../state/store.ts';
import type { WaterfallAxis } from '../../../state/waterfall-axis.ts';

const usualScaleUs = 1_000_000;

export interface WaterfallScale {
  /** µs across the waterfall column: what was chosen, else what suits the finished rows in sight. */
  readonly us: Store<number>;
  /** The rows in sight. `chosenUs` 0: nothing was chosen. `isShared`: the axis of all rows is shown, and follows them. */
  readonly follow: (rows: readonly ExchangeRecord[], chosenUs: number, isShared: boolean) => void;
}

export function createWaterfallScale(axis: WaterfallAxis): WaterfallScale {
  const us = createStore(usualScaleUs);
  let settled: number | null = null;
  return {
    us,
    follow: (rows, chosenUs, isShared) => {
      const finished = rows.filter(isComparable);
      const comparable = finished.length > 0 ? finished : rows.filter((row) => row.state !== 'open');
      settled = settledScaleUs(
        comparable.map((row) => exchangeDurationUs(row, 0)),
        settled,
      );
      us.set(chosenUs > 0 ? chosenUs : (settled ?? usualScaleUs));
      if (!isShared) return;
      axis.fit(
        fittedAxis(
          (comparable.length > 0 ? comparable : rows).map((row) => ({
            fromUs: row.startedAtUs,
            toUs: row.startedAtUs + exchangeDurationUs(row, row.startedAtUs),
          })),
        ),
      );
    },
  };
}

/** Open exchanges and tunnels last as long as somebody keeps them open: that says nothing about the others. */
function isComparable(row: ExchangeRecord): boolean {
  return row.state !== 'open' && row.method !== '';
}
