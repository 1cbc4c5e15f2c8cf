import { useEffect, useState } from 'react';
import { nextTask } from '../decoding/decode.ts';
import type { TreeSource } from '../format/tree-source.ts';

export interface TreeFilter {
  /** Flags of the rows that match, null while nothing is looked for. */
  readonly found: Uint8Array | null;
  readonly count: number;
  /** 0 … 1; 1 when all rows were looked at. */
  readonly progress: number;
}

const nothing: TreeFilter = { found: null, count: 0, progress: 1 };
const notBegun: TreeFilter = { found: null, count: 0, progress: 0 };
/** What was found last, of what and where. */
interface LastFilter {
  readonly tree: TreeSource;
  readonly sought: string;
  readonly filter: TreeFilter;
}

const settleMs = 150;
const sliceMs = 8;
const rowsBetweenLooks = 500;
/** More rows are not marked: nobody reads them. */
const foundMax = 100_000;

/** Rows whose name or value holds a text, looked for in slices between frames. */
export function useTreeFilter(tree: TreeSource, wanted: string): TreeFilter {
  const [last, setLast] = useState<LastFilter | null>(null);
  const sought = wanted.toLowerCase();
  useEffect(() => {
    if (sought === '') return;
    let current = true;
    const timer = setTimeout(() => {
      void findRows(
        tree,
        sought,
        () => current,
        (filter) => setLast({ tree, sought, filter }),
      );
    }, settleMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [tree, sought]);
  if (sought === '') return nothing;
  if (last?.tree !== tree) return notBegun;
  // What was found of the text before stays until there is more to show.
  return last.sought === sought ? last.filter : { ...last.filter, progress: 0 };
}

async function findRows(
  tree: TreeSource,
  wanted: string,
  goOn: () => boolean,
  tell: (filter: TreeFilter) => void,
): Promise<void> {
  const found = new Uint8Array(tree.count);
  let count = 0;
  let at = 0;
  let toldMs = performance.now();
  while (at < tree.count && count < foundMax) {
    const until = performance.now() + sliceMs;
    while (at < tree.count && count < foundMax && performance.now() < until) {
      const stop = Math.min(tree.count, at + rowsBetweenLooks);
      for (; at < stop; at += 1) {
        if (!tree.matches(at, wanted)) continue;
        found[at] = 1;
        count += 1;
      }
    }
    await nextTask();
    if (!goOn()) return;
    if (performance.now() - toldMs > 200) {
      toldMs = performance.now();
      tell({ found: null, count, progress: at / tree.count });
    }
  }
  tell({ found, count, progress: 1 });
}
