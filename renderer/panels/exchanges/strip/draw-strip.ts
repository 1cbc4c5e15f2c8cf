import { barPx, shareOf } from '../../../format/strip.ts';
import type { TimeRange } from '../../../format/time-range.ts';
import type { TimelineState } from '../../../state/timeline.ts';

/** Rows of the strip from its top, px. */
export const stripLayout = { labelsPx: 14, barsPx: 24, signsPx: 6 } as const;
export const stripHeightPx = stripLayout.labelsPx + stripLayout.barsPx + stripLayout.signsPx;

export interface Drawn {
  readonly shown: TimelineState;
  readonly selected: TimeRange | null;
  /** Number of the bar under the cursor. */
  readonly cursor: number | null;
}

/** Draws bars, problem signs and the selection. `width` is in CSS px; colours are those of the theme in force. */
export function drawStrip(canvas: HTMLCanvasElement, width: number, drawn: Drawn): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(stripHeightPx * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(ratio, ratio);
  const colors = themeColors(canvas);
  const { scale, total, problems } = drawn.shown;
  const barWidth = width / scale.buckets;
  const gap = barWidth >= 3 ? 1 : 0;
  const base = stripLayout.labelsPx + stripLayout.barsPx;
  const most = Math.max(...total);
  const snap = (px: number): number => Math.round(px * ratio) / ratio;

  if (drawn.selected !== null) {
    const from = snap(Math.max(0, shareOf(scale, drawn.selected.fromUs)) * width);
    const to = snap(Math.min(1, shareOf(scale, drawn.selected.toUs)) * width);
    context.fillStyle = colors.selected;
    context.fillRect(from, stripLayout.labelsPx - 2, to - from, stripLayout.barsPx + 8);
  }
  for (const [at, count] of total.entries()) {
    if (count === 0 && at !== drawn.cursor) continue;
    const left = snap(at * barWidth);
    const right = Math.max(left + 1, snap((at + 1) * barWidth) - gap);
    if (at === drawn.cursor) {
      context.fillStyle = colors.hover;
      context.fillRect(left, stripLayout.labelsPx, right - left, stripLayout.barsPx);
    }
    const height = barPx(count, most, stripLayout.barsPx);
    context.fillStyle = colors.bar;
    context.fillRect(left, base - height, right - left, height);
    const troubled = problems[at] ?? 0;
    if (troubled === 0) continue;
    const share = Math.max(2, Math.round((height * troubled) / count));
    context.fillStyle = colors.problem;
    context.fillRect(left, base - share, right - left, share);
    drawSign(context, (left + right) / 2, base + 1);
  }
  context.fillStyle = colors.line;
  context.fillRect(0, base, width, 1 / ratio);
}

/** A triangle under a bar: the second sign of a problem, beside the colour. */
function drawSign(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + 2.5, y + 4.5);
  context.lineTo(x - 2.5, y + 4.5);
  context.closePath();
  context.fill();
}

interface ThemeColors {
  readonly bar: string;
  readonly problem: string;
  readonly selected: string;
  readonly hover: string;
  readonly line: string;
}

/** A canvas knows no custom properties: a style resolves them, `light-dark()` included. */
function themeColors(canvas: HTMLCanvasElement): ThemeColors {
  const before = canvas.style.color;
  const color = (name: string): string => {
    canvas.style.color = `var(--${name})`;
    return getComputedStyle(canvas).color;
  };
  const colors = {
    bar: color('strip-bar'),
    problem: color('problem'),
    selected: color('selected'),
    hover: color('line-strong'),
    line: color('line-strong'),
  };
  canvas.style.color = before;
  return colors;
}
