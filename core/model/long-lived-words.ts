import type { ExchangeRecord, LongLived } from './exchange-record.ts';

/** Why an exchange stays open on purpose, as a list says it. */
export function longLivedName(why: LongLived): string {
  switch (why) {
    case 'websocket':
      return 'WebSocket';
    case 'event-stream':
      return 'event stream';
    case 'long-poll':
      return 'long poll';
    case 'grpc-stream':
      return 'gRPC stream';
    case 'stream':
      return 'stream';
    case 'tunnel':
      return 'tunnel';
    default:
      return why satisfies never;
  }
}

/** What a length means where it is on purpose, one sentence. */
export function longLivedWords(why: LongLived): string {
  return `It stays open on purpose (${longLivedName(why)}): how long it lasts is no slowness.`;
}

/** A call of gRPC or gRPC-Web, by its status or its type. */
export function isGrpc({ grpcStatus, longLived, contentType }: ExchangeRecord): boolean {
  return (
    grpcStatus !== null || longLived === 'grpc-stream' || contentType?.startsWith('application/grpc') === true
  );
}
