import path from 'node:path';
import { collectPieces } from '../../../core/encoding/byte-source.ts';
import type { FormatExchange, WriteContext } from '../../../core/formats/format.ts';
import { exportFormats, type ExportFormat, type ExportFormatName } from '../../../core/formats/index.ts';
import { snippetBodyBytesMax, snippetRequestOf } from '../../../core/formats/snippet-request.ts';
import { exchangeUrl } from '../../../core/model/exchange-url.ts';
import { redactHeadText } from '../../../core/model/head-text.ts';
import { succeed, type Result } from '../../../core/model/result.ts';
import type { TransferSummary } from '../../../core/contract/transfers.ts';
import { nodePlatform } from '../proxy/platform.ts';
import { engineVersion } from '../version.ts';
import { fileFailure } from './file-failure.ts';
import { createOutputFile, type OutputFile } from './output-file.ts';
import { openSessionExchanges } from './session-exchanges.ts';
import { cancelled, type TransferControl } from './transfer-control.ts';
import type { ExportJob } from './transfer-messages.ts';

/** Text is written in blocks of about this size. */
const blockCharsMin = 256 * 1024;

/** Writes exchanges of a session file into a file of another format. Failures: those of the session and of the files, `cancelled`. */
export async function exportExchanges(
  job: ExportJob & { readonly format: Exclude<ExportFormatName, 'pcapng'> },
  { isCancelled, progress }: TransferControl,
): Promise<Result<TransferSummary>> {
  const session = openSessionExchanges(job.sessionPath, job.live);
  if (!session.ok) return session;
  const output = await createOutputFile(job.path, job.overwrite);
  if (!output.ok) {
    session.value.close();
    return output;
  }
  const file = output.value;
  const total = job.ids?.length ?? (job.totalExchanges > 0 ? job.totalExchanges : session.value.count);
  let done = 0;
  const tell = (): void => {
    progress({
      doneExchanges: done,
      totalExchanges: total,
      doneBytes: file.writtenBytes(),
      totalBytes: null,
    });
  };

  async function* counted(): AsyncGenerator<FormatExchange> {
    for await (const exchange of session.ok ? session.value.read(job.ids) : []) {
      if (isCancelled()) return;
      yield exchange;
      done += 1;
      tell();
    }
  }

  const context: WriteContext = {
    platform: nodePlatform,
    redact: job.redact,
    programVersion: engineVersion,
  };
  const guarded: OutputFile = {
    ...file,
    write: (bytes) => {
      if (isCancelled()) return Promise.reject(new Error(cancelled.error.code));
      tell();
      return file.write(bytes);
    },
  };
  try {
    await write(exportFormats[job.format], counted(), context, job.password, guarded);
    if (isCancelled()) {
      await file.discard();
      return cancelled;
    }
    await file.finish();
    tell();
    return succeed({
      path: path.resolve(job.path),
      exchanges: done,
      skipped: 0,
      skips: [],
      warnings: [],
      cut: false,
    });
  } catch (error) {
    await file.discard();
    return isCancelled() ? cancelled : fileFailure(error, job.path);
  } finally {
    session.value.close();
  }
}

async function write(
  format: Exclude<ExportFormat, { readonly kind: 'packets' }>,
  exchanges: AsyncGenerator<FormatExchange>,
  context: WriteContext,
  password: string | null,
  file: OutputFile,
): Promise<void> {
  switch (format.kind) {
    case 'file':
      return writeText(format.write(exchanges, context), file);
    case 'archive': {
      // The library is needed here only; HAR and snippets start without it.
      const { writeZip } = await import('./zip-write.ts');
      return writeZip(format.write(exchanges, context), password, file.write);
    }
    case 'snippets':
      return writeText(snippets(format, exchanges, context), file);
    default:
      return format satisfies never;
  }
}

async function writeText(texts: AsyncIterable<string>, file: OutputFile): Promise<void> {
  let block = '';
  for await (const text of texts) {
    block += text;
    if (block.length < blockCharsMin) continue;
    await file.write(Buffer.from(block));
    block = '';
  }
  await file.write(Buffer.from(block));
}

/** Requests one below the other, tunnels left out. */
async function* snippets(
  { snippet, comment }: ExportFormat & { readonly kind: 'snippets' },
  exchanges: AsyncIterable<FormatExchange>,
  { platform, redact }: WriteContext,
): AsyncGenerator<string> {
  let number = 0;
  for await (const { record, heads, requestBody } of exchanges) {
    number += 1;
    if (record.method === '') continue;
    const open = requestBody.wire ?? requestBody.content;
    const body = open === null ? null : await collectPieces(open(), snippetBodyBytesMax + 1);
    const head = redact && heads.request !== null ? redactHeadText(heads.request) : heads.request;
    const request = snippetRequestOf(
      record,
      head,
      body?.bytes ?? new Uint8Array(0),
      `request-${number}.bin`,
      platform,
    );
    const title = `${record.method} ${exchangeUrl(record)}`.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, ' ');
    yield `${comment} ${number}: ${title}\n${snippet(request)}\n\n`;
  }
}
