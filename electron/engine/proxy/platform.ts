import { hash } from 'node:crypto';
import type { Platform } from '../../../core/model/platform.ts';
import { aesBlock, chacha20, digest, hmac, openAead, openCbc } from './platform-ciphers.ts';
import { inflate } from './platform-inflate.ts';

/** What `core` needs, from Node. */
export const nodePlatform: Platform = {
  latin1: (bytes, from, to) => view(bytes).toString('latin1', from, to),
  utf8: (bytes, from, to) => view(bytes).toString('utf8', from, to),
  bytesOfLatin1: (text) => Buffer.from(text, 'latin1'),
  bytesOfUtf8: (text) => Buffer.from(text, 'utf8'),
  base64: (bytes) => view(bytes).toString('base64'),
  bytesOfBase64: (text) => Buffer.from(text, 'base64'),
  md5Hex: (bytes) => hash('md5', bytes, 'hex'),
  sha256Hex: (bytes) => hash('sha256', bytes, 'hex'),
  digest,
  hmac,
  openAead,
  openCbc,
  aesBlock,
  chacha20,
  inflate,
};

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
