import { joinBytes, type ByteSource, type Pieces } from '../encoding/byte-source.ts';
import { JsonSkimmer, parseJson, skimLimits, type JsonRange } from '../encoding/json-skim.ts';
import { base64DecodedPieces, base64Texts, escapedTexts, unescapedPieces } from '../encoding/json-text.ts';
import { onePiece } from '../encoding/byte-source.ts';
import type { BodySide } from '../model/exchange-record.ts';
import { messageFlags, type MessageKind, type MessageRecord } from '../model/message-record.ts';
import type { Platform } from '../model/platform.ts';
import type { FormatBody, FormatMessages } from './format.ts';
import { isObject } from './har-own.ts';

/** Longer messages of an imported file are left out. */
const messageBytesMax = 67_108_864;
const text = 1;
const binary = 2;

/** What browsers write of the messages of a WebSocket, in the order they ended: `send` is the page's. */
export async function* webSocketMessages(
  messages: FormatMessages,
  platform: Platform,
): AsyncGenerator<string> {
  yield ',"_webSocketMessages":[';
  let separator = '';
  for await (const { record, data } of messages()) {
    if (record.kind !== 'websocket' || data === null || (record.code !== text && record.code !== binary))
      continue;
    const type = record.side === 'request' ? 'send' : 'receive';
    yield `${separator}{"type":"${type}","time":${record.lastAtUs / 1e6},"opcode":${record.code},"data":"`;
    separator = ',';
    yield* record.code === text
      ? escapedTexts(onePiece(data), platform)
      : base64Texts(onePiece(data), platform);
    yield '"}';
  }
  yield ']';
}

/** Where each message stands in the bodies of the entry, for reading it back. */
export async function* ownMessages(messages: FormatMessages): AsyncGenerator<string> {
  yield ',"_plumblineMessages":[';
  let separator = '';
  for await (const { record } of messages()) {
    const { side, kind, code, flags, from, headerBytes, payloadBytes, closeCode, firstAtUs, lastAtUs } =
      record;
    const packed = [side === 'request' ? 0 : 1, kinds.indexOf(kind), code, flags, from, headerBytes];
    yield separator + JSON.stringify([...packed, payloadBytes, closeCode, firstAtUs, lastAtUs]);
    separator = ',';
  }
  yield ']';
}

const kinds: readonly MessageKind[] = ['websocket', 'event', 'grpc'];

/** Reads `_plumblineMessages` back; entries that are none are left out. */
export function readOwnMessages(source: ByteSource, range: JsonRange, platform: Platform): FormatMessages {
  return async function* () {
    for await (const { value } of elements(source, range, platform)) {
      if (!Array.isArray(value) || value.length !== 10) continue;
      const numbers = value.filter((each): each is number => Number.isFinite(each) && (each as number) >= 0);
      const [side, kind, code, flags, from, headerBytes, payloadBytes, closeCode, firstAtUs, lastAtUs] =
        numbers;
      const kindName = kinds[kind ?? -1];
      if (numbers.length !== 10 || kindName === undefined) continue;
      yield {
        record: {
          ...{ side: side === 0 ? 'request' : 'response', kind: kindName, code: small(code, 255) },
          ...{
            flags: small(flags, 255),
            from: Math.floor(from ?? 0),
            headerBytes: small(headerBytes, 2 ** 32 - 1),
          },
          ...{ payloadBytes: Math.floor(payloadBytes ?? 0), closeCode: small(closeCode, 65_535) },
          ...{ firstAtUs: firstAtUs ?? 0, lastAtUs: lastAtUs ?? 0 },
        },
        data: null,
      };
    }
  };
}

function small(value: number | undefined, max: number): number {
  return Math.min(max, Math.floor(value ?? 0));
}

export interface ImportedMessages {
  readonly messages: FormatMessages;
  readonly body: (side: BodySide) => FormatBody;
}

/**
 * Messages as browsers write them, as the bodies and the places they would have had: a frame each, unmasked. The file
 * is read anew for each side, so that nothing of it has to be kept.
 */
export function readWebSocketMessages(
  source: ByteSource,
  range: JsonRange,
  platform: Platform,
): ImportedMessages {
  async function* frames(): AsyncGenerator<Frame> {
    for await (const { value, ranges } of elements(source, range, platform)) {
      const frame = isObject(value) ? await frameOf(value, ranges, source, platform) : null;
      if (frame !== null) yield frame;
    }
  }

  async function* wire(side: BodySide): Pieces {
    for await (const frame of frames())
      if (frame.side === side) yield joinBytes([frame.header, frame.payload]);
    return null;
  }

  return {
    body: (side) => ({ wire: () => wire(side), content: () => wire(side) }),
    messages: async function* () {
      const reached = { request: 0, response: 0 };
      for await (const { side, opcode, header, payload, atUs } of frames()) {
        const record: MessageRecord = {
          ...{ side, kind: 'websocket', code: opcode, flags: messageFlags.final, from: reached[side] },
          ...{ headerBytes: header.length, payloadBytes: payload.length, closeCode: 0 },
          ...{ firstAtUs: atUs, lastAtUs: atUs },
        };
        reached[side] += header.length + payload.length;
        yield { record, data: payload };
      }
    },
  };
}

interface Frame {
  readonly side: BodySide;
  readonly opcode: number;
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
  readonly atUs: number;
}

async function frameOf(
  value: Readonly<Record<string, unknown>>,
  ranges: readonly JsonRange[],
  source: ByteSource,
  platform: Platform,
): Promise<Frame | null> {
  const { type, time, opcode, data } = value;
  if (opcode !== text && opcode !== binary) return null;
  const index = isObject(data) ? data['$range'] : null;
  const long = typeof index === 'number' ? ranges[index] : undefined;
  if (long !== undefined && long.to - long.from > messageBytesMax) return null;
  const written =
    long === undefined
      ? onePiece(platform.bytesOfUtf8(typeof data === 'string' ? data : ''))
      : unescapedPieces(source, long, platform);
  const parts: Uint8Array[] = [];
  for await (const part of opcode === binary ? base64DecodedPieces(written, platform) : written)
    parts.push(part);
  const payload = joinBytes(parts);
  const seconds = typeof time === 'number' && time > 0 && time < 1e11 ? time : 0;
  return {
    side: type === 'send' ? 'request' : 'response',
    ...{ opcode, payload, header: frameHeader(opcode, payload.length), atUs: Math.round(seconds * 1e6) },
  };
}

/** RFC 6455 section 5.2, final and without a mask. */
function frameHeader(opcode: number, length: number): Uint8Array {
  const first = 0x80 | opcode;
  if (length < 126) return Uint8Array.of(first, length);
  if (length < 65_536) return Uint8Array.of(first, 126, length >> 8, length & 0xff);
  const header = new Uint8Array(10);
  header[0] = first;
  header[1] = 127;
  new DataView(header.buffer).setUint32(6, length);
  return header;
}

/** The elements of an array in the file, one after the other; it ends where they cannot be read. */
async function* elements(
  source: ByteSource,
  range: JsonRange,
  platform: Platform,
): AsyncGenerator<{ readonly value: unknown; readonly ranges: readonly JsonRange[] }> {
  const json = new JsonSkimmer(source, platform, range.from);
  if (!(await json.take('['))) return;
  while (json.position() < range.to) {
    const before = json.position();
    const skimmed = await json.value(skimLimits);
    if (skimmed.cut || json.position() === before) return;
    if (skimmed.text !== null) yield { value: parseJson(skimmed.text), ranges: skimmed.ranges };
    if (!(await json.take(','))) return;
  }
}
