import type { ByteSink } from '../decoders/base64-bytes.ts';
import { grpcTrailersFlag, grpcWebTrailers, type GrpcKind } from '../decoders/grpc-call.ts';
import type { BodySide } from '../model/exchange-record.ts';
import type { HeaderFields } from '../model/header-fields.ts';
import { messageFlags, type MessageRecord } from '../model/message-record.ts';

const headerNeeds = 5;
const trailersBytesMax = 8192;

/** Follows where messages begin and end; places are those of the body as it came, whatever a byte takes there. */
export interface GrpcFrames {
  readonly isInHeader: () => boolean;
  readonly headerByte: ByteSink;
  /** Bytes of the payload that are still to come. */
  readonly left: () => number;
  /** `count` ≤ `left` bytes of the payload, at `at` in `bytes`; `to` is the place behind them. */
  readonly payload: (bytes: Uint8Array, at: number, count: number, to: number, atUs: number) => void;
  /** The byte at `place` cannot be read; nothing may follow. */
  readonly spoil: (place: number, atUs: number) => void;
  readonly end: () => void;
  readonly trailers: () => HeaderFields | null;
}

export function createGrpcFrames(
  kind: GrpcKind,
  side: BodySide,
  emit: (record: MessageRecord) => void,
): GrpcFrames {
  const sendsTrailers = kind !== 'grpc' && side === 'response';
  let header = 0;
  let flagByte = 0;
  let length = 0;
  let came = 0;
  let from = 0;
  let skipped = 0;
  let firstAtUs = 0;
  let headerTo = 0;
  let to = 0;
  let lastAtUs = 0;
  let kept: Uint8Array | null = null;
  let trailers: HeaderFields | null = null;
  let isOver = false;
  let isSpoilt = false;

  function headerByte(
    byte: number,
    place: number,
    bytesBefore: number,
    placeAtUs: number,
    behind: number,
    atUs: number,
  ): void {
    if (header === 0) {
      from = place;
      skipped = bytesBefore;
      firstAtUs = placeAtUs;
      flagByte = byte;
      length = 0;
      came = 0;
    } else length = length * 256 + byte;
    header += 1;
    headerTo = behind;
    to = behind;
    lastAtUs = atUs;
    if (header < headerNeeds) return;
    const isKept = sendsTrailers && flagByte === grpcTrailersFlag && length <= trailersBytesMax;
    kept = isKept ? new Uint8Array(length) : null;
    if (length === 0) put(0);
  }

  function payload(bytes: Uint8Array, at: number, count: number, behind: number, atUs: number): void {
    if (kept !== null) kept.set(bytes.subarray(at, at + count), came);
    came += count;
    to = behind;
    lastAtUs = atUs;
    if (came === length) put(0);
  }

  function put(flags: number): void {
    const isTrailers = (flagByte & grpcTrailersFlag) !== 0;
    const isKnown = (flagByte & ~grpcTrailersFlag) <= 1 && (!isTrailers || sendsTrailers);
    const isWhole = flags === 0;
    emit({
      side,
      kind: 'grpc',
      code: flagByte,
      flags:
        flags |
        ((flagByte & 1) !== 0 ? messageFlags.compressed : 0) |
        (!isKnown || isOver ? messageFlags.defective : 0) |
        placeFlags(),
      from,
      headerBytes: headerTo - from,
      payloadBytes: to - headerTo,
      closeCode: 0,
      firstAtUs,
      lastAtUs,
    });
    header = 0;
    if (!isTrailers || !sendsTrailers) return;
    if (isWhole && kept !== null && !isOver) trailers = grpcWebTrailers(kept);
    isOver = true;
  }

  function placeFlags(): number {
    if (kind !== 'grpc-web-text') return 0;
    const skip = skipped === 1 ? messageFlags.skipOne : skipped === 2 ? messageFlags.skipTwo : 0;
    return messageFlags.base64 | skip;
  }

  function spoil(place: number, atUs: number): void {
    isSpoilt = true;
    if (header === 0) {
      flagByte = 0;
      from = place;
      skipped = 0;
      firstAtUs = atUs;
      headerTo = place + 1;
      to = headerTo;
      lastAtUs = atUs;
    }
    put(messageFlags.defective);
  }

  function end(): void {
    if (header > 0 && !isSpoilt) put(messageFlags.cut);
  }

  return {
    isInHeader: () => header < headerNeeds,
    headerByte,
    left: () => length - came,
    payload,
    spoil,
    end,
    trailers: () => trailers,
  };
}
