import { messageFlags, type MessageRecord } from '../../../core/model/message-record.ts';
import { noExtensions, type WebSocketExtensions } from '../../../core/model/websocket-extensions.ts';
import { createWebSocketObserver } from '../../../core/observers/websocket.ts';
import type { Sender } from '../../../core/observers/observer.ts';
import { endOf, playParts, type Part, type Played } from './message-script.ts';

export const deflating: WebSocketExtensions = {
  deflate: {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverWindowBits: 15,
    clientWindowBits: 15,
  },
  others: [],
};

export interface FrameForm {
  readonly opcode: number;
  readonly payload?: Uint8Array;
  /** Of the first four bits; FIN alone when not given. */
  readonly top?: number;
  /** How the length is written; the shortest form when not given. */
  readonly lengthForm?: 7 | 16 | 64;
  readonly mask?: readonly [number, number, number, number] | null;
}

/** A frame by hand, right or wrong (RFC 6455 section 5.2). */
export function frame({
  opcode,
  payload = new Uint8Array(0),
  top = 8,
  lengthForm,
  mask = null,
}: FrameForm): Uint8Array {
  const length = payload.length;
  const form = lengthForm ?? (length < 126 ? 7 : length < 65_536 ? 16 : 64);
  const header = [
    (top << 4) | opcode,
    (mask === null ? 0 : 0x80) | (form === 7 ? length : form === 16 ? 126 : 127),
  ];
  if (form === 16) header.push(length >> 8, length & 0xff);
  if (form === 64)
    header.push(
      0,
      0,
      0,
      0,
      (length >>> 24) & 0xff,
      (length >> 16) & 0xff,
      (length >> 8) & 0xff,
      length & 0xff,
    );
  if (mask !== null) header.push(...mask);
  const key = mask ?? [0, 0, 0, 0];
  return Uint8Array.from([...header, ...payload.map((byte, at) => byte ^ (key[at & 3] ?? 0))]);
}

export const aMask = [0x37, 0xfa, 0x21, 0x3d] as const;

export function toServer(form: FrameForm): Part {
  return { sender: 'client', bytes: frame({ mask: aMask, ...form }) };
}

export function toClient(form: FrameForm): Part {
  return { sender: 'server', bytes: frame(form) };
}

export function raw(sender: Sender, ...bytes: readonly number[]): Part {
  return { sender, bytes: Uint8Array.from(bytes) };
}

export function playFrames(
  parts: readonly Part[],
  chunksOf?: (bytes: Uint8Array) => Uint8Array[],
  extensions: WebSocketExtensions = noExtensions,
): Played {
  return playParts(
    (emit) => {
      const observer = createWebSocketObserver(extensions, emit);
      return { bytes: observer.bytes, end: (sender, atUs) => observer.end(sender, 'fin', atUs) };
    },
    parts,
    chunksOf,
  );
}

/** The records as lines to read: `client text 0..11 of 5 final masked`. */
export function toldFrames(parts: readonly Part[], extensions?: WebSocketExtensions): string[] {
  return playFrames(parts, undefined, extensions).records.map(describeFrame);
}

const names: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

export function describeFrame(record: MessageRecord): string {
  const flags = Object.entries(messageFlags)
    .filter(([, bit]) => (record.flags & bit) !== 0)
    .map(([name]) => name);
  return [
    record.side === 'request' ? 'client' : 'server',
    names[record.code] ?? `opcode-${record.code}`,
    `${record.from}..${endOf(record)} of ${record.payloadBytes}`,
    ...(record.closeCode === 0 ? [] : [record.closeCode]),
    ...flags,
  ].join(' ');
}
