import { parentPort } from 'node:worker_threads';
import type { TransferProgress, TransferSummary } from '../../../core/contract/transfers.ts';
import { fail, type Result } from '../../../core/model/result.ts';
import { importFile } from './import-file.ts';
import type { TransferControl } from './transfer-control.ts';
import type { FromTransfer, TransferJob, TransferStart } from './transfer-messages.ts';

const tellEveryMs = 100;

function send(message: FromTransfer): void {
  parentPort?.postMessage(message);
}

/** A capture is read at once; what the others need takes as long to load as a small file takes to be read. */
async function carryOut(
  job: TransferJob,
  writerUrl: URL,
  control: TransferControl,
): Promise<Result<TransferSummary>> {
  switch (job.kind) {
    case 'export':
      return job.format === 'pcapng'
        ? (await import('./export-packets.ts')).exportPackets(job, control)
        : (await import('./export-exchanges.ts')).exportExchanges({ ...job, format: job.format }, control);
    case 'import':
      return importFile(job, writerUrl, control);
    case 'copy':
      return (await import('./copy-session.ts')).copySession(job, control);
    default:
      return job satisfies never;
  }
}

async function run({ job, cancelled, writerUrl }: TransferStart): Promise<void> {
  const flag = new Int32Array(cancelled);
  let toldAtMs = 0;
  const control: TransferControl = {
    isCancelled: () => Atomics.load(flag, 0) !== 0,
    progress: (progress: TransferProgress) => {
      const nowMs = performance.now();
      if (nowMs - toldAtMs < tellEveryMs) return;
      toldAtMs = nowMs;
      send({ kind: 'progress', progress });
    },
  };
  const outcome: Result<unknown> = await carryOut(job, new URL(writerUrl), control).catch((error: unknown) =>
    fail('internal', error instanceof Error ? error.message : String(error)),
  );
  send({ kind: 'ended', outcome } as FromTransfer);
}

// By a message: the thread may start before it is known what it has to do.
parentPort?.once('message', (start: TransferStart) => void run(start));
