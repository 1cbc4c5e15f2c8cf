import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutLines, cutPosition } from '../../renderer/format/cut-lines.ts';
import { fileNameFor } from '../../renderer/format/file-name.ts';
import { findBytes, typedBytes } from '../../renderer/format/find-bytes.ts';
import { headerFilter, headerMeaning } from '../../renderer/format/header-words.ts';
import { textPart } from '../../renderer/format/text-part.ts';

const encode = (text: string) => new TextEncoder().encode(text);

describe('long lines', () => {
  it('are broken without losing a character or splitting one', () => {
    const text = `${'x'.repeat(4999)}😀${'y'.repeat(12_000)}\nshort\n`;
    const { text: cutText, cut } = cutLines(text);
    expect(cut).toBe(1);
    expect(cutText.replaceAll('\n', '')).toBe(text.replaceAll('\n', ''));
    expect(Math.max(...cutText.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(5000);
    expect(cutText).toContain('😀');
  });

  it('leave other texts as they are', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(cutLines(text)).toEqual({ text, cut: 0 });
      }),
    );
  });

  it('keep track of where a character went', () => {
    const text = `${'x'.repeat(12_000)}needle`;
    const at = cutPosition(text, 12_000);
    expect(cutLines(text).text.slice(at, at + 6)).toBe('needle');
  });
});

describe('a part of a large text', () => {
  it('begins and ends at line breaks', () => {
    const { bytes, from, to } = textPart(encode('end\none\ntwo\nbegin'), 100, false);
    expect(new TextDecoder().decode(bytes)).toBe('one\ntwo\n');
    expect([from, to]).toEqual([104, 112]);
  });

  it('keeps the last line of the body', () => {
    expect(new TextDecoder().decode(textPart(encode('a\nb'), 0, true).bytes)).toBe('a\nb');
  });

  it('splits no character where there are no line breaks', () => {
    const whole = encode('é€😀'.repeat(50));
    fc.assert(
      fc.property(fc.nat(whole.length - 10), fc.integer({ min: 8, max: 60 }), (from, length) => {
        const { bytes } = textPart(
          whole.subarray(from, from + length),
          from + 1,
          from + length >= whole.length,
        );
        expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).not.toThrow();
      }),
    );
  });
});

describe('finding bytes', () => {
  it('finds what indexOf finds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'A') }),
        fc.stringMatching(/^[abA]{1,4}$/),
        fc.nat(10),
        (text, wanted, from) => {
          expect(findBytes(encode(text), encode(wanted), from, false)).toBe(
            from > text.length ? -1 : text.indexOf(wanted, from),
          );
          expect(findBytes(encode(text), encode(wanted), from, true)).toBe(
            from > text.length ? -1 : text.toLowerCase().indexOf(wanted.toLowerCase(), from),
          );
        },
      ),
    );
  });

  it('takes bytes typed in hexadecimal', () => {
    expect(typedBytes('0x1f 8b', true)).toEqual(Uint8Array.of(0x1f, 0x8b));
    expect(typedBytes('1f8', true)).toBeNull();
    expect(typedBytes('', false)).toBeNull();
  });
});

describe('names for saving', () => {
  it.each([
    ['/a/lamp.png?x=1', 'image/png', 'lamp.png'],
    ['/products', 'application/json; charset=utf-8', 'products.json'],
    ['/', null, 'body.bin'],
    ['/..%2f/../..', null, 'body.bin'],
    ['/a:b*c', 'text/plain', 'a_b_c.txt'],
  ])('%s of %s is saved as %s', (path, type, name) => {
    expect(fileNameFor(path, type)).toBe(name);
  });
});

describe('header fields', () => {
  it('are explained in either case, unknown ones are not', () => {
    expect(headerMeaning('ETag')).toContain('version');
    expect(headerMeaning('X-Mine')).toBeNull();
    expect(headerMeaning('constructor')).toBeNull();
  });

  it('make a filter with quotes and backslashes escaped', () => {
    expect(headerFilter('ETag', 'W/"a\\b"')).toBe(String.raw`header.etag:"W/\"a\\b\""`);
  });
});
