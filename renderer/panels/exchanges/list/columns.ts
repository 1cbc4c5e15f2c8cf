import {
  parseHeaderColumn,
  type HeaderColumn,
  type SortColumn,
} from '../../../../core/model/list-columns.ts';

/** Columns that show a time of the exchange, by the name it is sorted by. */
export type TimeColumnId =
  'blocked' | 'dns' | 'connect' | 'tls' | 'send' | 'wait' | 'receive' | 'added' | 'stall' | 'starved';

export type OwnColumnId =
  | TimeColumnId
  | 'number'
  | 'method'
  | 'status'
  | 'scheme'
  | 'host'
  | 'path'
  | 'url'
  | 'type'
  | 'protocol'
  | 'app'
  | 'process'
  | 'way'
  | 'device'
  | 'via'
  | 'messages'
  | 'grpcStatus'
  | 'h2Stream'
  | 'statement'
  | 'rows'
  | 'tier'
  | 'size'
  | 'requestSize'
  | 'started'
  | 'time'
  | 'connection'
  | 'error'
  | 'comment'
  | 'color'
  | 'waterfall';

export interface Column {
  readonly id: OwnColumnId | HeaderColumn;
  readonly label: string;
  readonly meaning: string;
  /** px; the least width of the one that takes what the others leave. */
  readonly width: number;
  readonly min: number;
  readonly align?: 'right';
  /** What the list is sorted by when this column is; null where there is no order. */
  readonly sort: SortColumn | HeaderColumn | null;
}

export type OwnColumn = Column & { readonly id: OwnColumnId };

const time = (id: TimeColumnId, label: string, meaning: string): OwnColumn => ({
  ...{ id, label, meaning, width: 84, min: 56, sort: id },
  align: 'right',
});

