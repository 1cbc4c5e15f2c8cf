/** What a picture is drawn with: a canvas in the window, SVG in a file. Places are px from the upper left corner. */
export interface Pen {
  /** `points`: pairs of x and y, `length` numbers of them. `dash` as a canvas takes it. */
  readonly line: (points: Float64Array, length: number, color: string, dash: readonly number[]) => void;
  /** Separate strokes: four numbers each. */
  readonly strokes: (ends: Float64Array, length: number, color: string, widthPx: number) => void;
  /** Rectangles: x, y, width, height. */
  readonly rects: (rects: Float64Array, length: number, color: string) => void;
  /** Marks of one shape: pairs of x and y. */
  readonly marks: (points: Float64Array, length: number, color: string, shape: MarkShape) => void;
  readonly text: (
    text: string,
    x: number,
    y: number,
    color: string,
    anchor: 'start' | 'middle' | 'end',
  ) => void;
  /** Everything until the next call is cut off outside of this rectangle; null ends it. */
  readonly clip: (area: { x: number; y: number; width: number; height: number } | null) => void;
}

export const markShapes = ['dot', 'square', 'cross', 'triangle', 'diamond', 'tick'] as const;
export type MarkShape = (typeof markShapes)[number];

/** Half the size of a mark, px. */
export const markPx = 3.5;
export const plotFont = '11px ui-monospace, Menlo, Consolas, monospace';

/** The outline of a mark around (0, 0): a list of strokes or, where `isFilled`, of the corners of an area. */
export const markOutlines: Readonly<
  Record<MarkShape, { readonly isFilled: boolean; readonly points: readonly (readonly [number, number])[] }>
> = {
  dot: {
    isFilled: true,
    points: [
      [-1.5, -1.5],
      [1.5, -1.5],
      [1.5, 1.5],
      [-1.5, 1.5],
    ],
  },
  square: {
    isFilled: true,
    points: [
      [-2.5, -2.5],
      [2.5, -2.5],
      [2.5, 2.5],
      [-2.5, 2.5],
    ],
  },
  cross: {
    isFilled: false,
    points: [
      [-markPx, -markPx],
      [markPx, markPx],
      [-markPx, markPx],
      [markPx, -markPx],
    ],
  },
  triangle: {
    isFilled: true,
    points: [
      [0, -4],
      [4, 3.5],
      [-4, 3.5],
    ],
  },
  diamond: {
    isFilled: true,
    points: [
      [0, -4.5],
      [4.5, 0],
      [0, 4.5],
      [-4.5, 0],
    ],
  },
  tick: {
    isFilled: false,
    points: [
      [-markPx, 0],
      [markPx, 0],
    ],
  },
};

/** Collects a picture as SVG. `finish` gives the file. */
export function createSvgPen(
  width: number,
  height: number,
  background: string,
  title: string,
): Pen & { readonly finish: () => string } {
  const parts: string[] = [];
  let clips = 0;
  let isClipped = false;
  const at = (value: number | undefined) => String(Math.round((value ?? 0) * 100) / 100);
  const closeClip = () => {
    if (isClipped) parts.push('</g>');
    isClipped = false;
  };
  return {
    line: (points, length, color, dash) => {
      if (length < 4) return;
      const pairs: string[] = [];
      for (let each = 0; each < length; each += 2) pairs.push(`${at(points[each])},${at(points[each + 1])}`);
      const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
      parts.push(`<polyline points="${pairs.join(' ')}" fill="none" stroke="${escapeXml(color)}"${dashes}/>`);
    },
    strokes: (ends, length, color, widthPx) => {
      const moves: string[] = [];
      for (let each = 0; each < length; each += 4)
        moves.push(`M${at(ends[each])} ${at(ends[each + 1])}L${at(ends[each + 2])} ${at(ends[each + 3])}`);
      if (moves.length > 0)
        parts.push(
          `<path d="${moves.join('')}" fill="none" stroke="${escapeXml(color)}" stroke-width="${widthPx}"/>`,
        );
    },
    rects: (rects, length, color) => {
      const moves: string[] = [];
      for (let each = 0; each < length; each += 4)
        moves.push(
          `M${at(rects[each])} ${at(rects[each + 1])}h${at(rects[each + 2])}v${at(rects[each + 3])}H${at(rects[each])}z`,
        );
      if (moves.length > 0) parts.push(`<path d="${moves.join('')}" fill="${escapeXml(color)}"/>`);
    },
    marks: (points, length, color, shape) => {
      const { isFilled, points: outline } = markOutlines[shape];
      const moves: string[] = [];
      for (let each = 0; each < length; each += 2) {
        const [x, y] = [points[each] ?? 0, points[each + 1] ?? 0];
        const corners = outline.map(([dx, dy]) => `${at(x + dx)} ${at(y + dy)}`);
        if (isFilled) moves.push(`M${corners.join('L')}z`);
        else
          for (let end = 0; end < corners.length; end += 2)
            moves.push(`M${corners[end] ?? ''}L${corners[end + 1] ?? ''}`);
      }
      if (moves.length === 0) return;
      const paint = isFilled
        ? `fill="${escapeXml(color)}"`
        : `fill="none" stroke="${escapeXml(color)}" stroke-width="1.5"`;
      parts.push(`<path d="${moves.join('')}" ${paint}/>`);
    },
    text: (text, x, y, color, anchor) =>
      parts.push(
        `<text x="${at(x)}" y="${at(y)}" fill="${escapeXml(color)}" text-anchor="${anchor}">${escapeXml(text)}</text>`,
      ),
    clip: (area) => {
      closeClip();
      if (area === null) return;
      clips += 1;
      isClipped = true;
      parts.push(
        `<clipPath id="clip${clips}"><rect x="${at(area.x)}" y="${at(area.y)}" width="${at(area.width)}" height="${at(area.height)}"/></clipPath><g clip-path="url(#clip${clips})">`,
      );
    },
    finish: () => {
      closeClip();
      return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11">`,
        `<title>${escapeXml(title)}</title>`,
        `<rect width="${width}" height="${height}" fill="${escapeXml(background)}"/>`,
        ...parts,
        '</svg>',
        '',
      ].join('\n');
    },
  };
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  // Most control characters are not allowed in XML at all.
  return text.replace(/[&<>"\u0000-\u001f]/g, (letter) => entities[letter] ?? '\ufffd');
}
