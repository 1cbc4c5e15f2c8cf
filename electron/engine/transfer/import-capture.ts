import fs from 'node:fs/promises';
import path from 'node:path';
import type { TransferSummary } from '../../../core/contract/transfers.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { createIntake, type IntakeKind } from '../packets/intake.ts';
import { readCapture } from '../packets/read-capture.ts';
import type { SessionFeed } from '../session/session-api.ts';
import { useSessionCounters } from '../session/session-counters.ts';
import { cancelled, type TransferControl } from './transfer-control.ts';
import { fileFailure } from './file-failure.ts';
import type { ImportJob } from './transfer-messages.ts';

function kindOf({ feed, leavesPackets }: ImportJob): IntakeKind {
  if (feed) return 'file';
  return leavesPackets === true ? 'listing' : 'draft';
}

/** Longest key log that is read. */
const keyLogBytesMax = 512 * 1024 * 1024;

/**
 * Reads a capture into a session; a session that is closed meanwhile cancels it. Failures: `nothing-imported`, `cancelled`, those of the files.
 */
export async function importCapture(
  job: ImportJob,
  feed: SessionFeed,
  totalBytes: number,
  control: TransferControl,
): Promise<Result<TransferSummary>> {
  const intake = createIntake(feed, kindOf(job));
  const counters = useSessionCounters(feed.counters);
  const isCancelled = (): boolean => control.isCancelled() || intake.isGone();
  const keys = await readKeyLog(job.keyLogPath ?? null);
  if (!keys.ok) {
    await intake.finish();
    return keys;
  }
  intake.keys.add(keys.value);
  let reading;
  try {
    reading = await readCapture(job.path, intake, isCancelled, (doneBytes) => {
      control.progress({
        doneExchanges: counters.last('count'),
        totalExchanges: null,
        doneBytes,
        totalBytes,
      });
    });
  } catch (error) {
    await intake.finish();
    return fileFailure(error, job.path);
  }
  await intake.finish();
  if (isCancelled()) return cancelled;
  const { packets, problems } = reading;
  const name = path.basename(job.path);
  if (packets === 0) {
    return fail(
      'nothing-imported',
      problems[0] === undefined ? `“${name}” holds no packets.` : `“${name}”: ${problems[0]}`,
    );
  }
  return succeed({
    path: path.resolve(job.sessionPath),
    exchanges: counters.last('count'),
    packets,
    skipped: 0,
    skips: [],
    warnings: [...problems],
    cut: false,
  });
}

async function readKeyLog(file: string | null): Promise<Result<string>> {
  if (file === null) return succeed('');
  try {
    const { size } = await fs.stat(file);
    if (size > keyLogBytesMax) {
      return fail(
        'file-too-large',
        `The key log ${file} is larger than 512 MB. Give the part that belongs to the capture.`,
      );
    }
    return succeed(await fs.readFile(file, 'latin1'));
  } catch (error) {
    return fileFailure(error, file);
  }
}
