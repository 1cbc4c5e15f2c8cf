/**
 * A line of any number of points as what its pixels can show: in each column of pixels the first, the lowest, the highest and the last
 * point, in the order they come. `xs` go up. Writes pairs of px into `out` and returns how many numbers it wrote.
 */
export function thinLine(
  xs: Float64Array,
  ys: Float64Array,
  from: number,
  to: number,
  toX: (x: number) => number,
  toY: (y: number) => number,
  out: Float64Array,
): number {
  let length = 0;
  let column = NaN;
  let [lowAt, highAt, lastAt] = [from, from, from];
  const put = (at: number) => {
    out[length] = toX(xs[at] ?? 0);
    out[length + 1] = toY(ys[at] ?? 0);
    length += 2;
  };
  let firstAt = from;
  const close = () => {
    // In order, and each only once.
    const [early, late] = lowAt < highAt ? [lowAt, highAt] : [highAt, lowAt];
    if (early !== firstAt && early !== lastAt) put(early);
    if (late !== early && late !== firstAt && late !== lastAt) put(late);
    if (lastAt !== firstAt) put(lastAt);
  };
  for (let at = from; at < to; at += 1) {
    const x = Math.floor(toX(xs[at] ?? 0));
    const y = ys[at] ?? 0;
    if (x !== column) {
      if (at > from) close();
      if (length + 8 > out.length) return length;
      column = x;
      firstAt = at;
      lowAt = at;
      highAt = at;
      lastAt = at;
      put(at);
      continue;
    }
    if (y < (ys[lowAt] ?? 0)) lowAt = at;
    if (y > (ys[highAt] ?? 0)) highAt = at;
    lastAt = at;
  }
  if (to > from) close();
  return length;
}

/** Numbers that `thinLine` may write for a width in px. */
export function thinnedMax(widthPx: number): number {
  return 8 * (Math.ceil(widthPx) + 4);
}

/** Keeps of points that fall on the same cell of a grid only the first: what lies below it is not seen. */
export function createPointGrid(widthPx: number, heightPx: number, cellPx: number) {
  const columns = Math.max(1, Math.ceil(widthPx / cellPx) + 1);
  const rows = Math.max(1, Math.ceil(heightPx / cellPx) + 1);
  const taken = new Uint8Array(columns * rows);
  /** Whether the cell was free; it is taken afterwards. Points outside are left out. */
  return (x: number, y: number): boolean => {
    const column = Math.floor(x / cellPx);
    const row = Math.floor(y / cellPx);
    if (column < 0 || row < 0 || column >= columns || row >= rows) return false;
    const at = row * columns + column;
    if (taken[at] === 1) return false;
    taken[at] = 1;
    return true;
  };
}
