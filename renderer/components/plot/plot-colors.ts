import type { PlotColor, PlotColors } from '../../format/plot/draw-plot.ts';

/** The theme in force. A canvas knows no custom properties: a style resolves them, `light-dark()` included. */
export function plotColors(element: HTMLElement): PlotColors {
  const known = new Map<string, string>();
  const resolve = (name: string): string => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const own = element.style.color;
    element.style.color = `var(--${name})`;
    const color = getComputedStyle(element).color;
    element.style.color = own;
    known.set(name, color);
    return color;
  };
  return {
    of: (color: PlotColor) => resolve(color),
    grid: resolve('line'),
    text: resolve('text'),
    muted: resolve('muted'),
    background: resolve('background'),
  };
}
