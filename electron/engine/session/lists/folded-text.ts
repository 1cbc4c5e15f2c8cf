/** Texts as lists sort them: upper and lower case are the same, none is empty. */
export function folded(text: string | null): string {
  return (text ?? '').toLowerCase();
}

/** By UTF-16 code units, for `Array.sort`. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
