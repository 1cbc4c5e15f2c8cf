export type ColumnId =
  'number' | 'method' | 'status' | 'host' | 'path' | 'type' | 'size' | 'time' | 'waterfall';

export interface Column {
  readonly id: ColumnId;
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
    width: 120,
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
export function borderSide(column: Column): 'left' | 'right' | null {
  if (column.flexible === true) return null;
  return columns.indexOf(column) < flexibleAt ? 'right' : 'left';
}

/** From 1, the same whether or not others are shown. */
export function columnNumber(column: Column): number {
  return columns.indexOf(column) + 1;
}

/** What a narrow list does without first. */
const dispensable: readonly ColumnId[] = ['type', 'size', 'method'];
/** The waterfall gives way down to this width before a column goes. */
const waterfallLeast = 144;

export interface FittedColumns {
  readonly shown: readonly Column[];
  /** The value of `grid-template-columns` for the header and every row. */
  readonly template: string;
}

/** The columns that fit into `available` px: first the waterfall shrinks, then columns go. */
export function fitColumns(widths: Readonly<Record<string, number>>, available: number): FittedColumns {
  const widthOf = (column: Column) => (column.flexible ? column.width : (widths[column.id] ?? column.width));
  let shown = columns;
  const excess = () => shown.reduce((sum, column) => sum + widthOf(column), 0) - available;
  const waterfall = columns.find((column) => column.id === 'waterfall');
  const spare = waterfall === undefined ? 0 : Math.max(0, widthOf(waterfall) - waterfallLeast);
  for (const id of dispensable) {
    if (excess() > spare) shown = shown.filter((column) => column.id !== id);
  }
  const given = Math.max(0, Math.min(spare, excess()));
  const template = shown.map((column) => {
    if (column.flexible) return `minmax(${column.width}px, 1fr)`;
    return `${widthOf(column) - (column.id === 'waterfall' ? given : 0)}px`;
  });
  return { shown, template: template.join(' ') };
}
