import path from 'node:path';
import { succeed, type Result } from '../../../core/model/result.ts';
import type { TransferSummary } from '../../../core/contract/transfers.ts';
import { beginFedDraft } from '../session/draft.ts';
import { checkPath } from '../session/path-check.ts';
import { stepBack } from '../session/step-back.ts';
import { engineVersion } from '../version.ts';
import { detectFormat } from './detect.ts';
import { fileFailure } from './file-failure.ts';
import { openFileSource } from './file-source.ts';
import { importCapture } from './import-capture.ts';
import { completed } from './import-completed.ts';
import { temporaryPath } from './output-file.ts';
import type { TransferControl } from './transfer-control.ts';
import type { ImportJob } from './transfer-messages.ts';

/**
 * Reads a file of another format into a new session file, which appears under its name when it is complete. A file that
 * ends too early gives what came before, and `cut`. Failures: those of the files and of the session,
 * `unknown-format`, those of archives, `nothing-imported`, `cancelled`.
 */
export async function importFile(
  job: ImportJob,
  writerUrl: URL,
  control: TransferControl,
): Promise<Result<TransferSummary>> {
  const name = path.basename(job.path);
  const place = !job.feed ? checkPath(job.sessionPath, 'create') : succeed(null);
  if (!place.ok) return place;
  const source = await openFileSource(job.path, name);
  if (!source.ok) return source;
  try {
    const format = await detectFormat(source.value, name);
    if (!format.ok) return format;
    if (format.value === 'capture') {
      const { sizeBytes } = source.value;
      if (job.feed) {
        // Whoever looks at what comes goes first.
        stepBack(5);
        return await importCapture(job, job.feed, sizeBytes, control);
      }
      return await captureIntoNewSession(job, writerUrl, sizeBytes, control);
    }
    const { importExchanges } = await import('./import-exchanges.ts');
    return await importExchanges(job, format.value, source.value, writerUrl, control);
  } catch (error) {
    return fileFailure(error, job.path);
  } finally {
    await source.value.close();
  }
}

/** The capture is read while the file is being made. */
async function captureIntoNewSession(
  job: ImportJob,
  writerUrl: URL,
  sizeBytes: number,
  control: TransferControl,
): Promise<Result<TransferSummary>> {
  const temporary = temporaryPath(job.sessionPath);
  const kind = job.leavesPackets === true ? 'listing' : 'draft';
  const draft = beginFedDraft(temporary, writerUrl, engineVersion, kind);
  const outcome = await importCapture(job, draft.feed, sizeBytes, control);
  const opened = await draft.opened;
  if (!opened.ok) return opened;
  await opened.value.close();
  return completed(temporary, job.sessionPath, outcome);
}
