import { messageFlags, type MessageRecord } from '../model/message-record.ts';
import { createBase64Bytes } from './base64-bytes.ts';
import { grpcTrailersFlag } from './grpc-call.ts';

const headerBytes = 5;

/** One message of a gRPC body as it was recorded. */
export interface GrpcMessageBytes {
  /** By what `grpc-encoding` of its side names. */
  readonly compressed: boolean;
  /** The payload holds trailers: `grpcWebTrailers` reads them. */
  readonly isTrailers: boolean;
  /** Length its header gives; null where the header itself is cut. */
  readonly statedBytes: number | null;
  /** What there is of the payload, base64 undone; a view into `raw` where it can be. */
  readonly payload: Uint8Array;
}

/**
 * Reads a message back. `raw` are the bytes of its side's body from `record.from` on, all of the message's or their
 * beginning; more do no harm. Any bytes give a value.
 */
export function readGrpcMessage(raw: Uint8Array, record: MessageRecord): GrpcMessageBytes {
  const bytes = (record.flags & messageFlags.base64) === 0 ? raw : decodedOf(raw, record);
  const isWhole = bytes.length >= headerBytes;
  const statedBytes = isWhole ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(1) : null;
  return {
    compressed: (record.flags & messageFlags.compressed) !== 0,
    isTrailers: (record.code & grpcTrailersFlag) !== 0,
    statedBytes,
    payload: bytes.subarray(headerBytes, headerBytes + (statedBytes ?? 0)),
  };
}

function decodedOf(raw: Uint8Array, { flags }: MessageRecord): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((raw.length * 3) / 4));
  let length = 0;
  const base64 = createBase64Bytes((byte) => {
    bytes[length++] = byte;
  });
  for (const code of raw) if (!base64.character(code, 0, 0)) break;
  const skipped = (flags & messageFlags.skipOne) !== 0 ? 1 : (flags & messageFlags.skipTwo) !== 0 ? 2 : 0;
  return bytes.subarray(skipped, Math.max(skipped, length));
}
