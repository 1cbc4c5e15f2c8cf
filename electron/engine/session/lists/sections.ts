import { blockOf, blockRows, idAt, type Ids } from '../columns/fields.ts';

/** The ids of one block, by index: `to` is the first behind them. */
export interface Section {
  readonly block: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Hands over the blocks of ascending ids, from an index on, until the time (of `performance.now`) has come; gives the
 * index to go on from.
 */
export function gatherBlocks(ids: Ids, from: number, untilMs: number, take: (block: number) => void): number {
  let n = from;
  while (n < ids.length && performance.now() < untilMs) {
    const block = blockOf(ids[n] as number);
    take(block);
    const last = idAt(block, blockRows - 1);
    while (n < ids.length && (ids[n] as number) <= last) n++;
  }
  return n;
}

/** Ascending ids, block by block: what a block holds is looked up once. */
export function sectionsOf(ids: Ids): Section[] {
  const sections: Section[] = [];
  for (let from = 0; from < ids.length;) {
    const block = blockOf(ids[from] as number);
    const end = idAt(block + 1, 0);
    let low = from + 1;
    let high = Math.min(ids.length, from + blockRows);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ids[middle] as number) < end) low = middle + 1;
      else high = middle;
    }
    sections.push({ block, from, to: low });
    from = low;
  }
  return sections;
}
