/** The row a key leads to, null when the key is none of the list's. */
export function rowForKey(key: string, index: number | null, count: number, pageRows: number): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const from = index ?? (key === 'ArrowUp' || key === 'PageUp' ? count : -1);
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, from + 1);
    case 'ArrowUp':
      return Math.max(0, from - 1);
    case 'PageDown':
      return Math.min(last, Math.max(0, from) + pageRows);
    case 'PageUp':
      return Math.max(0, Math.min(from, last) - pageRows);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
