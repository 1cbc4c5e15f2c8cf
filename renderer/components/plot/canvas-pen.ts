import { markOutlines, plotFont, type Pen } from '../../format/plot/plot-pen.ts';

/** Draws on a canvas whose context is scaled to CSS px. */
export function createCanvasPen(context: CanvasRenderingContext2D): Pen {
  let isClipped = false;
  context.font = plotFont;
  context.lineJoin = 'round';
  const unclip = () => {
    if (isClipped) context.restore();
    isClipped = false;
  };
  return {
    line: (points, length, color, dash) => {
      if (length < 4) return;
      context.beginPath();
      context.moveTo(points[0] ?? 0, points[1] ?? 0);
      for (let at = 2; at < length; at += 2) context.lineTo(points[at] ?? 0, points[at + 1] ?? 0);
      context.strokeStyle = color;
      context.lineWidth = 1;
      context.setLineDash([...dash]);
      context.stroke();
      context.setLineDash([]);
    },
    strokes: (ends, length, color, widthPx) => {
      if (length === 0) return;
      context.beginPath();
      for (let at = 0; at < length; at += 4) {
        context.moveTo(ends[at] ?? 0, ends[at + 1] ?? 0);
        context.lineTo(ends[at + 2] ?? 0, ends[at + 3] ?? 0);
      }
      context.strokeStyle = color;
      context.lineWidth = widthPx;
      context.stroke();
    },
    rects: (rects, length, color) => {
      context.fillStyle = color;
      for (let at = 0; at < length; at += 4)
        context.fillRect(rects[at] ?? 0, rects[at + 1] ?? 0, rects[at + 2] ?? 0, rects[at + 3] ?? 0);
    },
    marks: (points, length, color, shape) => {
      if (length === 0) return;
      if (shape === 'dot') {
        // By far the most there are, and a rectangle is drawn at once.
        context.fillStyle = color;
        for (let at = 0; at < length; at += 2)
          context.fillRect((points[at] ?? 0) - 1.5, (points[at + 1] ?? 0) - 1.5, 3, 3);
        return;
      }
      const { isFilled, points: outline } = markOutlines[shape];
      context.beginPath();
      for (let at = 0; at < length; at += 2) {
        const [x, y] = [points[at] ?? 0, points[at + 1] ?? 0];
        for (const [corner, [dx, dy]] of outline.entries()) {
          const isMove = isFilled ? corner === 0 : corner % 2 === 0;
          if (isMove) context.moveTo(x + dx, y + dy);
          else context.lineTo(x + dx, y + dy);
        }
      }
      if (isFilled) {
        context.fillStyle = color;
        context.fill();
      } else {
        context.strokeStyle = color;
        context.lineWidth = 1.5;
        context.stroke();
      }
    },
    text: (text, x, y, color, anchor) => {
      context.fillStyle = color;
      context.textAlign = anchor === 'middle' ? 'center' : anchor;
      context.fillText(text, x, y);
    },
    clip: (area) => {
      unclip();
      if (area === null) return;
      isClipped = true;
      context.save();
      context.beginPath();
      context.rect(area.x, area.y, area.width, area.height);
      context.clip();
    },
  };
}
