import type { HashName, Platform } from '../model/platform.ts';

type Macs = Pick<Platform, 'hmac'>;

/** HKDF-Expand-Label with an empty context (RFC 8446 section 7.1), which QUIC uses too (RFC 9001 section 5.1). `label` is ASCII, without `tls13 `. */
export function expandLabel(
  platform: Macs,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  bytes: number,
): Uint8Array {
  const name = asciiBytes(`tls13 ${label}`);
  const info = Uint8Array.of(bytes >>> 8, bytes & 255, name.length, ...name, 0);
  const output = new Uint8Array(bytes);
  let block: Uint8Array = noBytes;
  for (let filled = 0, count = 1; filled < bytes; count++) {
    block = platform.hmac(hash, secret, joined(block, info, Uint8Array.of(count)));
    output.set(block.subarray(0, bytes - filled), filled);
    filled += block.length;
  }
  return output;
}

/** The pseudorandom function of TLS 1.2 (RFC 5246 section 5). `seed` in parts, as it is written there. */
export function pseudorandom(
  platform: Macs,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  seed: readonly Uint8Array[],
  bytes: number,
): Uint8Array {
  const labelled = joined(asciiBytes(label), ...seed);
  const output = new Uint8Array(bytes);
  let link = labelled;
  for (let filled = 0; filled < bytes;) {
    link = platform.hmac(hash, secret, link);
    const block = platform.hmac(hash, secret, joined(link, labelled));
    output.set(block.subarray(0, bytes - filled), filled);
    filled += block.length;
  }
  return output;
}

const noBytes = new Uint8Array(0);

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
