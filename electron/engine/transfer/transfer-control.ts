import type { TransferProgress } from '../../../core/contract/transfers.ts';
import { fail } from '../../../core/model/result.ts';

/** What a running transfer tells, and is asked. */
export interface TransferControl {
  readonly isCancelled: () => boolean;
  readonly progress: (progress: TransferProgress) => void;
}

export const cancelled = fail('cancelled', 'The transfer was cancelled; nothing was kept.');
