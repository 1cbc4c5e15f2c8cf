import { seriesColumnCount, seriesColumns } from './tcp-series-columns.ts';

/** What a picture draws over time, and so must keep its peaks. */
const drawn = [seriesColumns.seq, seriesColumns.window, seriesColumns.inFlight, seriesColumns.rttUs] as const;
/** Of each end in each bucket: first, last, and lowest and highest of what is drawn. */
const PER_BUCKET = 2 * (2 + 2 * drawn.length);

/**
 * Which of `rows` points stay when at most `pointsMax` can, 1 for each that does: half of them are the first, last, lowest and highest
 * of each end in equal parts of the time; then every packet with a trouble, or as many as there is room for, evenly spread; then others, evenly
 * spread. `table` has `seriesColumnCount` numbers a row.
 */
export function chooseSeriesPoints(table: Float64Array, rows: number, pointsMax: number): Uint8Array {
  const isKept = new Uint8Array(rows);
  const buckets = Math.floor(pointsMax / 2 / PER_BUCKET);
  let room = pointsMax - (buckets > 0 ? keepExtremes(table, rows, buckets, isKept) : 0);
  room -= keepEvenly(
    isKept,
    room,
    (row) => (table[row * seriesColumnCount + seriesColumns.troubles] ?? 0) !== 0,
  );
  keepEvenly(isKept, room, () => true);
  return isKept;
}

/** Returns how many points it kept: at most `PER_BUCKET` a bucket. */
function keepExtremes(table: Float64Array, rows: number, buckets: number, isKept: Uint8Array): number {
  let first = Infinity;
  let last = -Infinity;
  for (let row = 0; row < rows; row++) {
    const atUs = table[row * seriesColumnCount + seriesColumns.atUs] ?? 0;
    if (atUs < first) first = atUs;
    if (atUs > last) last = atUs;
  }
  const width = Math.max((last - first) / buckets, 1e-9);
  const chosen = new Int32Array(buckets * PER_BUCKET).fill(-1);
  const perEnd = PER_BUCKET / 2;
  for (let row = 0; row < rows; row++) {
    const at = row * seriesColumnCount;
    const bucket = Math.min(buckets - 1, Math.floor(((table[at + seriesColumns.atUs] ?? 0) - first) / width));
    const slot = bucket * PER_BUCKET + (table[at + seriesColumns.end] === 1 ? perEnd : 0);
    if (chosen[slot] === -1) chosen[slot] = row;
    chosen[slot + 1] = row;
    for (let which = 0; which < drawn.length; which++) {
      const column = drawn[which] as number;
      const value = table[at + column] ?? 0;
      if (column === seriesColumns.rttUs && value < 0) continue;
      const low = slot + 2 + 2 * which;
      if (isBeyond(table, chosen[low] as number, column, value, -1)) chosen[low] = row;
      if (isBeyond(table, chosen[low + 1] as number, column, value, 1)) chosen[low + 1] = row;
    }
  }
  let kept = 0;
  for (const row of chosen) {
    if (row < 0 || isKept[row] === 1) continue;
    isKept[row] = 1;
    kept++;
  }
  return kept;
}

function isBeyond(table: Float64Array, row: number, column: number, value: number, sign: number): boolean {
  return row < 0 || sign * (value - (table[row * seriesColumnCount + column] ?? 0)) > 0;
}

/** Keeps up to `room` of the points that are not kept yet and `may` be; returns how many. */
function keepEvenly(isKept: Uint8Array, room: number, may: (row: number) => boolean): number {
  let candidates = 0;
  for (let row = 0; row < isKept.length; row++) if (isKept[row] === 0 && may(row)) candidates++;
  const share = candidates <= room ? 1 : room / candidates;
  let due = 0;
  let kept = 0;
  for (let row = 0; row < isKept.length && kept < room; row++) {
    if (isKept[row] !== 0 || !may(row)) continue;
    due += share;
    if (due < 1 - 1e-9) continue;
    due -= 1;
    isKept[row] = 1;
    kept++;
  }
  return kept;
}
