/** A piece of one line, as offsets into the text. */
export interface LinePiece {
  /** From 1. */
  readonly line: number;
  readonly first: boolean;
  readonly from: number;
  readonly to: number;
}

/** Cuts text into lines and lines into pieces of at most `columns` characters, so that every row is equally high. */
export function wrapLines(text: string, columns: number): LinePiece[] {
  const width = Math.max(1, columns);
  const pieces: LinePiece[] = [];
  let line = 1;
  let lineFrom = 0;
  while (lineFrom <= text.length) {
    const newline = text.indexOf('\n', lineFrom);
    const lineTo = newline === -1 ? text.length : newline;
    const shownTo = text[lineTo - 1] === '\r' && lineTo > lineFrom ? lineTo - 1 : lineTo;
    let from = lineFrom;
    do {
      const to = Math.min(shownTo, from + width);
      pieces.push({ line, first: from === lineFrom, from, to });
      from = to;
    } while (from < shownTo);
    if (newline === -1) break;
    line += 1;
    lineFrom = newline + 1;
  }
  return pieces;
}
