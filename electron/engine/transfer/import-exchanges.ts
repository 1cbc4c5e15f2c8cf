import path from 'node:path';
import type { FormatExchange, ReadContext } from '../../../core/formats/format.ts';
import { importFormats, type ImportFormatName } from '../../../core/formats/index.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { TransferSummary } from '../../../core/contract/transfers.ts';
import { nodePlatform } from '../proxy/platform.ts';
import { openDraft, type SessionDraft } from '../session/draft.ts';
import { engineVersion } from '../version.ts';
import { fileFailure } from './file-failure.ts';
import type { FileSource } from './file-source.ts';
import { completed } from './import-completed.ts';
import { createImportReport, type CountingReport } from './import-report.ts';
import { temporaryPath } from './output-file.ts';
import { createSessionWriter } from './session-writer.ts';
import { cancelled, type TransferControl } from './transfer-control.ts';
import type { ImportJob } from './transfer-messages.ts';

/** Reads a file whose format lists exchanges into a new session. Failures: as those of `importFile`. */
export async function importExchanges(
  job: ImportJob,
  format: ImportFormatName,
  source: FileSource,
  writerUrl: URL,
  control: TransferControl,
): Promise<Result<TransferSummary>> {
  const name = path.basename(job.path);
  const report = createImportReport();
  const exchanges = await openFormat(format, source, name, job.password, { platform: nodePlatform, report });
  if (!exchanges.ok) return exchanges;
  return intoNewSession(job, writerUrl, (draft) =>
    putExchanges(job, name, exchanges.value, source, report, draft, control),
  );
}

async function openFormat(
  name: ImportFormatName,
  source: FileSource,
  fileName: string,
  password: string | null,
  context: ReadContext,
): Promise<Result<AsyncGenerator<FormatExchange>>> {
  const format = importFormats[name];
  if (format.kind === 'file') return succeed(format.read(source, context));
  // The library is needed here only; the other formats start without it.
  const { openZip } = await import('./zip-read.ts');
  const entries = await openZip(source, fileName, password);
  if (!entries.ok) return entries;
  if (!entries.value.some((entry) => /^raw[/\\]/i.test(entry.name))) {
    return fail('unknown-format', `“${fileName}” is a zip archive, but not a session archive of Fiddler.`);
  }
  return succeed(format.read(entries.value, context));
}

async function putExchanges(
  job: ImportJob,
  name: string,
  exchanges: AsyncGenerator<FormatExchange>,
  source: FileSource,
  report: CountingReport,
  draft: SessionDraft,
  { isCancelled, progress }: TransferControl,
): Promise<Result<TransferSummary>> {
  const writer = createSessionWriter(draft, isCancelled);
  let done = 0;
  const tell = (): void => {
    const doneBytes = source.reachedBytes();
    progress({ doneExchanges: done, totalExchanges: null, doneBytes, totalBytes: source.sizeBytes });
  };
  source.onRead(tell);
  try {
    for await (const exchange of exchanges) {
      if (isCancelled()) break;
      await writer.put(exchange);
      done += 1;
      tell();
    }
    if (!isCancelled()) await writer.finish();
    return isCancelled() ? cancelled : summary(job, name, done, report);
  } catch (error) {
    return isCancelled() ? cancelled : fileFailure(error, job.sessionPath);
  }
}

/** Has a session filled under another name, which becomes the wanted one when that went well; else nothing is left of it. */
async function intoNewSession(
  job: ImportJob,
  writerUrl: URL,
  fill: (draft: SessionDraft) => Promise<Result<TransferSummary>>,
): Promise<Result<TransferSummary>> {
  const temporary = temporaryPath(job.sessionPath);
  const opened = await openDraft(temporary, writerUrl, engineVersion);
  if (!opened.ok) return opened;
  const outcome = await fill(opened.value);
  await opened.value.close();
  return completed(temporary, job.sessionPath, outcome);
}

function summary(
  job: ImportJob,
  name: string,
  done: number,
  report: CountingReport,
): Result<TransferSummary> {
  const found = report.found();
  if (done > 0) return succeed({ path: path.resolve(job.sessionPath), exchanges: done, ...found });
  const first = found.skips[0]?.reason ?? '';
  if (found.skipped > 0) {
    const count = found.skipped === 1 ? 'The one entry' : `None of the ${found.skipped} entries`;
    return fail(
      'nothing-imported',
      `${count} of “${name}” could ${found.skipped === 1 ? 'not ' : ''}be imported. ${first}`,
    );
  }
  return found.cut
    ? fail(
        'nothing-imported',
        `“${name}” is cut off or damaged before its first exchange ends. Save it again.`,
      )
    : fail('nothing-imported', `“${name}” holds no exchanges: there is nothing to import.`);
}
