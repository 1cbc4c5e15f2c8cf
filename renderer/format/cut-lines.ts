/** Editors grow slow in longer lines. */
const lineCharsMax = 5000;

/** The text with lines of more than 5,000 characters broken, and how many there were. */
export function cutLines(text: string): { readonly text: string; readonly cut: number } {
  const parts: string[] = [];
  let cut = 0;
  let from = 0;
  while (from <= text.length) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? text.length : newline;
    if (to - from > lineCharsMax) cut += 1;
    let at = from;
    while (to - at > lineCharsMax) {
      const split = isHighSurrogate(text, at + lineCharsMax - 1) ? lineCharsMax - 1 : lineCharsMax;
      parts.push(text.slice(at, at + split), '\n');
      at += split;
    }
    parts.push(text.slice(at, newline === -1 ? to : to + 1));
    if (newline === -1) break;
    from = newline + 1;
  }
  return cut === 0 ? { text, cut } : { text: parts.join(''), cut };
}

function isHighSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Where a character of the text as it was stands in the text with broken lines. */
export function cutPosition(text: string, position: number): number {
  return cutLines(text.slice(0, position)).text.length;
}
