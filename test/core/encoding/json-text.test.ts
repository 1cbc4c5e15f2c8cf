import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescapedPieces } from '../../../core/encoding/json-text.ts';
import { nodePlatform } from '../../support/platform.ts';
import { sourceOf } from '../formats/support.ts';

/** The content of the string whose inside is `inside`, and in how many pieces it came. */
async function unescaped(inside: string, stepBytes?: number): Promise<{ text: string; pieces: number }> {
  const bytes = Buffer.from(inside);
  const parts: Uint8Array[] = [];
  const range = { from: 0, to: bytes.length };
  for await (const piece of unescapedPieces(sourceOf(bytes, stepBytes), range, nodePlatform)) {
    parts.push(piece.slice());
  }
  return { text: Buffer.concat(parts).toString('utf8'), pieces: parts.length };
}

describe('the inside of a JSON string', () => {
  it('is what was written, however it is cut', async () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
      fc.constantFrom('"', '\\', '\n', '\u0001', '\u{1f600}', 'é'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(unit, { maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        async (units, step, hex) => {
          const text = units.join('');
          const written = JSON.stringify(text).slice(1, -1);
          const escaped = hex
            ? written.replace(
                /[^\\"\x20-\x7e]/g,
                (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
              )
            : written;
          expect((await unescaped(escaped, step)).text).toBe(text);
        },
      ),
    );
  });

  it.each([
    ['\\q', '\ufffd'],
    ['\\', '\ufffd'],
    ['\\q\\q\\q\\', '\ufffd\ufffd\ufffd\ufffd'],
    ['\\u12', '\ufffd12'],
    ['\\ud83d', '\ufffd'],
    ['\\ude00\\ud83d', '\ufffd\ufffd'],
    ['a\\/b', 'a/b'],
  ])('shows what is no escape as U+FFFD: %j', async (inside, text) => {
    for (const step of [1, 2, 100]) expect((await unescaped(inside, step)).text).toBe(text);
  });

  it('comes in as few pieces as it is read in, however many escapes are in it', async () => {
    const { text, pieces } = await unescaped('\\"\\n'.repeat(10_000), 20_000);
    expect(text).toBe('"\n'.repeat(10_000));
    expect(pieces).toBeLessThanOrEqual(4);
  });
});
