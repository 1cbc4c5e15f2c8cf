import path from 'node:path';
import v8 from 'node:v8';
import {
  exportFormats,
  snippetFormats,
  type ExportFormatName,
  type SnippetName,
} from '../../core/formats/index.ts';
import { snippetBodyBytesMax, snippetRequestOf } from '../../core/formats/snippet-request.ts';
import type { TransferProgress, TransferSummary } from '../../core/contract/transfers.ts';
import { nodePlatform } from '../engine/proxy/platform.ts';
import { openSession } from '../engine/session/session.ts';
import type { TransferJob } from '../engine/transfer/transfer-messages.ts';
import { createTransfers } from '../engine/transfer/transfers.ts';
import { valueOrComplain, workers } from './common.ts';
import { matchingIds } from './matching-ids.ts';
import { print, printError, write } from './output.ts';

export interface ImportOptions {
  readonly session: string;
  readonly password?: string;
  readonly keylog?: string;
}

export interface ExportOptions {
  readonly to: string;
  readonly out: string;
  readonly filter?: string;
  readonly redact: boolean;
  readonly force?: boolean;
  readonly password?: string;
}

/** Reads a file of another program into a new session; what was left out goes to standard error, one line each. */
export async function importInto(file: string, options: ImportOptions): Promise<void> {
  const summary = await runTransfer({
    kind: 'import',
    path: file,
    sessionPath: options.session,
    password: options.password ?? null,
    keyLogPath: options.keylog ?? null,
  });
  if (summary === null) return;
  tellWarnings(summary);
  for (const { reason } of summary.skips.slice(0, skipsShown)) printError(reason);
  if (summary.skipped > skipsShown) printError(`${summary.skipped - skipsShown} more entries were left out.`);
  if (summary.cut) {
    printError(`“${path.basename(file)}” is cut off or damaged: only what comes before that was imported.`);
    process.exitCode = 1;
  }
  const { exchanges, packets, skipped } = summary;
  print(JSON.stringify({ event: 'imported', session: summary.path, exchanges, packets, skipped }));
}

/** What was wrong with a file that was read all the same. */
export function tellWarnings({ warnings }: TransferSummary): void {
  for (const warning of warnings) printError(warning);
}

const skipsShown = 5;

/** Writes the exchanges of a saved session into a file of another format. */
export async function exportFrom(file: string, options: ExportOptions): Promise<void> {
  if (!isNameOf(exportFormats, options.to)) {
    return complain(
      `There is no format “${options.to}”. There are ${Object.keys(exportFormats).join(', ')}.`,
    );
  }
  const ids = options.filter === undefined ? null : await idsMatching(file, options.filter);
  if (ids === undefined) return;
  const summary = await runTransfer({
    kind: 'export',
    sessionPath: file,
    live: false,
    ids,
    totalExchanges: 0,
    format: options.to satisfies ExportFormatName,
    path: options.out,
    redact: options.redact,
    overwrite: options.force === true,
    password: options.password ?? null,
  });
  if (summary === null) return;
  const { exchanges, packets } = summary;
  print(JSON.stringify({ event: 'exported', file: summary.path, exchanges, packets }));
}

/** The exchanges that a filter lets through; undefined after a complaint. */
async function idsMatching(file: string, filter: string): Promise<Float64Array | undefined> {
  const session = valueOrComplain(await openSession({ path: file, mode: 'read' }, workers));
  if (session === null) return undefined;
  try {
    const ids = valueOrComplain(await matchingIds(session, filter));
    return ids === null ? undefined : Float64Array.from(ids);
  } finally {
    await session.close();
  }
}

/** Prints the request of one exchange as something to run. Credentials are kept: it is the person's own request. */
export async function printSnippet(
  file: string,
  id: number,
  options: { readonly as: string },
): Promise<void> {
  const { as } = options;
  if (!isNameOf(snippetFormats, as)) {
    return complain(`There is no snippet “${as}”. There are ${Object.keys(snippetFormats).join(', ')}.`);
  }
  const session = valueOrComplain(await openSession({ path: file, mode: 'read' }, workers));
  if (session === null) return;
  try {
    const detail = valueOrComplain(await session.get(id));
    if (detail === null) return;
    if (detail.exchange.method === '') return complain('This is a tunnel: there is no request to repeat.');
    const body = valueOrComplain(await session.readBody(id, 'request', false, 0, snippetBodyBytesMax + 1));
    if (body === null) return;
    const name = `request-${id}.bin`;
    const head = detail.request?.raw ?? null;
    const request = snippetRequestOf(detail.exchange, head, body.bytes, name, nodePlatform);
    await write(`${snippetFormats[as satisfies SnippetName].snippet(request).trimEnd()}\n`);
    if (request.body.kind === 'file') {
      printError(`Save the body first: plumbline body ${path.basename(file)} ${id} request > ${name}`);
    }
  } finally {
    await session.close();
  }
}

/**
 * What threads that begin from now on make lies in halves of this size from their start. Growing to it takes collections, which on a busy machine
 * cost a tenth of an import.
 */
const youngMebibytes = 16;

/** Carries it out, with its progress on a terminal; null when it failed or was cancelled, which was said. */
export async function runTransfer(job: TransferJob): Promise<TransferSummary | null> {
  v8.setFlagsFromString(`--min-semi-space-size=${youngMebibytes}`);
  const transfers = createTransfers(workers);
  if (process.stderr.isTTY) {
    transfers.events.on('progress', ({ progress }) =>
      process.stderr.write(`\r${progressLine(progress)}\x1b[K`),
    );
  }
  const started = valueOrComplain(transfers.start(job));
  if (started === null) return null;
  const cancel = (): void => transfers.cancel(started.transferId);
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  const ended = await transfers.ended(started.transferId);
  process.off('SIGINT', cancel);
  process.off('SIGTERM', cancel);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return valueOrComplain(ended);
}

function progressLine({ doneExchanges, totalExchanges, doneBytes, totalBytes }: TransferProgress): string {
  const share =
    totalExchanges !== null && totalExchanges > 0
      ? doneExchanges / totalExchanges
      : totalBytes !== null && totalBytes > 0
        ? doneBytes / totalBytes
        : null;
  const percent = share === null ? '' : ` (${Math.min(100, Math.round(share * 100))} %)`;
  return `${doneExchanges} exchanges${percent}, ${(doneBytes / 1e6).toFixed(1)} MB`;
}

function isNameOf<T extends object>(formats: T, name: string): name is keyof T & string {
  return Object.hasOwn(formats, name);
}

function complain(line: string): void {
  printError(line);
  process.exitCode = 1;
}
