import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptBytes } from '../../../core/encoding/kept-bytes.ts';

describe('the bytes kept of a message', () => {
  it('are those of its pieces, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 })), (pieces) => {
        const kept = new KeptBytes();
        const wanted = pieces.reduce((sum, { length }) => sum + length, 0);
        for (const piece of pieces) kept.keep(piece, 0, piece.length, wanted);
        expect([...kept.bytes.subarray(0, kept.length)]).toEqual(pieces.flatMap((piece) => [...piece]));
      }),
    );
  });

  it('take no more memory than has come, whatever length was announced', () => {
    const kept = new KeptBytes();
    kept.keep(new Uint8Array(10), 0, 10, 1_000_000_000);
    expect(kept.bytes.length).toBe(1024);
    kept.keep(new Uint8Array(2000), 0, 2000, 1_000_000_000);
    expect(kept.bytes.length).toBe(2048);
  });

  it('give a large buffer back, and keep a small one', () => {
    const kept = new KeptBytes();
    kept.keep(new Uint8Array(32 * 1024), 0, 32 * 1024, 32 * 1024);
    kept.giveBack();
    expect(kept.bytes.length).toBe(32 * 1024);
    kept.keep(new Uint8Array(1), 0, 1, 40_000);
    kept.giveBack();
    expect(kept.bytes.length).toBe(0);
  });

  it('ignore what is beyond the wanted ones', () => {
    const kept = new KeptBytes();
    kept.keep(Uint8Array.of(1, 2), 0, -1, 0);
    expect(kept.length).toBe(0);
  });
});
