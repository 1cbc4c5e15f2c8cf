import { chacha20 as nobleChacha20, chacha20poly1305 } from '@noble/ciphers/chacha.js';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  getCiphers,
  timingSafeEqual,
  type CipherGCMTypes,
  type KeyObject,
} from 'node:crypto';
import type { AeadName, HashName } from '../../../core/model/platform.ts';

/**
 * The ciphers of `Platform`. OpenSSL in Node knows all of them, BoringSSL in Electron neither ChaCha20 nor CCM: ChaCha20 then comes from
 * `@noble/ciphers`, and CCM is put together of the CTR and CBC that BoringSSL does know (docs/decisions/0026). Which one is asked once.
 */

export function digest(hash: HashName, bytes: Uint8Array): Uint8Array {
  return createHash(hash).update(bytes).digest();
}

export function hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac(hash, keyObject(key)).update(data).digest();
}

const keyObjects = new WeakMap<Uint8Array, KeyObject>();

/** Node 24 takes 18 µs to make one of the bytes, each time they are given to it; opening a record then takes 6 µs more (Node 20: 1 and 4). */
function keyObject(key: Uint8Array): KeyObject {
  const known = keyObjects.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key);
  keyObjects.set(key, made);
  return made;
}

const nonceBytes = 12;
const tagBytes: Readonly<Record<AeadName, number>> = {
  'aes-gcm': 16,
  'aes-ccm': 16,
  'aes-ccm-8': 8,
  'chacha20-poly1305': 16,
};

export function openAead(
  cipher: AeadName,
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  if (nonce.length !== nonceBytes || sealed.length < tagBytes[cipher]) return null;
  try {
    switch (cipher) {
      case 'aes-gcm':
        return openGcm(key, nonce, associated, sealed);
      case 'aes-ccm':
      case 'aes-ccm-8':
        return openCcm(key, nonce, associated, sealed, tagBytes[cipher]);
      case 'chacha20-poly1305':
        return openChacha(key, nonce, associated, sealed);
      default:
        return cipher satisfies never;
    }
  } catch {
    return null;
  }
}

function openGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  const name = aesName(key, 'gcm');
  if (name === null) return null;
  const end = sealed.length - 16;
  const decipher = createDecipheriv(name as CipherGCMTypes, keyObject(key), nonce);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(end));
  const opened = decipher.update(sealed.subarray(0, end));
  decipher.final();
  return opened;
}

function openChacha(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  if (!runtimeHas('chacha20-poly1305')) return chacha20poly1305(key, nonce, associated).decrypt(sealed);
  const end = sealed.length - 16;
  const decipher = createDecipheriv('chacha20-poly1305', keyObject(key), nonce, { authTagLength: 16 });
  decipher.setAAD(associated, { plaintextLength: end });
  decipher.setAuthTag(sealed.subarray(end));
  const opened = decipher.update(sealed.subarray(0, end));
  decipher.final();
  return opened;
}

function openCcm(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
  authTagLength: number,
): Uint8Array | null {
  const end = sealed.length - authTagLength;
  const name = aesName(key, 'ccm');
  if (name === null) return null;
  if (!runtimeHas(name)) return openCcmByParts(key, nonce, associated, sealed, authTagLength);
  const decipher = createDecipheriv(name as 'aes-128-ccm', keyObject(key), nonce, { authTagLength });
  decipher.setAAD(associated, { plaintextLength: end });
  decipher.setAuthTag(sealed.subarray(end));
  const opened = decipher.update(sealed.subarray(0, end));
  decipher.final();
  return opened;
}

/** RFC 3610 with a length of three bytes, as a nonce of twelve leaves it: CTR for the text, CBC-MAC for the tag. */
export function openCcmByParts(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
  authTagLength: number,
): Uint8Array | null {
  const ctr = aesName(key, 'ctr');
  const cbc = aesName(key, 'cbc');
  const end = sealed.length - authTagLength;
  if (ctr === null || cbc === null || end > 0xff_ffff || associated.length >= 0xff00) return null;
  const counter = new Uint8Array(16);
  counter[0] = 2;
  counter.set(nonce, 1);
  const stream = createDecipheriv(ctr, keyObject(key), counter);
  const tagMask = stream.update(new Uint8Array(16));
  const opened = stream.update(sealed.subarray(0, end));

  const associatedBytes = associated.length === 0 ? 0 : padded(2 + associated.length);
  const mac = new Uint8Array(16 + associatedBytes + padded(end));
  mac[0] = (associated.length > 0 ? 0x40 : 0) | (((authTagLength - 2) / 2) << 3) | 2;
  mac.set(nonce, 1);
  mac.set([end >>> 16, (end >>> 8) & 255, end & 255], 13);
  if (associated.length > 0) {
    mac.set([associated.length >>> 8, associated.length & 255], 16);
    mac.set(associated, 18);
  }
  mac.set(opened, 16 + associatedBytes);
  const chained = createCipheriv(cbc, keyObject(key), new Uint8Array(16)).setAutoPadding(false).update(mac);
  const tag = chained.subarray(chained.length - 16, chained.length - 16 + authTagLength);
  for (let index = 0; index < tag.length; index++) tag[index] = (tag[index] ?? 0) ^ (tagMask[index] ?? 0);
  return timingSafeEqual(tag, sealed.subarray(end)) ? opened : null;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

export function openCbc(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array | null {
  const name = key.length === 24 ? 'des-ede3-cbc' : aesName(key, 'cbc');
  if (name === null) return null;
  try {
    const decipher = createDecipheriv(name, keyObject(key), iv).setAutoPadding(false);
    const opened = decipher.update(bytes);
    decipher.final();
    return opened;
  } catch {
    return null;
  }
}

export function aesBlock(key: Uint8Array, block: Uint8Array): Uint8Array | null {
  const name = aesName(key, 'ecb');
  if (name === null || block.length !== 16) return null;
  return createCipheriv(name, keyObject(key), null).setAutoPadding(false).update(block);
}

export function chacha20(key: Uint8Array, counterAndNonce: Uint8Array, bytes: Uint8Array): Uint8Array | null {
  if (key.length !== 32 || counterAndNonce.length !== 16) return null;
  if (runtimeHas('chacha20'))
    return createCipheriv('chacha20', keyObject(key), counterAndNonce).update(bytes);
  const counter = new DataView(
    counterAndNonce.buffer,
    counterAndNonce.byteOffset,
    counterAndNonce.byteLength,
  ).getUint32(0, true);
  return withCounter(key, counterAndNonce.subarray(4), bytes, counter);
}

/** The library counts no further than 2^32 - 1, where the counter ends. */
function withCounter(
  key: Uint8Array,
  nonce: Uint8Array,
  bytes: Uint8Array,
  counter: number,
): Uint8Array | null {
  try {
    return nobleChacha20(key, nonce, bytes, undefined, counter);
  } catch {
    return null;
  }
}

function aesName(key: Uint8Array, mode: 'gcm' | 'ccm' | 'cbc' | 'ctr' | 'ecb'): string | null {
  if (key.length === 16) return `aes-128-${mode}`;
  return key.length === 32 ? `aes-256-${mode}` : null;
}

let known: ReadonlySet<string> | null = null;

function runtimeHas(cipher: string): boolean {
  known ??= new Set(getCiphers());
  return known.has(cipher);
}
