import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { InflateFormat } from '../../../core/model/platform.ts';

const readers = {
  raw: inflateRawSync,
  zlib: inflateSync,
  gzip: gunzipSync,
  brotli: brotliDecompressSync,
} as const satisfies Record<InflateFormat, unknown>;

/** See `Platform`. */
export function inflate(format: InflateFormat, bytes: Uint8Array, bytesMax: number): Uint8Array | null {
  try {
    return readers[format](bytes, { maxOutputLength: Math.max(1, bytesMax) });
  } catch {
    return null;
  }
}
