/** Spans that keys are told apart by at once: their counters fit into the first cache. */
const spansMax = 4096;
/** Below, comparing is quicker. */
const comparedMax = 256;

/** Ids in an order that is worked out where somebody looks. */
export interface LaidDown {
  readonly order: Float64Array;
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

/**
 * Lays ids (ascending) down from `start` on, in the order of their keys as far as one pass tells it: the keys' range is
 * cut into 4,096 equal spans, and ids of one span stay together, ascending. At least two spans have ids unless all keys
 * are equal, so that laying down each span again comes to an end. A million take about 20 ms. Ids without a key (NaN)
 * come last, by id. Gives the number of those that have one.
 */
export function layDown(
  ids: Float64Array,
  keys: Float64Array,
  into: LaidDown,
  start: number,
  ties: Ties,
): number {
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
  const isExact = isWhole && max - min < spansMax;
  const scale = isExact ? 1 : (spansMax - 1) / (max - min);
  if (count <= comparedMax || !Number.isFinite(scale) || scale <= 0) {
    layByComparing(ids, keys, into, start, ties);
    return count - without;
  }
  const spans = new Uint16Array(count);
  const ends = new Uint32Array(spansMax + 1);
  for (let n = 0; n < count; n++) {
    const key = keys[n] as number;
    const span = key >= min ? Math.floor((key - min) * scale) : spansMax;
    spans[n] = span;
    ends[span] = (ends[span] as number) + 1;
  }
  const valued = start + count - without;
  into.ties.fill(isExact ? ties.equal : ties.near, start, valued);
  into.ties.fill(0, valued, start + count);
  let from = start;
  for (let span = 0; span <= spansMax; span++) {
    const here = ends[span] as number;
    if (here > 0) into.ties[from] = 0;
    ends[span] = from;
    from += here;
  }
  const { order } = into;
  for (let n = 0; n < count; n++) {
    const span = spans[n] as number;
    const at = ends[span] as number;
    order[at] = ids[n] as number;
    ends[span] = at + 1;
  }
  return count - without;
}

function layByComparing(
  ids: Float64Array,
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
