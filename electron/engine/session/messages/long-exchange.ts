import { grpcEncoding } from '../../../../core/decoders/grpc-call.ts';
import { mediaTypeOf } from '../../../../core/decoders/decoder.ts';
import { fieldValue, type HeaderFields } from '../../../../core/model/header-fields.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import { readWebSocketExtensions } from '../../../../core/model/websocket-extensions.ts';
import type { ExchangeReader } from '../exchange-detail.ts';
import type { RawBodies } from '../raw-body.ts';
import type { Sqlite } from '../sqlite.ts';
import { createWebSocketInflater, type DecodedMessage, type WebSocketSideBytes } from '../websocket-inflate.ts';
import { createMessageIndexes, type MessageIndex } from './message-index.ts';

/** What reading the messages of one exchange needs of it. */
export interface LongExchange {
  readonly index: MessageIndex;
  readonly isOpen: () => boolean;
  /** Bytes of a body that are in the session. */
  readonly storedBytes: (side: BodySide) => number;
  /** Fewer where they are not stored. */
  readonly read: (side: BodySide, from: number, length: number) => Uint8Array;
  /** The message of a WebSocket that the frame at that place of its side belongs to; null where there is none. */
  readonly decode: (side: BodySide, place: number) => Promise<DecodedMessage | null>;
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
  const inflater = createWebSocketInflater();
  const kept = new Map<number, LongExchange>();

  function create(id: number): LongExchange {
    const index = indexes(id);
    const raws = { request: bodies.open(id, 'request'), response: bodies.open(id, 'response') };
    const heads = {
      request: keepingOnce(() => exchanges.head(id, 'request')?.headers ?? null),
      response: keepingOnce(() => exchanges.head(id, 'response')?.headers ?? null),
    };
    const sideBytes = (side: BodySide): WebSocketSideBytes => ({
      id: `${id} ${side}`,
      frames: index.side(side),
      read: (from, length) => readOrNothing(raws[side].read, from, length),
      keepsContext: keepsContext(fieldValue(heads.response(), 'sec-websocket-extensions'), side),
    });
    return {
      index,
      isOpen: () => exchanges.exchange(id)?.state === 'open' && !abandoned,
      storedBytes: (side) => raws[side].totalBytes(),
      read: (side, from, length) => readOrNothing(raws[side].read, from, length),
      decode: (side, place) => inflater.message(sideBytes(side), place),
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

/** A head is asked for by every message; once it is there it stays the same. */
function keepingOnce(read: () => HeaderFields | null): () => HeaderFields {
  let kept: HeaderFields | null = null;
  return () => (kept ??= read()) ?? [];
}

function keepsContext(extensions: string | null, side: BodySide): boolean {
  const { deflate } = readWebSocketExtensions(extensions);
  if (deflate === null) return true;
  return !(side === 'request' ? deflate.clientNoContextTakeover : deflate.serverNoContextTakeover);
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
