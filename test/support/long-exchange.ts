import type { BodySide, ConversationRecord, ExchangeRecord } from '../../core/model/exchange-record.ts';
import type { MessageRecord } from '../../core/model/message-record.ts';
import { readWebSocketExtensions } from '../../core/model/websocket-extensions.ts';
import { createEventStreamObserver } from '../../core/observers/event-stream.ts';
import { createGrpcObserver } from '../../core/observers/grpc.ts';
import { createWebSocketObserver } from '../../core/observers/websocket.ts';
import type { HeadPart, SessionSink } from '../../electron/engine/session/session-api.ts';
import { exchangeRecord } from './records.ts';

/** Bytes of one side as they arrived at once. */
export interface Arrival {
  readonly side: BodySide;
  readonly bytes: Uint8Array;
  readonly atUs: number;
}

/** An exchange with messages inside it, as the proxy would record it. */
export interface LongFake {
  /** `plain`: without messages. */
  readonly kind: 'websocket' | 'event-stream' | 'grpc' | 'plain';
  readonly record: ExchangeRecord;
  readonly clientLeg: ConversationRecord | null;
  readonly serverLeg: ConversationRecord | null;
  readonly heads: Partial<Record<HeadPart, string>>;
  readonly arrivals: readonly Arrival[];
  /** Bytes of the response from here on are not stored. */
  readonly storedTo?: number;
}

/** Lines of a head as one text. */
export function headText(startLine: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [startLine, ...lines, '', ''].join('\r\n');
}

/** Records of the messages in the bytes, by the observer that the proxy uses. */
export function messagesOf({
  kind,
  arrivals,
  heads,
  record,
}: Omit<LongFake, 'record'> & { readonly record: { readonly state: string } }): MessageRecord[] {
  const records: MessageRecord[] = [];
  const emit = (message: MessageRecord) => void records.push(message);
  const isOver = record.state !== 'open';
  const lastAtUs = arrivals.at(-1)?.atUs ?? 0;
  if (kind === 'websocket') {
    const extensions = /sec-websocket-extensions: ([^\r]*)/i.exec(heads.response ?? '')?.[1] ?? null;
    const observer = createWebSocketObserver(readWebSocketExtensions(extensions), emit);
    for (const { side, bytes, atUs } of arrivals)
      observer.bytes(side === 'request' ? 'client' : 'server', bytes, atUs);
    if (isOver) for (const sender of ['client', 'server'] as const) observer.end(sender, 'fin', lastAtUs);
    return records;
  }
  if (kind === 'plain') return records;
  const observers =
    kind === 'event-stream'
      ? { request: null, response: createEventStreamObserver(emit) }
      : {
          request: createGrpcObserver('grpc', 'request', emit),
          response: createGrpcObserver('grpc', 'response', emit),
        };
  for (const { side, bytes, atUs } of arrivals) observers[side]?.bytes(bytes, atUs);
  if (isOver) for (const side of ['request', 'response'] as const) observers[side]?.end(lastAtUs);
  return records;
}

/** Puts it into a session, and gives the record as it stands there. */
export function putLong(sink: SessionSink, fake: LongFake): ExchangeRecord {
  const { record, heads, arrivals, clientLeg, serverLeg, storedTo = Infinity } = fake;
  if (clientLeg !== null) sink.putConversation(clientLeg);
  if (serverLeg !== null) sink.putConversation(serverLeg);
  for (const [part, text] of Object.entries(heads) as [HeadPart, string][])
    sink.putHead(record.id, part, Buffer.from(text, 'latin1'), record.startedAtUs);
  const came = { request: 0, response: 0 };
  for (const { side, bytes, atUs } of arrivals) {
    const room = side === 'response' ? storedTo - came.response : Infinity;
    if (room > 0) sink.appendBody(record.id, side, bytes.subarray(0, room), atUs);
    came[side] += bytes.length;
  }
  const messages = messagesOf(fake);
  for (const message of messages) sink.putMessage(record.id, message);
  const count = (side: BodySide) => messages.filter((message) => message.side === side).length;
  const stored: ExchangeRecord = {
    ...record,
    requestBytes: came.request,
    responseBytes: came.response,
    requestMessages: count('request'),
    responseMessages: count('response'),
  };
  sink.putExchange(stored);
  return stored;
}

/** The exchange of a WebSocket, open since `startedAtUs`. */
export function webSocketRecord(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return exchangeRecord({
    ...{ status: 101, statusText: 'Switching Protocols', contentType: null, longLived: 'websocket' },
    ...{ requestBytes: 0, responseBytes: 0 },
    ...changes,
  });
}
