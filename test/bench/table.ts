/** Median; 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? 0;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Columns padded to their widest cell; the first is text, the others are right-aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

export interface Floor {
  readonly what: string;
  readonly measured: number;
  readonly wanted: number;
  /** `min`: at least; `max`: at most. */
  readonly sense: 'min' | 'max';
}

/** Prints each floor with its verdict; gives false if one was missed. */
export function judge(floors: readonly Floor[], print: (line: string) => void): boolean {
  let held = true;
  for (const { what, measured, wanted, sense } of floors) {
    const holds = sense === 'min' ? measured >= wanted : measured <= wanted;
    held &&= holds;
    print(
      `${holds ? 'holds ' : 'MISSED'} ${what}: ${measured.toFixed(2)} (${sense === 'min' ? '≥' : '≤'} ${wanted})`,
    );
  }
  return held;
}
