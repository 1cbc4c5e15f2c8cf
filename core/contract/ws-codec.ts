import type { AnswerMessage, CallMessage, EventMessage } from './wire.ts';
import { isRecord, putArrays, takeArrays, type PlacedArray } from './ws-arrays.ts';

export type WireMessage = CallMessage | AnswerMessage | EventMessage;

export interface TextCodec {
  readonly encode: (text: string) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => string;
}

/** Bytes of the length that stands in front of the JSON of a binary frame, big-endian. */
const lengthBytes = 4;
/** Set in the length of a frame that carries several arrays. */
const severalFlag = 0x80000000;

/**
 * One message as one WebSocket frame. Text frame: the message as JSON. An answer whose value, or a call whose
 * parameters hold a `Uint8Array` at `bytes` is a binary frame: length of the JSON, the JSON without `bytes`, then the
 * bytes as they are. One with arrays in other places (ws-arrays.ts) has the highest bit of the length set, a pair of the
 * message without them and of their places as its JSON, and then their bytes one after the other.
 */
export function encodeFrame(message: WireMessage, text: TextCodec): string | Uint8Array<ArrayBuffer> {
  const place = placeOfBytes(message);
  const taken = place === null ? null : takeArrays(place);
  if (taken !== null) return encodeSeveral(message, taken.value, taken.arrays, text);
  const bytes = bytesOf(message);
  if (bytes === null) return JSON.stringify(message);
  const json = text.encode(
    JSON.stringify(message, (_key, value: unknown) => (value === bytes ? undefined : value)),
  );
  const frame = new Uint8Array(lengthBytes + json.length + bytes.length);
  new DataView(frame.buffer).setUint32(0, json.length);
  frame.set(json, lengthBytes);
  frame.set(bytes, lengthBytes + json.length);
  return frame;
}

/** The message of a frame, null for anything that is not one. `bytes` is a view into the frame, not a copy. */
export function decodeFrame(frame: string | Uint8Array, text: TextCodec): WireMessage | null {
  if (typeof frame === 'string') return parseMessage(frame);
  if (frame.length < lengthBytes) return null;
  const jsonLength = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0);
  if (jsonLength >= severalFlag) return decodeSeveral(frame, jsonLength - severalFlag, text);
  const bytesFrom = lengthBytes + jsonLength;
  if (bytesFrom > frame.length) return null;
  const message = parseMessage(text.decode(frame.subarray(lengthBytes, bytesFrom)));
  const place = message === null ? null : placeOfBytes(message);
  if (message === null || place === null) return null;
  return withValue(message, { ...place, bytes: frame.subarray(bytesFrom) });
}

function withValue(message: WireMessage, value: Record<string, unknown>): WireMessage | null {
  if (message.kind === 'call') return { ...message, params: value };
  return message.kind === 'answer' ? { ...message, outcome: { ok: true, value } } : null;
}

function encodeSeveral(
  message: WireMessage,
  value: Record<string, unknown>,
  arrays: readonly PlacedArray[],
  text: TextCodec,
): Uint8Array<ArrayBuffer> {
  const places = arrays.map(({ path, kind, bytes }) => ({ path, kind, length: bytes.length }));
  const json = text.encode(JSON.stringify([withValue(message, value), places]));
  const total = arrays.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const frame = new Uint8Array(lengthBytes + json.length + total);
  new DataView(frame.buffer).setUint32(0, severalFlag + json.length);
  frame.set(json, lengthBytes);
  let at = lengthBytes + json.length;
  for (const { bytes } of arrays) {
    frame.set(bytes, at);
    at += bytes.length;
  }
  return frame;
}

function decodeSeveral(frame: Uint8Array, jsonLength: number, text: TextCodec): WireMessage | null {
  const bytesFrom = lengthBytes + jsonLength;
  if (bytesFrom > frame.length) return null;
  let pair: unknown;
  try {
    pair = JSON.parse(text.decode(frame.subarray(lengthBytes, bytesFrom)));
  } catch {
    return null;
  }
  if (!Array.isArray(pair) || !isMessage(pair[0])) return null;
  const place = placeOfBytes(pair[0]);
  if (place === null || !putArrays(place, pair[1], frame.subarray(bytesFrom))) return null;
  return pair[0];
}

function bytesOf(message: WireMessage): Uint8Array | null {
  const bytes = placeOfBytes(message)?.['bytes'];
  return bytes instanceof Uint8Array ? bytes : null;
}

/** What of a message may hold bytes. */
function placeOfBytes(message: WireMessage): Record<string, unknown> | null {
  const place =
    message.kind === 'call'
      ? message.params
      : message.kind === 'answer' && message.outcome.ok
        ? message.outcome.value
        : null;
  return isRecord(place) ? place : null;
}

function parseMessage(json: string): WireMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  return isMessage(value) ? value : null;
}

function isMessage(value: unknown): value is WireMessage {
  if (!isRecord(value)) return false;
  const { kind, id, service, method, event, outcome } = value;
  switch (kind) {
    case 'call':
      return Number.isInteger(id) && typeof service === 'string' && typeof method === 'string';
    case 'answer':
      return Number.isInteger(id) && isOutcome(outcome);
    case 'event':
      return typeof service === 'string' && typeof event === 'string';
    default:
      return false;
  }
}

function isOutcome(value: unknown): boolean {
  if (!isRecord(value)) return false;
  if (value['ok'] === true) return true;
  const error = value['error'];
  if (value['ok'] !== false || !isRecord(error)) return false;
  return typeof error['code'] === 'string' && typeof error['message'] === 'string';
}
