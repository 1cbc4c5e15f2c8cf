import { blockOf, blockRows, idAt, type Ids } from '../columns/fields.ts';

/** The ids of one block, by index: `to` is the first behind them. */
export interface Section {
  readonly block: number;
  readonly from: number;
  readonly to: number;
}

/** Index of the first id greater than this one, from an index on; there are at most 4,096 up to it. */
export function firstBehind(ids: Ids, from: number, last: number): number {
  let n = from;
  while (n < ids.length && (ids[n] as number) <= last) n++;
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
