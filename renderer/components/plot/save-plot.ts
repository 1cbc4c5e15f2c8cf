import {
  drawPlot,
  plotSvgTop,
  svgTopPx,
  type PlotColors,
  type PlotFrame,
  type PlotPicture,
} from '../../format/plot/draw-plot.ts';
import { createSvgPen, type Pen } from '../../format/plot/plot-pen.ts';
import { saveFile } from '../save-file.ts';
import { createCanvasPen } from './canvas-pen.ts';

/** Everything drawn so much lower. */
function lowered(pen: Pen, by: number): Pen {
  const shifted = (points: Float64Array, length: number, every: readonly number[]) => {
    const out = points.slice(0, length);
    const period = every.length;
    for (let at = 0; at < length; at += 1) out[at] = (out[at] ?? 0) + (every[at % period] ?? 0) * by;
    return out;
  };
  return {
    line: (points, length, color, dash) => pen.line(shifted(points, length, [0, 1]), length, color, dash),
    strokes: (ends, length, color, width) =>
      pen.strokes(shifted(ends, length, [0, 1, 0, 1]), length, color, width),
    rects: (rects, length, color) => pen.rects(shifted(rects, length, [0, 1, 0, 0]), length, color),
    marks: (points, length, color, shape) => pen.marks(shifted(points, length, [0, 1]), length, color, shape),
    text: (text, x, y, color, anchor) => pen.text(text, x, y + by, color, anchor),
    clip: (area) => pen.clip(area === null ? null : { ...area, y: area.y + by }),
  };
}

function drawWhole(pen: Pen, picture: PlotPicture, frame: PlotFrame, colors: PlotColors): void {
  plotSvgTop(pen, picture, frame.hidden, colors);
  drawPlot(lowered(pen, svgTopPx), picture, frame, colors);
}

/** What is in sight as an SVG file, with its title and legend. */
export function plotSvg(picture: PlotPicture, frame: PlotFrame, colors: PlotColors): string {
  const pen = createSvgPen(frame.width, frame.height + svgTopPx, colors.background, picture.title);
  drawWhole(pen, picture, frame, colors);
  return pen.finish();
}

/** PNG of twice the size on the screen: sharp in a report too. */
const pngScale = 2;

export function savePlot(
  kind: 'svg' | 'png',
  name: string,
  picture: PlotPicture,
  frame: PlotFrame,
  colors: PlotColors,
): void {
  if (kind === 'svg') return saveFile(`${name}.svg`, 'image/svg+xml', plotSvg(picture, frame, colors));
  const canvas = document.createElement('canvas');
  canvas.width = frame.width * pngScale;
  canvas.height = (frame.height + svgTopPx) * pngScale;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(pngScale, pngScale);
  context.fillStyle = colors.background;
  context.fillRect(0, 0, frame.width, frame.height + svgTopPx);
  drawWhole(createCanvasPen(context), picture, frame, colors);
  canvas.toBlob((blob) => {
    if (blob !== null) saveFile(`${name}.png`, 'image/png', blob);
  });
}
