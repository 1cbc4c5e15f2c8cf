import { useEffect, useRef, useState } from 'react';
import { nextTask } from '../decoding/decode.ts';
import { findBytes } from '../format/find-bytes.ts';
import { pageBytes, type BodyPages } from '../state/body-pages.ts';

export interface BodySearch {
  /** Bytes looked through by the search that is running, null for none. */
  readonly lookedAt: number | null;
  /** What came of the last one: said to the person. */
  readonly outcome: string;
  /** Looks from `from` to the end. The offset, or null when there is none or the search was stopped. */
  readonly find: (wanted: Uint8Array, from: number, anyCase: boolean) => Promise<number | null>;
  readonly stop: () => void;
}

const aheadPages = 3;

/** Finds bytes in a body of any size, page by page, while the window stays free. */
export function useBodySearch(pages: BodyPages): BodySearch {
  const [lookedAt, setLookedAt] = useState<number | null>(null);
  const [outcome, setOutcome] = useState('');
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), [pages]);
  const stop = () => {
    running.current?.abort();
    setLookedAt(null);
    setOutcome('Stopped');
  };
  const find = async (wanted: Uint8Array, from: number, anyCase: boolean) => {
    running.current?.abort();
    const turn = new AbortController();
    running.current = turn;
    setOutcome('');
    const found = await findInPages(pages, wanted, from, anyCase, turn.signal, setLookedAt);
    if (turn.signal.aborted) return null;
    setLookedAt(null);
    setOutcome(found === null ? (from > 0 ? 'Not found from here to the end' : 'Not found') : '');
    return found;
  };
  return { lookedAt, outcome, find, stop };
}

async function findInPages(
  pages: BodyPages,
  wanted: Uint8Array,
  from: number,
  anyCase: boolean,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<number | null> {
  const before = wanted.length - 1;
  const stopped = () => signal.aborted;
  let carried = new Uint8Array();
  for (let index = Math.floor(from / pageBytes); !stopped(); index += 1) {
    if ((pages.info.get()?.codings.length ?? 0) === 0)
      for (let ahead = 1; ahead <= aheadPages; ahead += 1) void pages.page(index + ahead);
    const page = await pages.page(index);
    if (page === undefined || stopped()) return null;
    const start = index * pageBytes;
    const joined = new Uint8Array(carried.length + page.length);
    joined.set(carried);
    joined.set(page, carried.length);
    const base = start - carried.length;
    const at = findBytes(joined, wanted, Math.max(0, from - base), anyCase);
    if (at !== -1) return base + at;
    if (page.length < pageBytes) return null;
    carried = joined.slice(joined.length - Math.min(before, joined.length));
    progress(start + page.length - from);
    await nextTask();
  }
  return null;
}