/** Every column but those of headers, in the order in which they are offered. */
export const ownColumns: readonly OwnColumn[] = [
  {
    ...{ id: 'number', label: '#', meaning: 'In the order the exchanges began', width: 64, min: 40 },
    ...{ align: 'right', sort: 'id' },
  },
  { id: 'method', label: 'Method', meaning: 'Request method', width: 72, min: 48, sort: 'method' },
  {
    ...{ id: 'status', label: 'Status', meaning: 'Status code of the response', width: 64, min: 52 },
    sort: 'status',
  },
  {
    id: 'scheme',
    label: 'Scheme',
    meaning: 'http or https; tcp or tls for tunnels',
    width: 64,
    min: 48,
    sort: 'scheme',
  },
  { id: 'host', label: 'Host', meaning: 'The server that was asked', width: 176, min: 60, sort: 'host' },
  { id: 'path', label: 'Path', meaning: 'Path and query as sent', width: 140, min: 80, sort: 'path' },
  { id: 'url', label: 'URL', meaning: 'The whole URL', width: 200, min: 80, sort: null },
  {
    ...{ id: 'type', label: 'Type', width: 120, min: 48, sort: 'type' },
    meaning: 'Media type of the response; the error code where it failed',
  },
  {
    ...{ id: 'protocol', label: 'Protocol', width: 80, min: 48, sort: 'protocol' },
    meaning: 'Protocol spoken with the server',
  },
  {
    ...{ id: 'app', label: 'Application', width: 112, min: 48, sort: 'app' },
    meaning: 'The program that sent the request, where it is known',
  },
  {
    ...{ id: 'process', label: 'Process', width: 112, min: 48, sort: 'process' },
    meaning: 'The process on this computer that sent it',
  },
  {
    ...{ id: 'way', label: 'Way in', width: 88, min: 48, sort: 'way' },
    meaning: 'How the application came to the proxy: proxy, CONNECT, SOCKS, transparent or reverse',
  },
  {
    ...{ id: 'device', label: 'Device', width: 96, min: 48, sort: 'device' },
    meaning: 'What the other machine that sent it seems to be',
  },
  {
    ...{ id: 'via', label: 'Via', width: 144, min: 48, sort: 'via' },
    meaning: 'The upstream proxy that it went through',
  },
  {
    ...{ id: 'messages', label: 'Messages', width: 88, min: 48, align: 'right', sort: 'messages' },
    meaning: 'WebSocket frames, server-sent events or gRPC messages inside it, both ways',
  },
  {
    ...{ id: 'grpcStatus', label: 'gRPC', width: 120, min: 48, sort: 'grpcStatus' },
    meaning: 'Status of the gRPC call',
  },
  {
    ...{ id: 'h2Stream', label: 'Stream', width: 72, min: 48, align: 'right', sort: 'h2Stream' },
    meaning: 'Number of the HTTP/2 stream that carried it',
  },
  {
    ...{ id: 'statement', label: 'Statement', width: 240, min: 80, sort: 'statement' },
    meaning: 'What was asked of a database, its values taken out: the same for all that differ only in those',
  },
  {
    ...{ id: 'rows', label: 'Rows', width: 72, min: 48, align: 'right', sort: 'rows' },
    meaning: 'Rows or values that a database answered with',
  },
  {
    ...{ id: 'tier', label: 'Seen by', width: 72, min: 56, sort: 'tier' },
    meaning: 'Who saw it: the proxy, or the capture in whose packets it was read',
  },
  {
    ...{ id: 'size', label: 'Size', meaning: 'Response body on the wire', width: 76, min: 56 },
    ...{ align: 'right', sort: 'size' },
  },
  {
    ...{ id: 'requestSize', label: 'Request size', meaning: 'Request body on the wire', width: 96, min: 56 },
    ...{ align: 'right', sort: 'requestSize' },
  },
  {
    ...{ id: 'started', label: 'Started', width: 96, min: 64, sort: 'started' },
    meaning: 'Time of day of the first request byte, with the day on hover',
  },
  {
    ...{ id: 'time', label: 'Time', width: 84, min: 60, align: 'right', sort: 'time' },
    meaning: 'From the first request byte to the last response byte delivered',
  },
  time('blocked', 'Blocked', 'Before anything could be sent, such as waiting for a free connection'),
  time('dns', 'DNS', 'Looking up the name of the server'),
  time('connect', 'Connect', 'Making the TCP connection to the server, TLS included'),
  time('tls', 'TLS', 'The TLS handshake with the server'),
  time('send', 'Send', 'Handing the request to the server'),
  time('wait', 'Wait', 'From the last request byte sent to the first response byte: the time to first byte'),
  time('receive', 'Receive', 'From the first to the last byte of the response'),
  time('added', 'Added', 'Time that Plumbline itself added'),
  time('stall', 'Stalls', 'Time in which the application or the server took no bytes'),
  time('starved', 'Starved', 'Time in which a side could not send for want of HTTP/2 flow-control window'),
  {
    ...{ id: 'connection', label: 'Connection', width: 96, min: 48, align: 'right', sort: 'connection' },
    meaning: 'Number of the connection to the server; ↻ where it was used before',
  },
  { id: 'error', label: 'Error', meaning: 'What went wrong', width: 160, min: 60, sort: 'error' },
  { id: 'comment', label: 'Comment', meaning: 'What you wrote on it', width: 160, min: 60, sort: 'comment' },
  {
    id: 'color',
    label: 'Mark',
    meaning: 'The colour you gave it, and its pin',
    width: 64,
    min: 40,
    sort: 'color',
  },
  {
    ...{ id: 'waterfall', label: 'Waterfall', width: 272, min: 96, sort: null },
    meaning: 'Server leg thick, client leg thin below, each from its first moment',
  },
];

export const usualColumnIds: readonly OwnColumnId[] = [
  ...(['number', 'method', 'status', 'host', 'path', 'type', 'size', 'time', 'waterfall'] as const),
];

/** The column of that id, null for none. `request.NAME` and `response.NAME` are fields of heads. */
export function columnOf(id: string): Column | null {
  const own = ownColumns.find((column) => column.id === id);
  if (own !== undefined) return own;
  const field = parseHeaderColumn(id);
  if (field === null) return null;
  const header: HeaderColumn = `${field.side}.${field.name}`;
  return {
    ...{ id: header, label: field.name, width: 144, min: 48, sort: header },
    meaning: `The field ${field.name} of the ${field.side} head`,
  };
}

export function columnsOf(ids: readonly string[] | null): readonly Column[] {
  const found = (ids ?? usualColumnIds).map(columnOf).filter((column) => column !== null);
  return found.length > 0 ? found : columnsOf(null);
}

export function isHeaderColumn(id: Column['id']): id is HeaderColumn {
  return id.includes('.');
}

/** A time or a size: what is looked for first is the greatest. */
export function isMeasured({ align, id }: Column): boolean {
  return align === 'right' && id !== 'number' && id !== 'connection' && id !== 'h2Stream';
}

