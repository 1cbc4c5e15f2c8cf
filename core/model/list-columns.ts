/**
 * Names by which a list is sorted. Numbers sort by value, texts by their folded bytes, and an exchange without a
 * value comes last in either direction.
 */
export const sortColumns = [
  'id',
  'method',
  'status',
  'scheme',
  'host',
  'port',
  'path',
  'type',
  'protocol',
  'app',
  'process',
  'way',
  'device',
  'via',
  'size',
  'requestSize',
  'started',
  'time',
  'blocked',
  'dns',
  'connect',
  'tls',
  'send',
  'wait',
  'receive',
  'added',
  'stall',
  'connection',
  'messages',
  'grpcStatus',
  'h2Stream',
  'starved',
  'statement',
  'rows',
  'tier',
  'error',
  'color',
  'comment',
] as const;
export type SortColumn = (typeof sortColumns)[number];

/** A header field as a column: `request.cache-control`, `response.server`; lower case. */
export type HeaderColumn = `${'request' | 'response'}.${string}`;

export interface Sort {
  readonly column: SortColumn | HeaderColumn;
  readonly descending: boolean;
}

/** The usual order: as the exchanges began. */
export const orderOfArrival: Sort = { column: 'id', descending: false };

export function parseHeaderColumn(
  column: string,
): { readonly side: 'request' | 'response'; readonly name: string } | null {
  const found = /^(request|response)\.([!#$%&'*+.^_`|~0-9a-z-]{1,256})$/.exec(column);
  return found === null ? null : { side: found[1] as 'request' | 'response', name: found[2] ?? '' };
}
