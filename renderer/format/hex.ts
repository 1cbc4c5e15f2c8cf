import { encodeBase64 } from '../../core/decoders/base64.ts';

export const hexRowBytes = 16;

export type HexForm = 'hex' | 'c' | 'base64' | 'text';

/** Bytes as something to paste elsewhere. */
export function formatBytesAs(bytes: Uint8Array, form: HexForm): string {
  switch (form) {
    case 'hex':
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    case 'c': {
      const lines: string[] = [];
      for (let at = 0; at < bytes.length; at += 12)
        lines.push(
          `  ${Array.from(bytes.subarray(at, at + 12), (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')},`,
        );
      return `const unsigned char bytes[${bytes.length}] = {\n${lines.join('\n')}\n};`;
    }
    case 'base64':
      return encodeBase64(bytes);
    case 'text':
      return new TextDecoder().decode(bytes);
    default:
      return form satisfies never;
  }
}

/** `0x1f0`, `1f0h` or `496` as a number of bytes; null for anything else. */
export function typedOffset(typed: string): number | null {
  const text = typed.trim().toLowerCase();
  const value = /^0x[0-9a-f]+$/.test(text)
    ? parseInt(text, 16)
    : /^[0-9a-f]+h$/.test(text)
      ? parseInt(text, 16)
      : /^\d+$/.test(text)
        ? Number(text)
        : NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** The byte a key leads to from `at`, both from 0 to `last`; null when the key moves nothing. */
export function byteForKey(key: string, at: number, last: number, pageRows: number): number | null {
  const by = {
    ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -hexRowBytes, ArrowDown: hexRowBytes },
    ...{ PageUp: -pageRows * hexRowBytes, PageDown: pageRows * hexRowBytes, Home: -at, End: last - at },
  }[key];
  if (by === undefined) return null;
  const to = at + by;
  // Up and down keep to the column: beyond the first and the last row nothing moves.
  if (Math.abs(by) === hexRowBytes && (to < 0 || to > last)) return at;
  return Math.max(0, Math.min(last, to));
}
