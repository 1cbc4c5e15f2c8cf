import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codeOfPath,
  pairingCode,
  pairingPath,
  readPairingCode,
  spacedCode,
} from '../../../core/devices/pairing-code.ts';

describe('pairing codes', () => {
  it('are read as they are shown, linked, or typed carelessly', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), (random) => {
        const code = pairingCode(random);
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
        expect(readPairingCode(spacedCode(code))).toBe(code);
        expect(codeOfPath(pairingPath(code))).toBe(code);
        const careless = spacedCode(code).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
        expect(readPairingCode(` ${careless} `)).toBe(code);
        expect(readPairingCode(codeOfPath(`/pair?code=${code.slice(0, 4)}+${code.slice(4)}`) ?? '')).toBe(
          code,
        );
      }),
    );
  });

  it('differ wherever a bit differs', () => {
    expect(pairingCode(new Uint8Array([0, 0, 0, 0, 0]))).toBe('00000000');
    expect(pairingCode(new Uint8Array([255, 255, 255, 255, 255]))).toBe('ZZZZZZZZ');
    expect(pairingCode(new Uint8Array([0, 0, 0, 0, 1]))).toBe('00000001');
    expect(pairingCode(new Uint8Array([128, 0, 0, 0, 0]))).toBe('G0000000');
  });

  it('are nothing else', () => {
    for (const typed of ['', 'K7QM', 'K7QM-2XWDD', 'K7QM2XW!', 'U'.repeat(8), 'K'.repeat(1000)])
      expect(readPairingCode(typed)).toBeNull();
    for (const path of [
      '/',
      '/pair',
      '/pair/',
      '/pair?code=',
      '/pairs/K7QM2XWD',
      `/pair/${'A'.repeat(65)}`,
      '/pair/a/b',
    ])
      expect(codeOfPath(path)).toBeNull();
    expect(codeOfPath('/pair?x=1&code=K7QM-2XWD&y')).toBe('K7QM-2XWD');
  });
});
