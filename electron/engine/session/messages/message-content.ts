import { readServerSentEvent } from '../../../../core/decoders/event-stream-fields.ts';
import { grpcTrailersFlag, grpcWebTrailers } from '../../../../core/decoders/grpc-call.ts';
import { readGrpcMessage } from '../../../../core/decoders/grpc-message.ts';
import { framePayload, readClose, webSocketMessageAt } from '../../../../core/decoders/websocket-message.ts';
import { messageFlags, type MessageRecord } from '../../../../core/model/message-record.ts';
import { closeWords } from '../../../../core/model/websocket-close.ts';
import type { messageStates } from '../../../../core/contract/messages.ts';
import { undoGrpcEncoding } from './grpc-encoding.ts';
import type { LongExchange } from './long-exchange.ts';

export type MessageState = (typeof messageStates)[number];

/** What a message says, decoded as far as `bytesMax`. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly state: MessageState;
  /** Why it is not whole, one sentence. */
  readonly problem: string | null;
  readonly codings: readonly string[];
  readonly contentType: string | null;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly frames: number;
}

/** The contract's bound for one message, repeated here to keep its validation library out of the reader thread. */
export const messageBytesMax = 16_777_216;
const firstControl = 8;
const closeCode = 8;

const whole = {
  state: 'whole',
  problem: null,
  codings: [],
  contentType: null,
  facts: [],
  frames: 1,
} as const;

const cutWords = 'The stream ended, or was not stored, inside this message: what came before is shown.';
const largeWords =
  'Only the first 16 MiB of this message are decoded. Its bytes on the wire can be saved whole.';
const damagedWords = 'The session file is damaged where this message is listed.';

/** The content of the message at `index`; null where there is none. */
export async function readContent(exchange: LongExchange, index: number): Promise<Content | null> {
  const record = exchange.index.at(index);
  if (record === undefined) return null;
  const nothing = new Uint8Array(0);
  if (record === null) return { ...whole, bytes: nothing, state: 'damaged', problem: damagedWords };
  const stored = storedState(exchange, record);
  if (stored === 'not-stored')
    return { ...whole, bytes: nothing, state: stored, problem: exchange.notStoredWords() };
  switch (record.kind) {
    case 'websocket':
      return record.code >= firstControl
        ? controlContent(exchange, record)
        : webSocketContent(exchange, record, index);
    case 'event':
      return { ...eventContent(rawOf(exchange, record, messageBytesMax)), ...cutState(stored, record) };
    case 'grpc':
      return grpcContent(exchange, record, stored);
    default:
      return record.kind satisfies never;
  }
}

/** Whether the bytes of a message are in the session. */
export function storedState(exchange: LongExchange, record: MessageRecord): 'whole' | 'cut' | 'not-stored' {
  const { from, headerBytes, payloadBytes, flags } = record;
  const there = exchange.storedTo(record.side, from + headerBytes + payloadBytes) - from;
  if (there <= 0 || (there < headerBytes && payloadBytes > 0)) return 'not-stored';
  return there < headerBytes + payloadBytes || (flags & messageFlags.cut) !== 0 ? 'cut' : 'whole';
}

/** Its bytes on the wire, header included. */
export function rawOf(exchange: LongExchange, record: MessageRecord, bytesMax: number): Uint8Array {
  return exchange.read(
    record.side,
    record.from,
    Math.min(bytesMax, record.headerBytes + record.payloadBytes),
  );
}

function cutState(
  stored: 'whole' | 'cut',
  { headerBytes, payloadBytes }: MessageRecord,
): Pick<Content, 'state' | 'problem'> {
  if (stored === 'cut') return { state: 'cut', problem: cutWords };
  return headerBytes + payloadBytes > messageBytesMax
    ? { state: 'cut', problem: largeWords }
    : { state: 'whole', problem: null };
}

function controlContent(exchange: LongExchange, record: MessageRecord): Content {
  const payload = framePayload(rawOf(exchange, record, messageBytesMax), record);
  if (record.code !== closeCode) return { ...whole, bytes: payload };
  const { code, reason } = readClose(payload);
  const facts: [string, string][] = [
    ['Close code', String(code)],
    ['Meaning', closeWords(code)],
    ['Reason given', reason === '' ? 'none' : reason],
  ];
  return { ...whole, bytes: payload.subarray(2), facts };
}

async function webSocketContent(
  exchange: LongExchange,
  record: MessageRecord,
  index: number,
): Promise<Content> {
  const side = exchange.index.side(record.side);
  const place = side.placeOf(index);
  const message = webSocketMessageAt(side, place);
  const decoded = await exchange.decode(record.side, place);
  if (message === null || decoded === null)
    return { ...whole, bytes: new Uint8Array(0), state: 'damaged', problem: damagedWords };
  const { bytes, cut, problem } = decoded;
  const isLarge = cut && bytes.length >= messageBytesMax;
  return {
    ...whole,
    bytes,
    frames: message.frames.length,
    codings: message.compressed ? ['permessage-deflate'] : [],
    state: problem !== null && bytes.length === 0 ? 'undecodable' : cut || problem !== null ? 'cut' : 'whole',
    problem: problem ?? (isLarge ? largeWords : cut ? goesOnWords(exchange) : null),
  };
}

function goesOnWords(exchange: LongExchange): string {
  return exchange.isOpen() ? 'More of this message is still to come.' : cutWords;
}

function eventContent(block: Uint8Array): Content {
  const { event, data, id, retry, comments } = readServerSentEvent(block);
  const facts: [string, string][] = [
    ['Event', event],
    ...(id === null ? [] : [['Id', id] as [string, string]]),
    ...(retry === null ? [] : [['Retry', `${retry} ms`] as [string, string]]),
    ...comments.slice(0, 20).map((comment) => ['Comment', comment] as [string, string]),
  ];
  return { ...whole, bytes: Buffer.from(data ?? '', 'utf8'), facts };
}

function grpcContent(exchange: LongExchange, record: MessageRecord, stored: 'whole' | 'cut'): Content {
  const { payload, compressed } = readGrpcMessage(rawOf(exchange, record, messageBytesMax), record);
  const encoding = exchange.grpcEncoding(record.side);
  const state = cutState(stored, record);
  const undone = compressed
    ? undoGrpcEncoding(payload, encoding, messageBytesMax)
    : { bytes: payload, problem: null };
  const codings = compressed && undone.problem === null ? [encoding] : [];
  if ((record.code & grpcTrailersFlag) !== 0) {
    const facts = grpcWebTrailers(undone.bytes).map(([name, value]) => [name, value] as const);
    return { ...whole, ...state, bytes: undone.bytes, codings, facts, contentType: 'text/plain' };
  }
  return {
    ...whole,
    ...(undone.problem === null ? state : { state: 'undecodable', problem: undone.problem }),
    bytes: undone.bytes,
    codings,
    contentType: undone.problem === null ? exchange.grpcContentType() : null,
  };
}
