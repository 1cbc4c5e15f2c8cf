import type { GrpcKind } from '../decoders/grpc-call.ts';
import type { BodySide } from '../model/exchange-record.ts';
import type { HeaderFields } from '../model/header-fields.ts';
import type { MessageRecord } from '../model/message-record.ts';
import { createBase64Bytes } from '../decoders/base64-bytes.ts';
import { createGrpcFrames } from './grpc-frames.ts';
import type { BodyObserver } from './observer.ts';

export interface GrpcObserver extends BodyObserver {
  /** The trailers that came in a frame of gRPC-Web, once it is whole; null: none, compressed, or more than 8 KiB. */
  readonly trailers: () => HeaderFields | null;
}

/**
 * Observes the length-prefixed messages of one body (gRPC over HTTP2, "Length-Prefixed-Message"), and in a response of
 * gRPC-Web the frame of its trailers (flag 0x80). Keeps 5 bytes of a header and at most 8 KiB of trailers.
 *
 * A record is emitted with the last byte of its message, or by `end` with `cut`. Marked `defective`: a flag byte that
 * the kind of gRPC does not know, and whatever follows the trailers.
 *
 * `grpc-web-text` is base64, padded maybe after every message. Its records name the characters of the body, as the
 * flag `base64` of a record says. A character that is no base64 ends the telling: the message it lies in, or if
 * there is none the character alone, is told as `defective`.
 */
export function createGrpcObserver(
  kind: GrpcKind,
  side: BodySide,
  emit: (record: MessageRecord) => void,
): GrpcObserver {
  return kind === 'grpc-web-text' ? observeText(side, emit) : observeBytes(kind, side, emit);
}

function observeBytes(
  kind: 'grpc' | 'grpc-web',
  side: BodySide,
  emit: (record: MessageRecord) => void,
): GrpcObserver {
  const frames = createGrpcFrames(kind, side, emit);
  let offset = 0;

  function bytes(chunk: Uint8Array, atUs: number): void {
    let at = 0;
    while (at < chunk.length) {
      if (frames.isInHeader()) {
        const place = offset + at;
        frames.headerByte(chunk[at] as number, place, 0, atUs, place + 1, atUs);
        at += 1;
      } else {
        const taken = Math.min(frames.left(), chunk.length - at);
        frames.payload(chunk, at, taken, offset + at + taken, atUs);
        at += taken;
      }
    }
    offset += chunk.length;
  }

  return { bytes, end: frames.end, trailers: frames.trailers };
}

function observeText(side: BodySide, emit: (record: MessageRecord) => void): GrpcObserver {
  const frames = createGrpcFrames('grpc-web-text', side, emit);
  const one = new Uint8Array(1);
  let offset = 0;
  let isSpoilt = false;
  const base64 = createBase64Bytes((byte, from, skipped, fromAtUs, to, atUs) => {
    one[0] = byte;
    if (frames.isInHeader()) frames.headerByte(byte, from, skipped, fromAtUs, to, atUs);
    else frames.payload(one, 0, 1, to, atUs);
  });

  function bytes(chunk: Uint8Array, atUs: number): void {
    for (let at = 0; at < chunk.length && !isSpoilt; at += 1) {
      isSpoilt = !base64.character(chunk[at] as number, offset + at, atUs);
      if (isSpoilt) frames.spoil(offset + at, atUs);
    }
    offset += chunk.length;
  }

  return { bytes, end: frames.end, trailers: frames.trailers };
}
