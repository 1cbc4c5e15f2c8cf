import { u24At } from '../encoding/network-order.ts';
import type { InflateFormat, Platform } from '../model/platform.ts';

/** Certificates of one chain that are told; more are passed over. */
const certificatesMax = 32;
/** Of a compressed chain, decompressed. */
const chainBytesMax = 1_048_576;

/** The DER bytes of a chain, leaf first (RFC 5246 section 7.4.2, RFC 8446 section 4.4.2); what a wrong length cuts off is left out. */
export function readCertificates(body: Uint8Array, isTls13: boolean): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let at = isTls13 ? 1 + (body[0] ?? 0) : 0;
  const end = Math.min(body.length, at + 3 + u24At(body, at));
  at += 3;
  while (at + 3 <= end && chain.length < certificatesMax) {
    const to = at + 3 + u24At(body, at);
    if (to > end) break;
    if (to > at + 3) chain.push(body.slice(at + 3, to));
    at = isTls13 ? to + 2 + ((body[to] ?? 0) << 8) + (body[to + 1] ?? 0) : to;
  }
  return chain;
}

/** The Certificate message inside a compressed one (RFC 8879): zlib and Brotli; null for others and where it cannot be. */
export function inflateCertificates(
  body: Uint8Array,
  platform: Pick<Platform, 'inflate'>,
): Uint8Array | null {
  const format = formats.get(((body[0] ?? 0) << 8) | (body[1] ?? 0));
  const length = u24At(body, 2);
  if (format === undefined || length > chainBytesMax) return null;
  return platform.inflate(format, body.subarray(8, 8 + u24At(body, 5)), length);
}

const formats: ReadonlyMap<number, InflateFormat> = new Map([
  [1, 'zlib'],
  [2, 'brotli'],
]);
