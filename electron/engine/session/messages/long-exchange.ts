import { grpcEncoding } from '../../../../core/decoders/grpc-call.ts';
import { mediaTypeOf } from '../../../../core/decoders/decoder.ts';
import { fieldValue, type HeaderFields } from '../../../../core/model/header-fields.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import {
  readWebSocketExtensions,
  type WebSocketExtensions,
} from '../../../../core/model/websocket-extensions.ts';
import type { ExchangeReader } from '../exchange-detail.ts';
import type { RawBodies, RawBody } from '../raw-body.ts';
import type { Sqlite } from '../sqlite.ts';
import {
  createWebSocketInflater,
  type DecodedMessage,
  type WebSocketSideBytes,
} from '../websocket-inflate.ts';
import { createMessageIndexes, type MessageIndex } from './message-index.ts';

/** What reading the messages of one exchange needs of it. */
export interface LongExchange {
  readonly index: MessageIndex;
  readonly isOpen: () => boolean;
  /** How far a body is in the session; not beyond `to` if it is farther. */
  readonly storedTo: (side: BodySide, to: number) => number;
  /** Fewer where they are not stored. A view, not to be changed. */
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
    const raws = {
      request: createSide(bodies.open(id, 'request')),
      response: createSide(bodies.open(id, 'response')),
    };
    const heads = {
      request: keepingOnce(() => exchanges.head(id, 'request')?.headers ?? null),
      response: keepingOnce(() => exchanges.head(id, 'response')?.headers ?? null),
    };
    let extensions: WebSocketExtensions | null = null;
    const keepsContext = (side: BodySide): boolean => {
      const found = (extensions ??= readWebSocketExtensions(
        fieldValue(heads.response(), 'sec-websocket-extensions'),
      ));
      const deflate = found.deflate;
      if (deflate === null) return true;
      return !(side === 'request' ? deflate.clientNoContextTakeover : deflate.serverNoContextTakeover);
    };
    const sideBytes = (side: BodySide): WebSocketSideBytes => ({
      id: `${id} ${side}`,
      frames: index.side(side),
      read: raws[side].read,
      keepsContext: keepsContext(side),
    });
    return {
      index,
      isOpen: () => exchanges.exchange(id)?.state === 'open' && !abandoned,
      storedTo: (side, to) => raws[side].storedTo(to),
      read: (side, from, length) => raws[side].read(from, length),
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

/** Read at once: messages mostly follow one another. */
const heldBytes = 262_144;

interface Side {
  readonly storedTo: (to: number) => number;
  readonly read: (from: number, length: number) => Uint8Array;
}

/** A body that is read in many small pieces. Where the session file is damaged there is nothing to read. */
function createSide(raw: RawBody): Side {
  let known = 0;
  let held = { from: 0, bytes: new Uint8Array(0) };
  return {
    storedTo: (to) => {
      if (known < to) known = raw.totalBytes();
      return Math.min(known, to);
    },
    read: (from, length) => {
      const at = from - held.from;
      if (at >= 0 && at + length <= held.bytes.length) return held.bytes.subarray(at, at + length);
      try {
        held = { from, bytes: new Uint8Array(raw.read(from, Math.max(length, heldBytes))) };
      } catch {
        return new Uint8Array(0);
      }
      return held.bytes.subarray(0, length);
    },
  };
}
