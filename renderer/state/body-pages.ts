import { bodyPageBytesMax } from '../../core/contract/bodies.ts';
import type { Client } from '../../core/contract/client.ts';
import type { BodySide } from '../../core/model/exchange-record.ts';
import { createStore, type Store } from './store.ts';

export interface BodySource {
  readonly sessionId: number;
  readonly exchangeId: number;
  readonly side: BodySide;
  /** Content codings undone. */
  readonly decoded: boolean;
}

export interface BodyInfo {
  /** Null while the end of a decoded body was not reached. */
  readonly totalBytes: number | null;
  /** So far the body is known to reach. */
  readonly knownBytes: number;
  readonly codings: readonly string[];
  readonly decodeError: string | null;
  readonly contentType: string | null;
  /** Why a page could not be read, one sentence. */
  readonly problem: string | null;
}

/** A body of any size by pages of 256 KiB. What was read is kept, the least recently used forgotten beyond a bound. */
export interface BodyPages {
  /** Null until the first page is there. */
  readonly info: Store<BodyInfo | null>;
  /** Grows whenever a page arrives. */
  readonly version: Store<number>;
  /** The page if it is here, shorter than others at the end; fetches it otherwise. */
  readonly peek: (index: number) => Uint8Array | undefined;
  /** Undefined where the body ends before or cannot be read. */
  readonly page: (index: number) => Promise<Uint8Array | undefined>;
  /** Bytes `from` to `to`, fewer where the body ends. */
  readonly read: (
    from: number,
    to: number,
    signal?: AbortSignal,
    progress?: (bytes: number) => void,
  ) => Promise<Uint8Array<ArrayBuffer>>;
}

export const pageBytes = bodyPageBytesMax;
/** 32 MiB; two bodies may stand side by side. */
export const pagesKeptMax = 128;
/** Pages on their way at once where each can be read on its own. */
const parallelMax = 4;

/** Pages of a recorded body. A body whose codings are undone is read one page after another, forwards where possible. */
export function createBodyPages(client: () => Client | null, source: BodySource): BodyPages {
  const info = createStore<BodyInfo | null>(null);
  const version = createStore(0);
  const kept = new Map<number, Uint8Array>();
  const flights = new Map<number, Promise<Uint8Array | undefined>>();
  let turn: Promise<unknown> = Promise.resolve();

  function keep(index: number, bytes: Uint8Array): void {
    kept.delete(index);
    kept.set(index, bytes);
    const oldest = kept.keys().next().value;
    if (kept.size > pagesKeptMax && oldest !== undefined) kept.delete(oldest);
  }

  function isBeyond(index: number): boolean {
    const total = info.get()?.totalBytes ?? null;
    return total !== null && index > 0 && index * pageBytes >= total;
  }

  async function fetchPage(index: number): Promise<Uint8Array | undefined> {
    const from = index * pageBytes;
    if (isBeyond(index)) return undefined;
    const result = await client()?.services.bodies.read({ ...source, from, limit: pageBytes });
    const before = info.get();
    if (result === undefined) return undefined;
    if (!result.ok) {
      const nothing = { totalBytes: 0, knownBytes: 0, codings: [], decodeError: null, contentType: null };
      info.set({ ...(before ?? nothing), problem: result.error.message });
      return undefined;
    }
    const { bytes, totalBytes, done, codings, decodeError, contentType } = result.value;
    const end = from + bytes.length;
    const ended = (done || decodeError !== null) && (bytes.length > 0 || index === 0);
    const total =
      codings.length === 0 ? totalBytes : ended ? end : (totalBytes ?? before?.totalBytes ?? null);
    if (bytes.length === pageBytes || ended || done) keep(index, bytes);
    info.set({
      totalBytes: total,
      knownBytes: Math.max(before?.knownBytes ?? 0, end, codings.length === 0 ? (totalBytes ?? 0) : 0),
      codings,
      decodeError: decodeError ?? before?.decodeError ?? null,
      contentType,
      problem: null,
    });
    version.set(version.get() + 1);
    return bytes;
  }

  function page(index: number): Promise<Uint8Array | undefined> {
    const here = kept.get(index);
    if (here !== undefined) {
      keep(index, here);
      return Promise.resolve(here);
    }
    if (isBeyond(index)) return Promise.resolve(undefined);
    const flying = flights.get(index);
    if (flying !== undefined) return flying;
    const inOrder = info.get() === null || (info.get()?.codings.length ?? 0) > 0;
    const flight = (inOrder ? turn.then(() => fetchPage(index)) : fetchPage(index)).finally(() =>
      flights.delete(index),
    );
    if (inOrder) turn = flight;
    flights.set(index, flight);
    return flight;
  }

  return {
    info,
    version,
    page,
    peek: (index) => {
      const here = kept.get(index);
      if (here === undefined) void page(index);
      return here;
    },
    read: (from, to, signal, progress) => readPages(page, info, from, to, signal, progress),
  };
}

/** Pages of bytes that are here already: a part of another body. */
export function bytesAsPages(bytes: Uint8Array, contentType: string | null): BodyPages {
  const info = createStore<BodyInfo | null>({
    totalBytes: bytes.length,
    knownBytes: bytes.length,
    codings: [],
    decodeError: null,
    contentType,
    problem: null,
  });
  const peek = (index: number) =>
    index > 0 && index * pageBytes >= bytes.length
      ? undefined
      : bytes.subarray(index * pageBytes, (index + 1) * pageBytes);
  const page = (index: number) => Promise.resolve(peek(index));
  return {
    info,
    version: createStore(0),
    peek,
    page,
    read: (from, to, signal, progress) => readPages(page, info, from, to, signal, progress),
  };
}

async function readPages(
  page: BodyPages['page'],
  info: Store<BodyInfo | null>,
  from: number,
  to: number,
  signal?: AbortSignal,
  progress?: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  if (info.get() === null) await page(0);
  const end = Math.min(to, info.get()?.totalBytes ?? to);
  let bytes = new Uint8Array(Math.max(0, Math.min(end, from + 4 * pageBytes) - from));
  let filled = 0;
  const first = Math.floor(from / pageBytes);
  const last = Math.ceil(end / pageBytes);
  for (let index = first; index < last && signal?.aborted !== true; index += parallelMax) {
    const batch = Array.from({ length: Math.min(parallelMax, last - index) }, (_, at) => page(index + at));
    let ended = false;
    for (const [at, each] of (await Promise.all(batch)).entries()) {
      const start = Math.max(0, from - (index + at) * pageBytes);
      const part = (each ?? new Uint8Array()).subarray(start, end - (index + at) * pageBytes);
      if (ended) break;
      bytes = withRoom(bytes, filled + part.length, Math.max(0, end - from));
      bytes.set(part, filled);
      filled += part.length;
      ended = (each?.length ?? 0) < pageBytes;
    }
    progress?.(filled);
    if (ended) break;
  }
  return filled === bytes.length ? bytes : bytes.slice(0, filled);
}

function withRoom(bytes: Uint8Array<ArrayBuffer>, needed: number, most: number): Uint8Array<ArrayBuffer> {
  if (needed <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(needed, Math.min(most, bytes.length * 2)));
  larger.set(bytes);
  return larger;
}
