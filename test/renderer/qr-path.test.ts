import readCode from 'jsqr';
import { describe, expect, it } from 'vitest';
import { qrPath, quietModules, type QrPath } from '../../renderer/format/qr-path.ts';

const modulePx = 4;

/** The path as a screen shows it, with its quiet zone. */
function drawn({ size, path }: QrPath): { readonly pixels: Uint8ClampedArray; readonly side: number } {
  const side = (size + 2 * quietModules) * modulePx;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, left, top, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let y = 0; y < modulePx; y += 1) {
      for (let x = 0; x < Number(width) * modulePx; x += 1) {
        const row = (Number(top) + quietModules) * modulePx + y;
        const column = (Number(left) + quietModules) * modulePx + x;
        pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
      }
    }
  }
  return { pixels, side };
}

describe('the path of a QR code', () => {
  it.each([
    'http://192.168.1.5:8888/pair/K7QM2XWD',
    'http://[fd12:3456:789a::1]:18888/pair/00000000',
    `http://192.168.100.105:8888/pair/${'Z'.repeat(64)}`,
  ])('is read as %s', (text) => {
    const { pixels, side } = drawn(qrPath(text));
    expect(readCode(pixels, side, side, { inversionAttempts: 'dontInvert' })?.data).toBe(text);
  });

  it('consists of runs of dark modules alone, within its grid', () => {
    const { size, path } = qrPath('http://192.168.1.5:8888/pair/K7QM2XWD');
    expect(path.replace(/M\d+ \d+h(\d+)v1h-\1z/g, '')).toBe('');
    expect(size).toBe(29);
    for (const [, left, top, width] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
      expect(Number(left) + Number(width)).toBeLessThanOrEqual(size);
      expect(Number(top)).toBeLessThan(size);
    }
    // The first row of a finder pattern.
    expect(path.startsWith('M0 0h7v1h-7z')).toBe(true);
  });
});
