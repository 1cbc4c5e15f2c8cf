import zlib from 'node:zlib';

/** Undoes the compression of one gRPC message; `problem` says in one sentence why it could not be, and the bytes are as they came. */
export function undoGrpcEncoding(
  payload: Uint8Array,
  encoding: string,
  bytesMax: number,
): { readonly bytes: Uint8Array; readonly problem: string | null } {
  // What is there of a message that was cut is given as well.
  const options = { maxOutputLength: bytesMax, finishFlush: zlib.constants.Z_SYNC_FLUSH };
  try {
    switch (encoding) {
      case 'gzip':
        return { bytes: zlib.gunzipSync(payload, options), problem: null };
      case 'deflate':
        return { bytes: zlib.inflateSync(payload, options), problem: null };
      default:
        return {
          bytes: payload,
          problem: `The compression “${encoding.slice(0, 40)}” is not known, so the bytes are shown as they came.`,
        };
    }
  } catch (error) {
    const isLarge = error instanceof RangeError;
    return {
      bytes: payload,
      problem: isLarge
        ? 'This message decompresses to more than 16 MiB, so its compressed bytes are shown.'
        : `The message is not valid ${encoding}, though its head says so. The bytes are shown as they came.`,
    };
  }
}
