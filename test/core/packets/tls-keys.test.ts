import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTlsKeys } from '../../../core/packets/tls-keys.ts';

const random = (digit: string): string => digit.repeat(64);
const bytes = (digit: number, length = 32): Uint8Array => new Uint8Array(length).fill(digit * 17);

describe('a key log', () => {
  it('is read with any line end, in either case, and without its bad lines', () => {
    const keys = createTlsKeys();
    const added = keys.add(
      [
        '# made by hand',
        `CLIENT_RANDOM ${random('a')} ${'01'.repeat(48)}`,
        `\nSERVER_TRAFFIC_SECRET_0 ${random('B')} ${'AB'.repeat(32)}\r`,
        `CLIENT_TRAFFIC_SECRET_0 ${random('b')} ${'cd'.repeat(32)}\rCLIENT_HANDSHAKE_TRAFFIC_SECRET ${random('b')} ${'ef'.repeat(32)}\r\n`,
        'CLIENT_RANDOM abcd 0102',
        `CLIENT_RANDOM ${random('c')}`,
        `CLIENT_RANDOM ${random('c')} `,
        `CLIENT_RANDOM ${random('c')} 012`,
        `CLIENT_RANDOM ${random('g')} 0102`,
        `client_random ${random('c')} 0102`,
        'RSA 0123456789abcdef 0102',
        ` EXPORTER_SECRET ${random('b')} 77`,
      ].join('\n'),
    );
    expect(added).toBe(5);
    expect(keys.count()).toBe(2);
    expect(keys.secretsOf(bytes(0xa))?.secret('CLIENT_RANDOM')).toEqual(new Uint8Array(48).fill(1));
    const second = keys.secretsOf(bytes(0xb));
    expect(second?.secret('SERVER_TRAFFIC_SECRET_0')).toEqual(new Uint8Array(32).fill(0xab));
    expect(second?.secret('CLIENT_TRAFFIC_SECRET_0')).toEqual(new Uint8Array(32).fill(0xcd));
    expect(second?.secret('EXPORTER_SECRET')).toEqual(Uint8Array.of(0x77));
    expect(second?.secret('TRAFFIC_SECRET_0')).toBe(null);
    expect(keys.secretsOf(bytes(0xc))).toBe(null);
  });

  it('is written again as it came', () => {
    const keys = createTlsKeys();
    const lines = [`B_SECRET ${random('1')} 0a`, `A_SECRET ${random('1')} 0b`];
    keys.add(lines.join('\n'));
    keys.add(`OTHER ${random('2')} 0c\nA_SECRET ${random('1')} 0d`);
    expect(keys.linesOf(bytes(1))).toEqual(lines);
    expect(keys.linesOf(bytes(3))).toEqual([]);
  });

  it('keeps what came first where a label comes twice, and at most 32 lines of a connection', () => {
    const keys = createTlsKeys();
    const more = Array.from({ length: 50 }, (_line, index) => `LABEL_${index} ${random('1')} 0a`);
    expect(keys.add(more.join('\n'))).toBe(32);
    expect(keys.add(more.join('\n'))).toBe(0);
    expect(keys.linesOf(bytes(1))).toHaveLength(32);
  });

  it('is read whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('CLIENT_RANDOM', ' ', '\r', '\n', random('a')))),
        (parts) => {
          const keys = createTlsKeys();
          expect(keys.add(parts.join(''))).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('of many lines is read in seconds, whichever line end it has', () => {
    for (const end of ['\n', '\r']) {
      const keys = createTlsKeys();
      let text = '';
      for (let index = 0; index < 100_000; index++) {
        const hex = index.toString(16).padStart(64, '0');
        for (const label of ['CLIENT', 'SERVER'])
          text += `${label}_TRAFFIC_SECRET_0 ${hex} ${'5'.repeat(64)}${end}`;
      }
      expect(keys.add(text)).toBe(200_000);
      expect(keys.count()).toBe(100_000);
    }
  });
});
