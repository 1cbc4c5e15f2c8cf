import type { Ids } from '../columns/fields.ts';

/** Equal parts of the keys' range that they are told apart by at once: the counters fit into the first cache. */
const partsMax = 4096;
/** When one part has more than this share, keys are told apart by some of them instead, which takes twice as long. */
const crowdedShare = 0.25;
/** Keys that the others are compared with then. */
const splittersMax = 127;
/** Below, comparing is quicker. */
const comparedMax = 256;

/** Ids in an order that is worked out where somebody looks. */
export interface LaidDown {
  readonly order: Ids;
  /** What is noted of an id that does not come behind the one before it for certain; 0 where it does. */
  readonly ties: Uint16Array;
}

/** What to note of an id and the one before it. */
export interface Ties {
  /** Their keys are equal. */
  readonly equal: number;
  /** Their keys are near each other, and may be in either order. */
  readonly near: number;
}

/** Which span of keys, in their order, each id belongs to. Ids without a key are in the last one. */
interface Spans {
  readonly of: Uint16Array;
  /** Ids in each. */
  readonly counts: Uint32Array;
  /** Whether all keys of a span are equal. */
  readonly isExact: (span: number) => boolean;
}

/**
 * Lays ids (ascending) down from `start` on, in the order of their keys as far as one pass tells it: the keys are cut
 * into spans, and ids of one span stay together, ascending. At least two spans have ids unless all keys are equal, so
 * that laying down each span again comes to an end. A million take 20 to 60 ms. Ids without a key (NaN) come last, by id.
 * Gives the number of those that have one.
 */
export function layDown(ids: Ids, keys: Float64Array, into: LaidDown, start: number, ties: Ties): number {
  const count = ids.length;
  let min = Infinity;
  let max = -Infinity;
  let isWhole = true;
  let without = 0;
  for (let n = 0; n < count; n++) {
    const key = keys[n] as number;
    if (key < min) min = key;
    if (key > max) max = key;
    if (Math.floor(key) !== key) {
      if (Number.isNaN(key)) without += 1;
      else isWhole = false;
    }
  }
  if (count <= comparedMax || count === without) {
    layByComparing(ids, keys, into, start, ties);
    return count - without;
  }
  const valued = count - without;
  const isExact = isWhole && max - min < partsMax;
  const scale = isExact ? 1 : (partsMax - 1) / (max - min);
  const splitters = splittersOf(keys);
  const isEven = isExact || areSpread(splitters, min, scale);
  const spans = isEven ? equalParts(keys, min, scale, isExact) : bySplitters(keys, splitters);
  laySpans(ids, spans, into, start, ties);
  into.ties.fill(0, start + valued, start + count);
  return valued;
}

/** Whether parts of equal width tell enough of some keys apart. */
function areSpread(some: Float64Array, min: number, scale: number): boolean {
  if (!Number.isFinite(scale) || scale <= 0) return false;
  let inOne = 0;
  let before = -1;
  for (const key of some) {
    const part = Math.floor((key - min) * scale);
    inOne = part === before ? inOne + 1 : 1;
    before = part;
    if (inOne > some.length * crowdedShare) return false;
  }
  return true;
}

function equalParts(keys: Float64Array, min: number, scale: number, isExact: boolean): Spans {
  const of = new Uint16Array(keys.length);
  const counts = new Uint32Array(partsMax + 1);
  for (let n = 0; n < keys.length; n++) {
    const key = keys[n] as number;
    const part = key >= min ? Math.floor((key - min) * scale) : partsMax;
    of[n] = part;
    counts[part] = (counts[part] as number) + 1;
  }
  return { of, counts, isExact: () => isExact };
}

/** Some of the keys, ascending, none twice. */
function splittersOf(keys: Float64Array): Float64Array {
  const some = new Set<number>();
  for (let n = 0; n < splittersMax; n++) {
    const key = keys[Math.floor((n * keys.length) / splittersMax)] as number;
    if (!Number.isNaN(key)) some.add(key);
  }
  if (some.size === 0) some.add(keys.find((key) => !Number.isNaN(key)) ?? 0);
  return Float64Array.from(some).sort();
}

/** Span 2n + 1 has the keys that are the n-th splitter, and 2n those between it and the one before. */
function bySplitters(keys: Float64Array, splitters: Float64Array): Spans {
  const of = new Uint16Array(keys.length);
  const last = 2 * splitters.length + 1;
  const counts = new Uint32Array(last + 1);
  for (let n = 0; n < keys.length; n++) {
    const key = keys[n] as number;
    let low = 0;
    let high = splitters.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((splitters[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    const span = Number.isNaN(key) ? last : splitters[low] === key ? 2 * low + 1 : 2 * low;
    of[n] = span;
    counts[span] = (counts[span] as number) + 1;
  }
  return { of, counts, isExact: (span) => span % 2 === 1 };
}

function laySpans(
  ids: Ids,
  { of, counts, isExact }: Spans,
  { order, ties }: LaidDown,
  start: number,
  { equal, near }: Ties,
): void {
  const next = new Uint32Array(counts.length);
  let from = start;
  for (let span = 0; span < counts.length; span++) {
    const to = from + (counts[span] as number);
    next[span] = from;
    ties.fill(isExact(span) ? equal : near, from, to);
    if (to > from) ties[from] = 0;
    from = to;
  }
  for (let n = 0; n < ids.length; n++) {
    const span = of[n] as number;
    const at = next[span] as number;
    order[at] = ids[n] as number;
    next[span] = at + 1;
  }
}

function layByComparing(
  ids: Ids,
  keys: Float64Array,
  { order, ties }: LaidDown,
  start: number,
  { equal }: Ties,
): void {
  const sorted = new Uint32Array(ids.length);
  for (let n = 0; n < sorted.length; n++) sorted[n] = n;
  sorted.sort((a, b) => {
    const one = keys[a] as number;
    const other = keys[b] as number;
    if (one < other) return -1;
    if (one > other) return 1;
    return Number(Number.isNaN(one)) - Number(Number.isNaN(other)) || a - b;
  });
  let before = NaN;
  for (let n = 0; n < sorted.length; n++) {
    const from = sorted[n] as number;
    const key = keys[from] as number;
    order[start + n] = ids[from] as number;
    ties[start + n] = key === before ? equal : 0;
    before = key;
  }
}
