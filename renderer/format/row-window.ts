/**
 * A scroll bar for rows of equal height, however many. Browsers lay out nothing beyond some 17 to 33 million px, so a
 * longer list has a track of `trackPxMax`; the place in the list is kept apart from the place on the track.
 */
export interface RowTrack {
  readonly count: number;
  readonly rowPx: number;
  /** Height that rows are seen in. */
  readonly viewPx: number;
}

export const trackPxMax = 10_000_000;

/** Height of what is scrolled, px. */
export function trackPx({ count, rowPx }: RowTrack): number {
  return Math.min(count * rowPx, trackPxMax);
}

/** How far the list goes: px hidden above the first row in sight when the last one stands at the lower edge. */
export function topMax({ count, rowPx, viewPx }: RowTrack): number {
  return Math.max(0, count * rowPx - viewPx);
}

export function isCompressed(track: RowTrack): boolean {
  return track.count * track.rowPx > trackPxMax;
}

function scrollTopMax(track: RowTrack): number {
  return Math.max(0, trackPx(track) - track.viewPx);
}

/** Where the scroll bar stands for a place in the list. */
export function scrollTopAt(track: RowTrack, top: number): number {
  if (!isCompressed(track)) return top;
  const share = topMax(track) === 0 ? 0 : top / topMax(track);
  return Math.round(share * scrollTopMax(track));
}

/**
 * The place in the list after the scroll bar went from one place to another. On a compressed track small ways are px
 * of the list (a finger, a wheel), long ones a share of it (the bar was dragged); the ends are the ends.
 */
export function topAfter(track: RowTrack, top: number, scrolledFrom: number, scrolledTo: number): number {
  if (!isCompressed(track)) return clampTop(track, scrolledTo);
  const end = scrollTopMax(track);
  if (scrolledTo <= 0) return 0;
  if (scrolledTo >= end - 1) return topMax(track);
  const way = scrolledTo - scrolledFrom;
  if (Math.abs(way) <= 2 * track.viewPx) return clampTop(track, top + way);
  return clampTop(track, (scrolledTo / end) * topMax(track));
}

export function clampTop(track: RowTrack, top: number): number {
  return Math.max(0, Math.min(topMax(track), top));
}

/** The rows that are at least partly seen, both included; `last` < `first` for none. */
export function rowsInSight(
  { count, rowPx, viewPx }: RowTrack,
  top: number,
): { first: number; last: number } {
  const first = Math.max(0, Math.min(Math.floor(top / rowPx), count - 1));
  return { first, last: Math.min(count, Math.ceil((top + viewPx) / rowPx)) - 1 };
}

/** How many rows are in the document: as many at any place, so that those that leave can become those that come. */
export function drawnCount({ rowPx, viewPx }: RowTrack, over: number): number {
  return Math.ceil(viewPx / rowPx) + 1 + 2 * over + drawStep(over);
}

/** The rows to keep in the document, `to` excluded: those in sight and `over` more, in steps so that it changes seldom. */
export function rowsToDraw(track: RowTrack, top: number, over: number): { from: number; to: number } {
  const size = drawnCount(track, over);
  const step = drawStep(over);
  const wanted = Math.floor((rowsInSight(track, top).first - over) / step) * step;
  const from = Math.max(0, Math.min(wanted, track.count - size));
  return { from, to: Math.min(track.count, from + size) };
}

function drawStep(over: number): number {
  return Math.max(1, Math.floor(over / 2));
}

/** As little as brings the row wholly into sight. */
export function topRevealing(track: RowTrack, top: number, index: number): number {
  const rowTop = index * track.rowPx;
  if (rowTop < top) return rowTop;
  return clampTop(track, Math.max(top, rowTop + track.rowPx - track.viewPx));
}
