import type { Branch } from '../../../../core/contract/exchanges.ts';
import type { ColumnStore } from '../columns/column-store.ts';
import { blockOf, blockRows, idAt, slotOf, type Ids, type TextField } from '../columns/fields.ts';
import { isProblem } from './aggregates.ts';
import type { Marks } from './marks.ts';
import { pathAt } from './path-scan.ts';

/** Branches of one answer. */
const branchesMax = 1000;
/** Different names that are told apart while counting; what comes beyond is counted as left out. */
const namesMax = 100_000;

interface Counted {
  count: number;
  problems: number;
  hasBranches: boolean;
}

/**
 * Counts ascending ids by host or application, or below a host by the next segment of the path. `under` names the way
 * down: a host, then segments with their slash before them.
 */
export function branchesOf(
  store: ColumnStore,
  ids: Ids,
  by: 'host' | 'app',
  under: readonly string[],
): { branches: Branch[]; more: number } {
  const counted = new Map<string, Counted>();
  let leftOut = 0;
  const [top, ...segments] = under;
  const prefix = segments.join('');
  let block = -1;
  let names: (slot: number) => string | null = () => null;
  let states = new Float64Array(0);
  let statuses = new Float64Array(0);
  let paths = store.paths(0);
  for (const id of ids) {
    if (blockOf(id) !== block) {
      block = blockOf(id);
      const { texts, codes } = store.texts(block, by);
      names = (slot) => texts[(codes[slot] as number) - 1] ?? null;
      states = store.numbers(block, 'state').slice();
      statuses = store.numbers(block, 'status').slice();
      if (top !== undefined) paths = store.paths(block);
    }
    const slot = slotOf(id);
    let name = names(slot) ?? '';
    let hasBranches = by === 'host';
    if (top !== undefined) {
      if (name !== top) continue;
      const path = pathAt(paths, slot);
      if (!path.startsWith(prefix)) continue;
      ({ name, hasBranches } = nextSegment(path, prefix.length));
      if (name === '') continue;
    }
    let entry = counted.get(name);
    if (entry === undefined) {
      if (counted.size >= namesMax) {
        leftOut += 1;
        continue;
      }
      entry = { count: 0, problems: 0, hasBranches: false };
      counted.set(name, entry);
    }
    entry.count += 1;
    entry.hasBranches ||= hasBranches;
    if (isProblem(states[slot] as number, statuses[slot] as number)) entry.problems += 1;
  }
  const sorted = [...counted].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
  return {
    branches: sorted.slice(0, branchesMax).map(([name, entry]) => ({ name, ...entry })),
    more: Math.max(0, sorted.length - branchesMax) + leftOut,
  };
}

/** `/api` of `/api/cart?x=1`, and whether the path goes on below it. The query belongs to the last segment. */
function nextSegment(path: string, from: number): { name: string; hasBranches: boolean } {
  if (path[from] !== '/') return { name: '', hasBranches: false };
  const query = path.indexOf('?', from);
  const end = query < 0 ? path.length : query;
  const slash = path.indexOf('/', from + 1);
  const isLast = slash < 0 || slash >= end;
  return { name: path.slice(from, isLast ? end : slash), hasBranches: !isLast };
}

/** The most frequent texts of a column among the exchanges that are there: each block counts its codes. */
export function frequentTexts(store: ColumnStore, marks: Marks, field: TextField, limit: number): string[] {
  const counts = new Map<string, number>();
  for (let block = store.nextBlock(-1); block !== null; block = store.nextBlock(block)) {
    const present = store.present(block).slice();
    marks.takeOutRemoved(idAt(block, 0), present);
    const { texts, codes } = store.texts(block, field);
    const here = new Uint16Array(texts.length + 1);
    for (let slot = 0; slot < blockRows; slot++) {
      if (present[slot] === 1) here[codes[slot] as number] = (here[codes[slot] as number] as number) + 1;
    }
    for (let at = 0; at < texts.length; at++) {
      const count = here[at + 1] as number;
      const text = texts[at] as string;
      if (count === 0 || text === '' || (counts.size >= namesMax && !counts.has(text))) continue;
      counts.set(text, (counts.get(text) ?? 0) + count);
    }
  }
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([text]) => text);
}
