import type { ImportReport } from '../../../core/formats/format.ts';
import type { TransferSummary } from '../../../core/contract/transfers.ts';

const listedMax = 100;

/** Counts what an import leaves out, and keeps the first reasons. */
export interface CountingReport extends ImportReport {
  readonly found: () => Pick<TransferSummary, 'skipped' | 'skips' | 'warnings' | 'cut'>;
}

export function createImportReport(): CountingReport {
  const skips: { index: number; reason: string }[] = [];
  const warnings = new Set<string>();
  let skipped = 0;
  let cut = false;
  return {
    skip: (index, reason) => {
      skipped += 1;
      if (skips.length < listedMax) skips.push({ index, reason });
    },
    warn: (sentence) => {
      if (warnings.size < listedMax) warnings.add(sentence);
    },
    cut: () => {
      cut = true;
    },
    found: () => ({ skipped, skips, warnings: [...warnings], cut }),
  };
}
