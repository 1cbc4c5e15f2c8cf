import { headerNameCharsMax, type HeaderNames } from '../../../../core/contract/exchanges.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import { parseHeaderColumn } from '../../../../core/model/list-columns.ts';
import type { ExchangeReader } from '../exchange-detail.ts';
import type { Sqlite } from '../sqlite.ts';
import type { Marks } from './marks.ts';

/** Newest exchanges whose heads are looked at. */
const exchangesMax = 1000;
/** Characters of heads that are looked at; heads of a few kilobytes are usual. */
const charsMax = 8 * 1024 * 1024;
/** Names counted for one side; others are left out. */
const namesMax = 10_000;
/** Other questions get their turn this often. */
const sliceMs = 8;

/** Names of header fields in the newest exchanges, most frequent first. */
export function createHeaderNames(
  db: Sqlite,
  exchanges: ExchangeReader,
  marks: Marks,
): (limit: number) => Promise<HeaderNames> {
  const newest = db.prepare(`SELECT id FROM exchanges ORDER BY id DESC LIMIT ${exchangesMax}`).pluck();
  return async (limit) => {
    const counts = { request: new Map<string, number>(), response: new Map<string, number>() };
    let chars = 0;
    let turnAt = performance.now() + sliceMs;
    for (const id of newest.all() as number[]) {
      if (chars > charsMax) break;
      if (marks.isRemoved(id)) continue;
      for (const side of ['request', 'response'] as const) {
        const head = exchanges.head(id, side);
        chars += head?.raw.length ?? 0;
        count(counts[side], side, head?.headers ?? []);
      }
      if (performance.now() < turnAt) continue;
      await new Promise(setImmediate);
      turnAt = performance.now() + sliceMs;
    }
    return { request: frequent(counts.request, limit), response: frequent(counts.response, limit) };
  };
}

function count(
  counts: Map<string, number>,
  side: BodySide,
  headers: readonly (readonly [string, string])[],
): void {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  for (const name of names) {
    const before = counts.get(name) ?? 0;
    if (before === 0 && (counts.size >= namesMax || !isUsable(side, name))) continue;
    counts.set(name, before + 1);
  }
}

/** What no filter and no column can name is not offered, nor what is too long to be read in a list. */
function isUsable(side: BodySide, name: string): boolean {
  return name.length <= headerNameCharsMax && parseHeaderColumn(`${side}.${name}`) !== null;
}

function frequent(counts: ReadonlyMap<string, number>, limit: number): string[] {
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, limit)
    .map(([name]) => name);
}
