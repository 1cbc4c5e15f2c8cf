/** Characters whose widths are measured; any other one counts as `otherEm`, more than nearly all of them have. */
const measuredEnd = 127;
const otherEm = 1.7;
/** What texts are laid out with may differ from what a canvas measures by so much. */
const slack = 1.03;

/** Tells how wide a text is at most, px: without asking for a layout, which would cost a frame its time. */
export interface TextWidths {
  /** `like` stands in the document in the font of the text; those with the same `fontKey` have the same font. */
  readonly of: (text: string, fontKey: string, like: Element) => number;
}

export function createTextWidths(): TextWidths {
  const fonts = new Map<string, Float32Array>();
  return {
    of: (text, fontKey, like) => {
      let widths = fonts.get(fontKey);
      if (widths === undefined) {
        widths = measure(like);
        fonts.set(fontKey, widths);
      }
      let sum = 0;
      for (let at = 0; at < text.length; at++) {
        sum += widths[Math.min(text.charCodeAt(at), measuredEnd)] as number;
      }
      return sum * slack;
    },
  };
}

/** By character code; behind them what any other character counts as. Digits are as wide as the widest one. */
function measure(like: Element): Float32Array {
  const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(like);
  const widths = new Float32Array(measuredEnd + 1).fill(parseFloat(fontSize) * otherEm);
  const draw = document.createElement('canvas').getContext('2d');
  if (draw === null) return widths;
  draw.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
  for (let code = 0; code < measuredEnd; code++) {
    widths[code] = draw.measureText(String.fromCharCode(code)).width;
  }
  const [zero, nine] = [48, 57];
  widths.fill(Math.max(...widths.subarray(zero, nine + 1)), zero, nine + 1);
  return widths;
}
