import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { createCipheriv, randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openCcmByParts } from '../../../../electron/engine/proxy/platform-ciphers.ts';
import { nodePlatform } from '../../../../electron/engine/proxy/platform.ts';

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replace(/\s/g, ''), 'hex'));
const plain = (bytes: Uint8Array | null): number[] | null => (bytes === null ? null : [...bytes]);

describe('AES-CCM', () => {
  it.each([
    [16, 16, 0, 5],
    [16, 8, 1, 5],
    [32, 16, 17, 13],
    [32, 8, 16_384, 13],
    [16, 16, 16_401, 0],
  ])(
    'of a key of %i and a tag of %i bytes is put together of CTR and CBC',
    (keyBytes, authTagLength, size, associatedBytes) => {
      const [key, nonce, associated, text] = [keyBytes, 12, associatedBytes, size].map((bytes) =>
        Uint8Array.from(randomBytes(bytes)),
      ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
      const cipher = createCipheriv(keyBytes === 16 ? 'aes-128-ccm' : 'aes-256-ccm', key, nonce, {
        authTagLength,
      });
      if (associatedBytes > 0) cipher.setAAD(associated, { plaintextLength: size });
      const sealed = Uint8Array.from(
        Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]),
      );
      const name = authTagLength === 8 ? 'aes-ccm-8' : 'aes-ccm';
      expect(plain(openCcmByParts(key, nonce, associated, sealed, authTagLength))).toEqual([...text]);
      expect(plain(nodePlatform.openAead(name, key, nonce, associated, sealed))).toEqual([...text]);
      sealed[size >> 1]! ^= 1;
      expect(openCcmByParts(key, nonce, associated, sealed, authTagLength)).toBe(null);
      expect(nodePlatform.openAead(name, key, nonce, associated, sealed)).toBe(null);
    },
  );
});

describe('the platform', () => {
  it('opens ChaCha20-Poly1305 as RFC 8439 section 2.8.2 seals it', () => {
    const text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    const key = Uint8Array.from({ length: 32 }, (_byte, index) => 0x80 + index);
    const nonce = hex('070000004041424344454647');
    const associated = hex('50515253c0c1c2c3c4c5c6c7');
    const sealed = chacha20poly1305(key, nonce, associated).encrypt(new TextEncoder().encode(text));
    expect(Buffer.from(sealed.subarray(-16)).toString('hex')).toBe('1ae10b594f09e26a7e902ecbd0600691');
    const opened = nodePlatform.openAead('chacha20-poly1305', key, nonce, associated, sealed);
    expect(Buffer.from(opened!).toString()).toBe(text);
  });

  it('gives the masks of RFC 9001 appendix A', () => {
    const block = nodePlatform.aesBlock(
      hex('9f50449e04a0e810283a1e9933adedd2'),
      hex('d1b1c98dd7689fb8ec11d242b123dc9b'),
    );
    expect(Buffer.from(block!).toString('hex', 0, 5)).toBe('437b9aec36');
    const mask = nodePlatform.chacha20(
      hex('25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4'),
      hex('5e5cd55c41f69080575d7999c25a5bfb'),
      new Uint8Array(5),
    );
    expect(Buffer.from(mask!).toString('hex')).toBe('aefefe7d03');
  });

  it('computes digests and codes as FIPS 180-4 and RFC 4231 show them', () => {
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex', 0, 8);
    expect(text(nodePlatform.digest('sha256', new TextEncoder().encode('abc')))).toBe('ba7816bf8f01cfea');
    const mac = nodePlatform.hmac(
      'sha384',
      new Uint8Array(20).fill(11),
      new TextEncoder().encode('Hi There'),
    );
    expect(text(mac)).toBe('afd03944d8489562');
  });

  it('decompresses the whole or nothing', () => {
    const bytes = new TextEncoder().encode('again and '.repeat(1000));
    const compressed = {
      raw: deflateRawSync(bytes),
      zlib: deflateSync(bytes),
      gzip: gzipSync(bytes),
      brotli: brotliCompressSync(bytes),
    };
    for (const format of ['raw', 'zlib', 'gzip', 'brotli'] as const) {
      expect(plain(nodePlatform.inflate(format, compressed[format], 10_000))).toEqual([...bytes]);
      expect(nodePlatform.inflate(format, compressed[format], 9_999)).toBe(null);
      expect(nodePlatform.inflate(format, compressed[format].subarray(0, -3), 10_000)).toBe(null);
      expect(nodePlatform.inflate(format, bytes, 10_000)).toBe(null);
    }
  });

  it('answers lengths that cannot be with null', () => {
    const bytes = (length: number): Uint8Array => new Uint8Array(length);
    for (const cipher of ['aes-gcm', 'aes-ccm', 'aes-ccm-8', 'chacha20-poly1305'] as const) {
      expect(nodePlatform.openAead(cipher, bytes(16), bytes(11), bytes(5), bytes(40))).toBe(null);
      expect(nodePlatform.openAead(cipher, bytes(15), bytes(12), bytes(5), bytes(40))).toBe(null);
      expect(nodePlatform.openAead(cipher, bytes(32), bytes(12), bytes(5), bytes(7))).toBe(null);
      expect(nodePlatform.openAead(cipher, bytes(32), bytes(12), bytes(0), bytes(16))).toBe(null);
    }
    expect(nodePlatform.openCbc(bytes(16), bytes(16), bytes(17))).toBe(null);
    expect(nodePlatform.openCbc(bytes(24), bytes(8), bytes(17))).toBe(null);
    expect(nodePlatform.openCbc(bytes(16), bytes(8), bytes(16))).toBe(null);
    expect(nodePlatform.openCbc(bytes(17), bytes(16), bytes(16))).toBe(null);
    expect(nodePlatform.aesBlock(bytes(16), bytes(15))).toBe(null);
    expect(nodePlatform.chacha20(bytes(31), bytes(16), bytes(1))).toBe(null);
    expect(nodePlatform.hmac('sha256', bytes(0), bytes(0))).toHaveLength(32);
  });
});
