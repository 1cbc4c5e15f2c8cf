import type { TransferSummary } from '../../../core/contract/transfers.ts';
import type { Result } from '../../../core/model/result.ts';
import { removeSessionFile } from '../session/remove-session-file.ts';
import { fileFailure } from './file-failure.ts';
import { moveToNew } from './move-to-new.ts';

/** A session was filled under another name, which becomes the wanted one if that went well; else nothing is left of it. */
export async function completed(
  temporary: string,
  wanted: string,
  outcome: Result<TransferSummary>,
): Promise<Result<TransferSummary>> {
  const kept = outcome.ok ? await rename(temporary, wanted, outcome) : outcome;
  if (!kept.ok) await removeSessionFile(temporary);
  return kept;
}

async function rename<T>(from: string, to: string, outcome: Result<T>): Promise<Result<T>> {
  try {
    await moveToNew(from, to);
    return outcome;
  } catch (error) {
    return fileFailure(error, to);
  }
}
