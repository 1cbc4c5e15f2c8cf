import { grpcEncoding } from '../../../../core/decoders/grpc-call.ts';
import { mediaTypeOf } from '../../../../core/decoders/decoder.ts';
import { fieldValue } from '../../../../core/model/header-fields.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import { readWebSocketExtensions } from '../../../../core/model/websocket-extensions.ts';
import type { ExchangeReader } from '../exchange-detail.ts';
import type { RawBodies } from '../raw-body.ts';
import type { Sqlite } from '../sqlite.ts';
import type { Content } from './message-content.ts';
import { createMessageIndexes, type MessageIndex } from './message-index.ts';

/** What reading the messages of one exchange needs of it. */
export interface LongExchange {
  readonly index: MessageIndex;
  readonly isOpen: () => boolean;
  /** Bytes of a body that are in the session. */
  readonly storedBytes: (side: BodySide) => number;
  /** Fewer where they are not stored. */
  readonly read: (side: BodySide, from: number, length: number) => Uint8Array;
  /** The message of a WebSocket that begins at that place of its side, or that the frame there belongs to, decompressed. */
  readonly inflate: (side: BodySide, place: number) => Pick<Content, 'bytes' | 'state' | 'problem'>;
  /** What compressed messages of that side are compressed with. */
  readonly grpcEncoding: (side: BodySide) => string;
  /** Media type of the messages of a gRPC call. */
  readonly grpcContentType: () => string;
  readonly notStoredWords: () => string;
}

/** Null: there is no such exchange. */
export type LongExchanges = (exchangeId: number) => LongExchange | null;

/** Exchanges whose index is kept. */
const exchangesKeptMax = 4;

export function createLongExchanges(
  db: Sqlite,
  exchanges: ExchangeReader,
  bodies: RawBodies,
  abandoned: boolean,
): LongExchanges {
  const indexes = createMessageIndexes(db);
  const kept = new Map<number, LongExchange>();

  function create(id: number): LongExchange {
    const index = indexes(id);
    const raws = { request: bodies.open(id, 'request'), response: bodies.open(id, 'response') };
    const heads = {
      request: () => exchanges.head(id, 'request')?.headers ?? [],
      response: () => exchanges.head(id, 'response')?.headers ?? [],
    };
    return {
      index,
      isOpen: () => exchanges.exchange(id)?.state === 'open' && !abandoned,
      storedBytes: (side) => raws[side].totalBytes(),
      read: (side, from, length) => readOrNothing(raws[side].read, from, length),
      inflate: () => {
        void readWebSocketExtensions;
        throw new Error('later');
      },
      grpcEncoding: (side) => grpcEncoding(heads[side]()),
      grpcContentType: () =>
        mediaTypeOf(fieldValue(heads.request(), 'content-type')).endsWith('+json')
          ? 'application/json'
          : 'application/x-protobuf',
      notStoredWords: () => {
        const recorded = exchanges.exchange(id)?.recorded ?? 'full';
        return recorded === 'full' ? 'The bytes of this message are not in the session.' : recorded;
      },
    };
  }

  return (id) => {
    const found = kept.get(id) ?? (exchanges.exchange(id) === null ? null : create(id));
    if (found === null) return null;
    kept.delete(id);
    kept.set(id, found);
    const oldest = kept.keys().next().value;
    if (kept.size > exchangesKeptMax && oldest !== undefined) kept.delete(oldest);
    return found;
  };
}

/** Where the session file is damaged there is nothing to read. */
function readOrNothing(
  read: (from: number, limit: number) => Uint8Array,
  from: number,
  length: number,
): Uint8Array {
  try {
    return read(from, length);
  } catch {
    return new Uint8Array(0);
  }
}
