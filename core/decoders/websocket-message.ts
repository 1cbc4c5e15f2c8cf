import { messageFlags, type MessageRecord } from '../model/message-record.ts';
import { noCloseCode, type CloseFrame } from '../model/websocket-close.ts';
import { decodeUtf8 } from './utf8.ts';

/** The records of one side of a WebSocket in order; an array is one, and so is what reads them a page at a time. */
export interface FrameList {
  readonly length: number;
  readonly at: (index: number) => MessageRecord | undefined;
}

/** Frames that belong together: those of a message, or one control frame (RFC 6455 section 5.4). */
export interface WebSocketMessage {
  /** Index of its first frame. */
  readonly first: number;
  /** 1 text, 2 binary, 8 to 10 control; 0 where the beginning was not recorded. */
  readonly opcode: number;
  readonly compressed: boolean;
  readonly frames: readonly MessageRecord[];
  /** Its last frame is there, and none of its bytes is missing. */
  readonly complete: boolean;
}

const firstControl = 8;

/**
 * The message that the frame at `index` belongs to; null where there is no such frame. Frames of control between its
 * frames are passed over. Takes time in the number of its frames.
 */
export function webSocketMessageAt(frames: FrameList, index: number): WebSocketMessage | null {
  const frame = frames.at(index);
  if (index < 0 || frame === undefined) return null;
  const first = frame.code === 0 ? beginningOf(frames, index) : index;
  const beginning = frames.at(first) ?? frame;
  const parts = [beginning];
  let last = beginning;
  if (beginning.code < firstControl) {
    for (let next = first + 1; !isFinal(last) && next < frames.length; next += 1) {
      const part = frames.at(next);
      if (part === undefined || (part.code > 0 && part.code < firstControl)) break;
      if (part.code !== 0) continue;
      parts.push(part);
      last = part;
    }
  }
  return {
    first,
    opcode: beginning.code,
    compressed: (beginning.flags & messageFlags.compressed) !== 0,
    frames: parts,
    complete: isFinal(last) && parts.every(({ flags }) => (flags & messageFlags.cut) === 0),
  };
}

/** Index of the frame that begins the message of a continuation, or of its first continuation where none does. */
function beginningOf(frames: FrameList, index: number): number {
  let first = index;
  for (let before = index - 1; before >= 0; before -= 1) {
    const frame = frames.at(before);
    if (frame === undefined) break;
    if (frame.code >= firstControl) continue;
    if (isFinal(frame)) break;
    first = before;
    if (frame.code !== 0) break;
  }
  return first;
}

function isFinal({ flags }: MessageRecord): boolean {
  return (flags & messageFlags.final) !== 0;
}

/**
 * The payload of a frame, its mask taken off, as a copy. `raw` are the bytes of its side from `record.from` on, all of
 * the frame's or their beginning.
 */
export function framePayload(
  raw: Uint8Array,
  { flags, headerBytes, payloadBytes }: MessageRecord,
): Uint8Array {
  const payload = raw.slice(headerBytes, headerBytes + payloadBytes);
  if ((flags & messageFlags.masked) !== 0) unmask(payload, raw.subarray(headerBytes - 4, headerBytes));
  return payload;
}

/** Takes the mask off in place (RFC 6455 section 5.3). `at`: place of the first byte in its payload. */
export function unmask(payload: Uint8Array, key: Uint8Array, at = 0): void {
  if (key.length !== 4) return;
  for (let index = 0; index < payload.length; index += 1)
    payload[index] = (payload[index] as number) ^ (key[(at + index) & 3] as number);
}

/** Bytes of a side from a place on; fewer where they were not recorded. */
export type ReadBytes = (from: number, length: number) => Uint8Array;

export interface MessageBytes {
  readonly bytes: Uint8Array;
  /** The message goes on after them. */
  readonly cut: boolean;
}

/** The payloads of a message's frames joined, at most `bytesMax` bytes of them; what is compressed stays so. */
export function readWebSocketMessage(
  message: WebSocketMessage,
  read: ReadBytes,
  bytesMax: number,
): MessageBytes {
  const parts: Uint8Array[] = [];
  let room = bytesMax;
  for (const frame of message.frames) {
    const wanted = Math.min(room, frame.payloadBytes);
    const part = framePayload(read(frame.from, frame.headerBytes + wanted), frame);
    parts.push(part);
    room -= part.length;
    if (part.length < frame.payloadBytes) return { bytes: joined(parts), cut: true };
  }
  return { bytes: joined(parts), cut: !message.complete };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Code and reason in the payload of a close frame (RFC 6455 section 5.5.1). */
export function readClose(payload: Uint8Array): CloseFrame {
  const [high, low] = payload;
  if (high === undefined || low === undefined) return { code: noCloseCode, reason: '' };
  return { code: high * 256 + low, reason: decodeUtf8(payload, 2) };
}
