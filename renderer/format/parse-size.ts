const factors: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, pb: 1e15 };

/** Bytes of `500 MB`, `1.5gb`, `2000`; 0 for `no limit`, `none` and nothing. Null for anything else. */
export function parseSize(text: string): number | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === '' || wanted === 'none' || wanted === 'no limit') return 0;
  const match = /^(\d[\d,]*(?:\.\d+)?)\s*([kmgtp]?b)?$/.exec(wanted);
  if (match === null) return null;
  const bytes = Number((match[1] ?? '').replaceAll(',', '')) * (factors[match[2] ?? 'b'] ?? 1);
  return Number.isFinite(bytes) ? Math.round(bytes) : null;
}

/** Every byte in the largest unit that needs at most three decimals: `500 MB`, `1.5 GB`, `no limit` for 0. */
export function sizeText(bytes: number): string {
  if (bytes === 0) return 'no limit';
  for (const unit of ['TB', 'GB', 'MB', 'KB']) {
    const value = bytes / (factors[unit.toLowerCase()] ?? 1);
    if (value >= 1 && Number(value.toFixed(3)) === value) return `${value} ${unit}`;
  }
  return `${bytes} B`;
}
