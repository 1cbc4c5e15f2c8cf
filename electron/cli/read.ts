import { exchangeJson, type ExchangeJson } from '../../core/model/exchange-json.ts';
import type { BodySide } from '../../core/model/exchange-record.ts';
import { bodyPageBytesMax } from '../../core/contract/bodies.ts';
import type { Result } from '../../core/model/result.ts';
import type { ExchangeWithLegs } from '../engine/session/answers.ts';
import type { Session } from '../engine/session/session-api.ts';
import { valueOrComplain } from './common.ts';
import { matchingIds } from './matching-ids.ts';
import { printError, write } from './output.ts';
import { withSession } from './with-session.ts';

const pageRows = 500;

/** Prints the exchanges of a saved session that match, one JSON object or one line of a table each. */
export async function listExchanges(
  file: string,
  options: { readonly json?: boolean; readonly filter?: string; readonly keylog?: string },
): Promise<void> {
  await withSession({ file, keyLog: options.keylog }, async (session) => {
    const { filter } = options;
    const matching = filter === undefined ? null : valueOrComplain(await matchingIds(session, filter));
    if (filter !== undefined && matching === null) return;
    if (options.json !== true) await write(tableHead);
    for await (const page of matching === null ? allPages(session) : pagesOf(session, matching)) {
      const shown = valueOrComplain(page);
      if (shown === null) return;
      const lines = shown.map(({ exchange, clientLeg, serverLeg }) => {
        const json = exchangeJson(exchange, clientLeg, serverLeg);
        return `${options.json === true ? JSON.stringify(json) : tableRow(json)}\n`;
      });
      if (!(await write(lines.join('')))) return;
    }
  });
}

async function* allPages(session: Session): AsyncGenerator<Result<ExchangeWithLegs[]>> {
  for (let afterId = 0; ;) {
    const page = await session.exportPage(afterId, pageRows);
    if (page.ok && page.value.length === 0) return;
    yield page;
    afterId = page.ok ? (page.value.at(-1)?.exchange.id ?? Infinity) : Infinity;
  }
}

async function* pagesOf(
  session: Session,
  ids: readonly number[],
): AsyncGenerator<Result<ExchangeWithLegs[]>> {
  for (let from = 0; from < ids.length; from += pageRows) {
    yield await session.exportThese(ids.slice(from, from + pageRows));
  }
}

const tableHead = `${'id'.padStart(6)}  ${'method'.padEnd(7)} ${'status'.padEnd(6)} ${'size'.padStart(10)} ${'ms'.padStart(10)}  url\n`;

function tableRow({ id, method, status, error, responseBytes, durationMs, url }: ExchangeJson): string {
  const outcome = error === null ? String(status ?? '') : '!';
  const duration = durationMs === null ? '…' : durationMs.toFixed(1);
  const row = `${String(id).padStart(6)}  ${method.padEnd(7)} ${outcome.padEnd(6)} ${String(responseBytes).padStart(10)} ${duration.padStart(10)}  ${url}`;
  return `${row}${error === null ? '' : `  (${error.code})`}`.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    '\ufffd',
  );
}

/** Prints the TLS keys of the connections that carried the matching exchanges, each connection once (RFC 9850). */
export async function printKeyLog(file: string, options: { readonly filter?: string }): Promise<void> {
  await withSession({ file }, async (session) => {
    const { filter } = options;
    const matching = filter === undefined ? null : valueOrComplain(await matchingIds(session, filter));
    if (filter !== undefined && matching === null) return;
    const printed = new Set<number>();
    for await (const page of matching === null ? allPages(session) : pagesOf(session, matching)) {
      const shown = valueOrComplain(page);
      if (shown === null) return;
      const fresh = shown
        .flatMap(({ clientLeg, serverLeg }) => [clientLeg?.id ?? [], serverLeg?.id ?? []].flat())
        .filter((id) => !printed.has(id));
      const conversations = [...new Set(fresh)];
      for (const id of conversations) printed.add(id);
      const found = valueOrComplain(await session.secrets(conversations));
      if (found === null) return;
      if (!(await write(found.lines.map((line) => `${line}\n`).join('')))) return;
    }
  });
}

/** Writes one body to standard output, byte for byte. */
export async function printBody(
  file: string,
  id: number,
  side: BodySide,
  options: { readonly decoded?: boolean },
): Promise<void> {
  await withSession({ file }, async (session) => {
    for (let from = 0; ;) {
      const page = valueOrComplain(
        await session.readBody(id, side, options.decoded === true, from, bodyPageBytesMax),
      );
      if (page === null) return;
      if (page.bytes.length > 0 && !(await write(page.bytes))) return;
      if (page.decodeError !== null) {
        printError(page.decodeError);
        process.exitCode = 1;
      }
      if (page.done) return;
      from += page.bytes.length;
    }
  });
}
