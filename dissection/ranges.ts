/** Ports from and to, both included. */
export type Range = readonly [from: number, to: number];

/** `80,3128,5900-5901` as ranges; parts that are none are passed over. */
export function rangesOf(text: string): readonly Range[] {
  return text.split(',').flatMap((part): Range[] => {
    const match = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part);
    if (match === null) return [];
    const from = Number(match[1]);
    return [[from, match[2] === undefined ? from : Number(match[2])]];
  });
}

export function textOfRanges(ranges: readonly Range[]): string {
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

export function withPort(ranges: readonly Range[], port: number): readonly Range[] {
  return ranges.some(([from, to]) => from <= port && port <= to) ? ranges : [...ranges, [port, port]];
}

export function withoutPort(ranges: readonly Range[], port: number): readonly Range[] {
  return ranges.flatMap(([from, to]): Range[] => {
    if (port < from || port > to) return [[from, to]];
    const left: Range[] = port > from ? [[from, port - 1]] : [];
    return port < to ? [...left, [port + 1, to]] : left;
  });
}
