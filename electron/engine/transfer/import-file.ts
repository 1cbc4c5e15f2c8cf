import path from 'node:path';
import type { FormatExchange, ReadContext } from '../../../core/formats/format.ts';
import { importFormats, type ImportFormatName } from '../../../core/formats/index.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { TransferSummary } from '../../../core/contract/transfers.ts';
import { nodePlatform } from '../proxy/platform.ts';
import { beginFedDraft, openDraft, type SessionDraft } from '../session/draft.ts';
import { checkPath } from '../session/path-check.ts';
import { stepBack } from '../session/step-back.ts';
import { removeSessionFile } from '../session/remove-session-file.ts';
import { engineVersion } from '../version.ts';
import { detectFormat } from './detect.ts';
import { cancelled, type TransferControl } from './export-exchanges.ts';
import { fileFailure } from './file-failure.ts';
import { openFileSource, type FileSource } from './file-source.ts';
import { importCapture } from './import-capture.ts';
import { createImportReport, type CountingReport } from './import-report.ts';
import { moveToNew } from './move-to-new.ts';
import { temporaryPath } from './output-file.ts';
import { createSessionWriter } from './session-writer.ts';
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
    const report = createImportReport();
    const exchanges = await openFormat(format.value, source.value, name, job.password, {
      platform: nodePlatform,
      report,
    });
    if (!exchanges.ok) return exchanges;
    return await intoSession(job, name, exchanges.value, source.value, report, writerUrl, control);
  } catch (error) {
    return fileFailure(error, job.path);
  } finally {
    await source.value.close();
  }
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

async function intoSession(
  job: ImportJob,
  name: string,
  exchanges: AsyncGenerator<FormatExchange>,
  source: FileSource,
  report: CountingReport,
  writerUrl: URL,
  control: TransferControl,
): Promise<Result<TransferSummary>> {
  return intoNewSession(job, writerUrl, (draft) =>
    putExchanges(job, name, exchanges, source, report, draft, control),
  );
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

/** The same, but the capture is read while the file is being made. */
async function captureIntoNewSession(
  job: ImportJob,
  writerUrl: URL,
  sizeBytes: number,
  control: TransferControl,
): Promise<Result<TransferSummary>> {
  const temporary = temporaryPath(job.sessionPath);
  const draft = beginFedDraft(temporary, writerUrl, engineVersion);
  const outcome = await importCapture(job, draft.feed, sizeBytes, control);
  const opened = await draft.opened;
  if (!opened.ok) return opened;
  await opened.value.close();
  return completed(temporary, job.sessionPath, outcome);
}

async function completed(
  temporary: string,
  wanted: string,
  outcome: Result<TransferSummary>,
): Promise<Result<TransferSummary>> {
  const kept = outcome.ok ? await rename(temporary, wanted, outcome) : outcome;
  if (!kept.ok) await removeSessionFile(temporary);
  return kept;
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

async function rename<T>(from: string, to: string, outcome: Result<T>): Promise<Result<T>> {
  try {
    await moveToNew(from, to);
    return outcome;
  } catch (error) {
    return fileFailure(error, to);
  }
}
