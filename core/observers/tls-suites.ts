import type { AeadName, HashName } from '../model/platform.ts';
import { cipherNameOf } from '../model/tls-names.ts';

/** What a cipher suite protects records with. */
export type TlsSuite = AeadSuite | CbcSuite;

export interface AeadSuite {
  readonly kind: 'aead';
  readonly aead: AeadName;
  readonly keyBytes: number;
  /** Of the key derivation: PRF or HKDF. */
  readonly hash: HashName;
  /** Of the nonce, derived from the keys: 12, or 4 where TLS 1.2 sends the other 8 with each record (RFC 5288, RFC 6655). */
  readonly fixedNonceBytes: 4 | 12;
  readonly tagBytes: number;
}

export interface CbcSuite {
  readonly kind: 'cbc';
  readonly keyBytes: number;
  readonly blockBytes: 8 | 16;
  readonly hash: HashName;
  readonly mac: HashName;
  readonly macBytes: number;
}

const macBytes = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;

/** By the number of a cipher suite (IANA); null for those that are not opened here: RC4, CAMELLIA, ARIA, without encryption, unknown. */
export function suiteOf(cipher: number): TlsSuite | null {
  const name = cipherNameOf(cipher);
  if (name === null) return null;
  const isTls13 = name.startsWith('TLS_');
  const hash = name.endsWith('SHA384') ? 'sha384' : 'sha256';
  if (name.includes('CHACHA20')) return aead('chacha20-poly1305', 32, hash, true);
  const sealing = /AES_?(128|256)[-_](GCM|CCM_?8|CCM)/.exec(name);
  if (sealing !== null) {
    const mode = sealing[2] === 'GCM' ? 'aes-gcm' : sealing[2] === 'CCM' ? 'aes-ccm' : 'aes-ccm-8';
    return aead(mode, Number(sealing[1]) / 8, hash, isTls13);
  }
  const chained = /(AES128|AES256|DES-CBC3)-SHA(256|384)?$/.exec(name);
  if (chained === null) return null;
  const mac = chained[2] === '384' ? 'sha384' : chained[2] === '256' ? 'sha256' : 'sha1';
  const isDes = chained[1] === 'DES-CBC3';
  return {
    kind: 'cbc',
    keyBytes: isDes ? 24 : chained[1] === 'AES256' ? 32 : 16,
    blockBytes: isDes ? 8 : 16,
    hash,
    mac,
    macBytes: macBytes[mac],
  };
}

function aead(name: AeadName, keyBytes: number, hash: HashName, wholeNonce: boolean): AeadSuite {
  return {
    kind: 'aead',
    aead: name,
    keyBytes,
    hash,
    fixedNonceBytes: wholeNonce ? 12 : 4,
    tagBytes: name === 'aes-ccm-8' ? 8 : 16,
  };
}
