/**
 * A message head (or any section of field lines behind a start line) as ISO 8859-1 text, with another value in every
 * line of this field. `name` is lower case; white space around the value and the ends of lines stay, folded lines of
 * the old value go with it, every other byte is as it was. Linear.
 */
export function replaceField(head: string, name: string, value: string): string {
  let written = '';
  let keptFrom = 0;
  let inField = false;
  for (let from = head.indexOf('\n') + 1; from < head.length;) {
    const to = head.indexOf('\n', from) + 1 || head.length;
    const folded = isSpace(head[from]);
    if (inField && folded) {
      written += head.slice(keptFrom, from);
      keptFrom = to;
    } else {
      const valueAt = valueOf(head, from, to, name);
      inField = valueAt !== null;
      if (valueAt !== null) {
        const [valueFrom, valueTo] = valueAt;
        written += head.slice(keptFrom, valueFrom) + value;
        keptFrom = valueTo;
      }
    }
    from = to;
  }
  return written + head.slice(keptFrom);
}

/** Where the value of this line lies, without the space around it; null if it is another field's. */
function valueOf(text: string, from: number, to: number, name: string): [from: number, to: number] | null {
  const nameTo = from + name.length;
  if (nameTo >= to || text.slice(from, nameTo).toLowerCase() !== name) return null;
  let first = nameTo;
  // No field name ends with a space (RFC 9112 section 5.1), but some receivers take it for this one.
  while (first < to && isSpace(text[first])) first += 1;
  if (text[first] !== ':') return null;
  first += 1;
  while (first < to && isSpace(text[first])) first += 1;
  let last = to;
  while (last > first && (isSpace(text[last - 1]) || text[last - 1] === '\n' || text[last - 1] === '\r'))
    last -= 1;
  return [first, last];
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}
