export interface Column {
  readonly id: string;
  readonly label: string;
  readonly meaning: string;
  /** px; the least width of the flexible one. */
  readonly width: number;
  readonly min: number;
  readonly align?: 'right';
  /** Takes what the others leave. */
  readonly flexible?: true;
}

export const columns: readonly Column[] = [
  {
    id: 'number',
    label: '#',
    meaning: 'In the order the exchanges began',
    width: 56,
    min: 40,
    align: 'right',
  },
  { id: 'method', label: 'Method', meaning: 'Request method', width: 72, min: 48 },
  { id: 'status', label: 'Status', meaning: 'Status code of the response', width: 64, min: 52 },
  { id: 'host', label: 'Host', meaning: 'The server that was asked', width: 176, min: 60 },
  { id: 'path', label: 'Path', meaning: 'Path and query as sent', width: 140, min: 80, flexible: true },
  {
    id: 'type',
    label: 'Type',
    meaning: 'Media type of the response; the error code where it failed',
    width: 112,
    min: 48,
  },
  { id: 'size', label: 'Size', meaning: 'Response body on the wire', width: 76, min: 56, align: 'right' },
  {
    id: 'time',
    label: 'Time',
    meaning: 'From the first request byte to the last response byte delivered',
    width: 84,
    min: 60,
    align: 'right',
  },
  {
    id: 'waterfall',
    label: 'Waterfall',
    meaning: 'Server leg thick, client leg thin below, each from its first moment',
    width: 272,
    min: 96,
  },
];

const flexibleAt = columns.findIndex((column) => column.flexible === true);

/** Columns behind the flexible one hold on to the right edge: their border is the left one. */
export function borderSide(index: number): 'left' | 'right' | null {
  if (index === flexibleAt) return null;
  return index < flexibleAt ? 'right' : 'left';
}

/** The value of `grid-template-columns` for the header and every row. */
export function columnTemplate(widths: Readonly<Record<string, number>>): string {
  return columns
    .map((column) =>
      column.flexible ? `minmax(${column.width}px, 1fr)` : `${widths[column.id] ?? column.width}px`,
    )
    .join(' ');
}
