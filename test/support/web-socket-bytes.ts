import zlib from 'node:zlib';

export interface FrameOptions {
  readonly opcode: number;
  readonly payload: Uint8Array;
  /** Frames of a client are masked. */
  readonly masked?: boolean;
  readonly final?: boolean;
  readonly compressed?: boolean;
}

const mask = [0x37, 0xfa, 0x21, 0x3d];

/** One frame (RFC 6455 section 5.2). */
export function frameBytes({ opcode, payload, masked, final, compressed }: FrameOptions): Buffer {
  const first = opcode | (final === false ? 0 : 0x80) | (compressed === true ? 0x40 : 0);
  const maskBit = masked === true ? 0x80 : 0;
  const { length } = payload;
  const header =
    length < 126
      ? Buffer.from([first, maskBit | length])
      : length < 65_536
        ? Buffer.from([first, maskBit | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([first, maskBit | 127, 0, 0, 0, 0]), u32(length)]);
  if (masked !== true) return Buffer.concat([header, payload]);
  const hidden = payload.map((byte, at) => byte ^ (mask[at & 3] as number));
  return Buffer.concat([header, Buffer.from(mask), hidden]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function closePayload(code: number, reason: string): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}

/** Compresses the messages of one side under permessage-deflate with context takeover (RFC 7692). */
export function createDeflater(): (payload: Uint8Array) => Buffer {
  let window = Buffer.alloc(0);
  return (payload) => {
    const flush = zlib.constants.Z_SYNC_FLUSH;
    const packed = zlib.deflateRawSync(payload, {
      finishFlush: flush,
      ...(window.length > 0 && { dictionary: window }),
    });
    window = Buffer.concat([window, payload]).subarray(-32_768);
    return packed.subarray(0, packed.length - 4);
  };
}

/** One message in its frame (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export function grpcFrame(payload: Uint8Array, compressed = false): Buffer {
  return Buffer.concat([Buffer.from([compressed ? 1 : 0]), u32(payload.length), payload]);
}
