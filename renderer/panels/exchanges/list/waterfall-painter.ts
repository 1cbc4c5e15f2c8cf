import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { exchangeTimings, type ExchangeTimings, type PhaseKind } from '../../../../core/model/timings.ts';
import { phaseMarkPath, phaseTilePx } from '../../../components/phase-patterns.tsx';
import type { TimeRange } from '../../../format/time-range.ts';
import { axisRow, rowBars, type Bar } from '../../../format/waterfall.ts';

/** Nearer to the left edge the mark of the first request byte would hide the bars. */
const startShareMin = 0.01;
/** Kept free where a row goes on beyond the edge, px. */
const cutPx = 7;
/** Height that the lanes were made for, px. */
const laneRowPx = 24;

/** Top and height of a lane, px. What was over before the request came is drawn lower. */
const lanes = {
  server: { y: 5, height: 9, earlyY: 8, earlyHeight: 4 },
  client: { y: 16, height: 3, earlyY: 16, earlyHeight: 3 },
} as const;

/** Where the column stands in what is seen, px; `height` from the first row's upper edge on. */
export interface WaterfallPlace {
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

export interface WaterfallRows {
  readonly rowPx: number;
  /** The first row's upper edge, px from the upper edge of what is seen. */
  readonly top: number;
  readonly records: readonly (ExchangeRecord | undefined)[];
  readonly nowUs: number;
  readonly scaleUs: number;
  /** Null: each row has its own axis. */
  readonly axis: TimeRange | null;
}

export interface WaterfallPainter {
  /** Null while the column is not shown. */
  readonly place: (place: WaterfallPlace | null) => void;
  readonly paint: (rows: WaterfallRows) => void;
  /** Colours and patterns are read anew from the style sheet. */
  readonly restyle: () => void;
}

/** The bars of all rows in sight, in one canvas: some hundred elements less to lay out in every frame of scrolling. */
export function createWaterfallPainter(canvas: HTMLCanvasElement): WaterfallPainter {
  const context = canvas.getContext('2d');
  let at: WaterfallPlace | null = null;
  let ratio = 1;
  let fills: Map<PhaseKind, CanvasPattern> | null = null;
  let textColor = '';
  /** Of exchanges that have ended: most rows in sight were so in the frame before. */
  const known = new WeakMap<ExchangeRecord, ExchangeTimings>();

  function timingsOf(record: ExchangeRecord, nowUs: number): ExchangeTimings {
    const before = known.get(record);
    if (before !== undefined) return before;
    const timings = exchangeTimings(record, nowUs);
    if (record.state !== 'open') known.set(record, timings);
    return timings;
  }

  function readStyle(): Map<PhaseKind, CanvasPattern> {
    textColor = getComputedStyle(canvas).color;
    const found = new Map<PhaseKind, CanvasPattern>();
    for (const kind of Object.keys(phaseMarkPath) as PhaseKind[]) {
      const pattern = createPattern(kind, ratio, context);
      if (pattern !== null) found.set(kind, pattern);
    }
    return found;
  }

  function paintRow(
    draw: CanvasRenderingContext2D,
    record: ExchangeRecord,
    rows: WaterfallRows,
    width: number,
  ): void {
    const timings = timingsOf(record, rows.nowUs);
    const own = rows.axis === null ? rowBars(timings, rows.scaleUs) : null;
    const shared = rows.axis === null ? null : axisRow(timings, rows.axis);
    const cutLeft = shared?.cutLeft ?? false;
    const cutRight = own?.cut ?? shared?.cutRight ?? false;
    for (const bar of (own ?? shared)?.bars ?? []) paintBar(draw, bar, width, cutLeft, cutRight);
    draw.fillStyle = textColor;
    if (own !== null && own.start > startShareMin && own.start < 1)
      draw.fillRect(own.start * width, 3, 1, 18);
    if (cutRight || shared?.outside === 'after') paintChevron(draw, width - 5, 1);
    if (cutLeft || shared?.outside === 'before') paintChevron(draw, 5, -1);
  }

  function paintBar(
    draw: CanvasRenderingContext2D,
    { phase, from, to }: Bar,
    width: number,
    cutLeft: boolean,
    cutRight: boolean,
  ): void {
    const lane = lanes[phase.leg];
    const left = Math.max(cutLeft ? cutPx : 0, from * width);
    const right = Math.min(cutRight ? width - cutPx : width, Math.max(from * width + 1, to * width));
    if (right <= left) return;
    draw.fillStyle = fills?.get(phase.kind) ?? textColor;
    draw.fillRect(
      left,
      phase.early ? lane.earlyY : lane.y,
      right - left,
      phase.early ? lane.earlyHeight : lane.height,
    );
  }

  function paintChevron(draw: CanvasRenderingContext2D, x: number, direction: 1 | -1): void {
    draw.strokeStyle = textColor;
    draw.lineWidth = 1.5;
    draw.beginPath();
    draw.moveTo(x, 6);
    draw.lineTo(x + 3.5 * direction, 10);
    draw.lineTo(x, 14);
    draw.stroke();
  }

  return {
    restyle: () => {
      fills = null;
    },
    place: (place) => {
      at = place;
      canvas.hidden = place === null;
      if (place === null) return;
      ratio = devicePixelRatio;
      fills = null;
      canvas.style.left = `${place.left}px`;
      canvas.style.width = `${place.width}px`;
      canvas.style.height = `${place.height}px`;
      canvas.width = Math.round(place.width * ratio);
      canvas.height = Math.round(place.height * ratio);
    },
    paint: (rows) => {
      if (context === null || at === null) return;
      fills ??= readStyle();
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, at.width, at.height);
      for (const [n, record] of rows.records.entries()) {
        if (record === undefined) continue;
        const y = rows.top + n * rows.rowPx + (rows.rowPx - laneRowPx) / 2;
        context.setTransform(ratio, 0, 0, ratio, 0, y * ratio);
        paintRow(context, record, rows, at.width);
      }
    },
  };
}

/** The same tile as the pattern of that phase in the document. */
function createPattern(
  kind: PhaseKind,
  ratio: number,
  target: CanvasRenderingContext2D | null,
): CanvasPattern | null {
  const source = document.getElementById(`phase-${kind}`);
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.round(phaseTilePx * ratio);
  const draw = tile.getContext('2d');
  const [ground, mark] = source === null ? [] : source.children;
  if (draw === null || target === null || ground === undefined) return null;
  const scale = tile.width / phaseTilePx;
  draw.scale(scale, scale);
  draw.fillStyle = getComputedStyle(ground).fill;
  draw.fillRect(0, 0, phaseTilePx, phaseTilePx);
  const path = phaseMarkPath[kind];
  if (mark !== undefined && path !== null) {
    const { stroke, strokeOpacity, strokeWidth } = getComputedStyle(mark);
    draw.globalAlpha = Number(strokeOpacity);
    draw.strokeStyle = stroke;
    draw.lineWidth = parseFloat(strokeWidth);
    draw.stroke(new Path2D(path));
  }
  const pattern = target.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}