/** Digits that the column of numbers has room for, and what each more of them takes. */
const roomyDigits = 5;
const digitPx = 8;

/** px that a column has while nobody has sized it. `digits`: of the greatest number of an exchange. */
export function usualWidth(column: Column, digits: number): number {
  return column.width + (column.id === 'number' ? Math.max(0, digits - roomyDigits) * digitPx : 0);
}

/** What takes the room that the others leave. */
function flexibleOf(columns: readonly Column[]): Column | undefined {
  const wide = ['path', 'url', 'waterfall'].map((id) => columns.find((column) => column.id === id));
  return wide.find((column) => column !== undefined) ?? columns.at(-1);
}

/** Columns behind the flexible one hold on to the right edge: their border is the left one. */
export function borderSide(column: Column, columns: readonly Column[]): 'left' | 'right' | null {
  const flexible = flexibleOf(columns);
  if (column === flexible || flexible === undefined) return null;
  return columns.indexOf(column) < columns.indexOf(flexible) ? 'right' : 'left';
}

/** Kept free at the right edge of every row for the button that chooses columns, px. */
export const chooserPx = 24;

/** What a narrow list does without first, as long as nobody has chosen columns. */
const dispensable: readonly string[] = ['type', 'size', 'method'];
/** The waterfall gives way down to this width before a column goes. */
const waterfallLeast = 144;

export interface FittedColumns {
  readonly shown: readonly Column[];
  /** The value of `grid-template-columns` for the header. */
  readonly template: string;
  /** The same columns as they stand in a row. */
  readonly placed: readonly PlacedColumn[];
}

/** A column in a row, px from its left edge. */
export interface PlacedColumn {
  readonly column: Column;
  readonly left: number;
  readonly width: number;
}

/** px of the flexible column that are enough for most of what stands there; what is left goes to `growing` too. */
const comfortable = 480;
/** Columns that use more room where there is plenty: the share of it they get, and the most px they grow by. */
const growing: Readonly<Record<string, { readonly share: number; readonly most: number }>> = {
  host: { share: 0.2, most: 144 },
  type: { share: 0.08, most: 48 },
  waterfall: { share: 0.5, most: 640 },
};

/**
 * What fits into `available` px, where the greatest number of an exchange has so many `digits`: first the waterfall shrinks, then usual columns go; chosen ones are scrolled to. Where
 * there is plenty, columns that nobody has sized grow.
 */
export function fitColumns(
  ids: readonly string[] | null,
  widths: Readonly<Record<string, number>>,
  available: number,
  digits = roomyDigits,
): FittedColumns {
  let shown = columnsOf(ids);
  const flexible = flexibleOf(shown);
  const widthOf = (column: Column) =>
    column === flexible ? column.width : (widths[column.id] ?? usualWidth(column, digits));
  const excess = () => shown.reduce((sum, column) => sum + widthOf(column), 0) - available;
  const waterfall = shown.find((column) => column.id === 'waterfall' && column !== flexible);
  const spare = waterfall === undefined ? 0 : Math.max(0, widthOf(waterfall) - waterfallLeast);
  for (const id of ids === null ? dispensable : []) {
    if (excess() > spare) shown = shown.filter((column) => column.id !== id);
  }
  const given = Math.max(0, Math.min(spare, excess()));
  const plenty = Math.max(0, -excess() - (comfortable - (flexible?.width ?? 0)));
  const grown = (column: Column) => {
    const { share, most } = growing[column.id] ?? { share: 0, most: 0 };
    return column.id in widths ? 0 : Math.round(Math.min(most, plenty * share));
  };
  const usual = (column: Column) => widthOf(column) + grown(column) - (column === waterfall ? given : 0);
  const others = shown.reduce((sum, column) => sum + (column === flexible ? 0 : usual(column)), 0);
  const widthsPx = shown.map((column) => {
    return column === flexible ? Math.max(column.width, available - others) : usual(column);
  });
  const template = widthsPx.map((width) => `${width}px`).join(' ');
  let left = 0;
  const placed = shown.map((column, at) => {
    const width = widthsPx[at] ?? 0;
    left += width;
    return { column, left: left - width, width };
  });
  return { shown, template, placed };
}

/** The column at its new place: before the one that stands there. */
export function movedColumn(ids: readonly string[], id: string, to: number): readonly string[] {
  const others = ids.filter((each) => each !== id);
  const at = Math.max(0, Math.min(others.length, to));
  return [...others.slice(0, at), id, ...others.slice(at)];
}
