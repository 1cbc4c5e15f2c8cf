import { decodeUtf8, isUtf8 } from '../decoders/utf8.ts';
import { messageFlags, type MessageRecord } from '../model/message-record.ts';
import { isCloseCode, noCloseCode, type CloseFrame } from '../model/websocket-close.ts';
import type { WebSocketExtensions } from '../model/websocket-extensions.ts';
import type { Sender } from './observer.ts';

/** The frames of one sender. */
export interface WebSocketSide {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  readonly end: () => void;
  /** The first whole close frame it sent. */
  readonly closed: () => CloseFrame | null;
}

const headerBytesMax = 14;
const controlBytesMax = 125;

const continuation = 0;
const binary = 2;
const close = 8;
const pong = 10;

const fin = 0x80;
const rsv1 = 0x40;
const rsv2And3 = 0x30;
const maskBit = 0x80;

export function createWebSocketSide(
  sender: Sender,
  extensions: WebSocketExtensions,
  emit: (record: MessageRecord) => void,
  onClose: () => void,
): WebSocketSide {
  const side = sender === 'client' ? 'request' : 'response';
  const isExplained = extensions.others.length > 0;
  const header = new Uint8Array(headerBytesMax);
  const closePayload = new Uint8Array(controlBytesMax);
  let offset = 0;
  let from = 0;
  let firstAtUs = 0;
  let lastAtUs = 0;
  let headerBytes = 0;
  let headerNeeds = 2;
  let isInPayload = false;
  let payloadBytes = 0;
  let payloadCame = 0;
  let flags = 0;
  let isInMessage = false;
  let closed: CloseFrame | null = null;
  let isSilent = false;

  function bytes(chunk: Uint8Array, atUs: number): void {
    if (isSilent || chunk.length === 0) return;
    for (let at = 0; at < chunk.length;) {
      if (isInPayload) {
        const taken = Math.min(payloadBytes - payloadCame, chunk.length - at);
        if (opcode() === close) keepClose(chunk, at, taken);
        payloadCame += taken;
        at += taken;
        if (payloadCame === payloadBytes) finish(atUs);
      } else {
        if (headerBytes === 0) {
          from = offset + at;
          firstAtUs = atUs;
        }
        header[headerBytes++] = chunk[at++] as number;
        if (headerBytes === 2) headerNeeds = headerLength();
        if (headerBytes === 10 && lengthCode() === 127 && longLength() === null) return giveUp(atUs);
        if (headerBytes === headerNeeds) beginPayload(atUs);
      }
    }
    offset += chunk.length;
    lastAtUs = atUs;
  }

  function opcode(): number {
    return (header[0] as number) & 0x0f;
  }

  function lengthCode(): number {
    return (header[1] as number) & 0x7f;
  }

  function isMasked(): boolean {
    return headerBytes > 1 && ((header[1] as number) & maskBit) !== 0;
  }

  function headerLength(): number {
    const code = lengthCode();
    return 2 + (code === 127 ? 8 : code === 126 ? 2 : 0) + (isMasked() ? 4 : 0);
  }

  function u16(at: number): number {
    return (header[at] as number) * 256 + (header[at + 1] as number);
  }

  /** Null for 2^53 and more, the forbidden highest bit included. */
  function longLength(): number | null {
    const high = u16(2) * 65_536 + u16(4);
    return high > 0x1f_ffff ? null : high * 4_294_967_296 + u16(6) * 65_536 + u16(8);
  }

  function beginPayload(atUs: number): void {
    const code = lengthCode();
    payloadBytes = code === 127 ? (longLength() ?? 0) : code === 126 ? u16(2) : code;
    payloadCame = 0;
    flags = headerFlags();
    isInPayload = true;
    if (payloadBytes === 0) finish(atUs);
  }

  /** Flags of a whole header; also follows where messages begin and end. */
  function headerFlags(): number {
    const first = header[0] as number;
    const code = opcode();
    const isFinal = (first & fin) !== 0;
    const startsMessage = code > continuation && code < close;
    const deflates = extensions.deflate !== null && startsMessage && (first & rsv1) !== 0;
    const isWrong =
      closed !== null ||
      isMasked() !== (sender === 'client') ||
      (!isExplained && breaksReserved(first, code, deflates)) ||
      (code >= close && (!isFinal || payloadBytes > controlBytesMax)) ||
      (code === continuation && !isInMessage) ||
      (startsMessage && isInMessage) ||
      (lengthCode() === 126 && payloadBytes < 126) ||
      (lengthCode() === 127 && payloadBytes < 65_536);
    if (startsMessage) isInMessage = !isFinal;
    else if (code === continuation && isFinal) isInMessage = false;
    return (
      (isFinal ? messageFlags.final : 0) |
      (deflates ? messageFlags.compressed : 0) |
      (isMasked() ? messageFlags.masked : 0) |
      (isWrong ? messageFlags.defective : 0)
    );
  }

  function keepClose(chunk: Uint8Array, from: number, count: number): void {
    const to = Math.min(controlBytesMax, payloadCame + count);
    const mask = isMasked() ? headerNeeds - 4 : -1;
    for (let at = payloadCame; at < to; at += 1) {
      const key = mask < 0 ? 0 : (header[mask + (at & 3)] as number);
      closePayload[at] = (chunk[from + at - payloadCame] as number) ^ key;
    }
  }

  function finish(atUs: number): void {
    if (opcode() !== close) return put(flags, 0, atUs);
    const reasonTo = Math.min(payloadBytes, controlBytesMax);
    const hasCode = payloadBytes >= 2;
    const code = hasCode ? sentCode() : noCloseCode;
    const isWrong =
      payloadBytes === 1 || (hasCode && (!isCloseCode(code) || !isUtf8(closePayload, 2, reasonTo)));
    if (closed === null) {
      closed = { code, reason: hasCode ? decodeUtf8(closePayload, 2, reasonTo) : '' };
      onClose();
    }
    put(flags | (isWrong ? messageFlags.defective : 0), code, atUs);
  }

  function sentCode(): number {
    return (closePayload[0] as number) * 256 + (closePayload[1] as number);
  }

  function giveUp(atUs: number): void {
    isSilent = true;
    payloadCame = 0;
    put(firstFlags() | messageFlags.defective, 0, atUs);
  }

  /** Flags of a header that is not whole. */
  function firstFlags(): number {
    const final = ((header[0] as number) & fin) !== 0 ? messageFlags.final : 0;
    return final | (isMasked() ? messageFlags.masked : 0);
  }

  function put(flags: number, closeCode: number, lastAtUs: number): void {
    const code = opcode();
    emit({
      side,
      kind: 'websocket',
      code,
      flags,
      from,
      headerBytes,
      payloadBytes: isInPayload ? payloadCame : 0,
      closeCode,
      firstAtUs,
      lastAtUs,
    });
    headerBytes = 0;
    headerNeeds = 2;
    isInPayload = false;
  }

  function end(): void {
    if (isSilent || headerBytes === 0) return;
    const knowsCode = isInPayload && opcode() === close && payloadCame >= 2;
    isSilent = true;
    put((isInPayload ? flags : firstFlags()) | messageFlags.cut, knowsCode ? sentCode() : 0, lastAtUs);
  }

  return { bytes, end, closed: () => closed };
}

function breaksReserved(first: number, opcode: number, deflates: boolean): boolean {
  const isKnown = opcode <= binary || (opcode >= close && opcode <= pong);
  return !isKnown || (first & rsv2And3) !== 0 || ((first & rsv1) !== 0 && !deflates);
}
