import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json } from '../../../core/decoders/json.ts';
import { scanJson, startJsonScan } from '../../../core/decoders/json-scan.ts';
import {
  jsonKey,
  jsonMemberText,
  jsonPath,
  jsonSource,
  parentOf,
  prettyJson,
  prettyJsonValues,
} from '../../../core/decoders/json-text.ts';
import { encodeUtf8 } from '../../../core/decoders/utf8.ts';
import { decoded, sample } from './support.ts';

const scan = (text: string, complete = true) => scanJson(encodeUtf8(text), complete);

describe('JSON', () => {
  it('shows numbers as they were sent: 64-bit ids, trailing zeros, exponents', () => {
    const table = scan('{"id":9223372036854775807,"price":1.10,"big":1E400,"minus":-0}');
    const sources = [1, 2, 3, 4].map((index) => jsonSource(table, index));
    expect(sources).toEqual(['9223372036854775807', '1.10', '1E400', '-0']);
  });

  it('keeps repeated keys, in order', () => {
    const table = scan('{"a":1,"b":2,"a":3}');
    expect([1, 2, 3].map((index) => jsonKey(table, index))).toEqual(['"a"', '"b"', '"a"']);
    expect(jsonMemberText(table, 0, 'a')).toBe('3');
  });

  it('lays out any JSON so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        const table = scan(text);
        expect(table.problem).toBeNull();
        expect(JSON.parse(prettyJson(table, 0))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('gives the same table in whatever steps it reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.integer({ min: 1, max: 7 }), (text, step) => {
        const stepped = startJsonScan(encodeUtf8(text), true);
        while (!stepped.step(step));
        expect(stepped.table()).toEqual(scan(text));
      }),
    );
  });

  it('reads what there is of a text that is cut off, and says so', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(200), (text, cut) => {
        const table = scan(text.slice(0, cut), false);
        expect(table.count).toBeLessThanOrEqual(scan(text).count);
        for (let index = 0; index < table.count; index += 1)
          expect(table.next[index]).toBeLessThanOrEqual(table.count);
      }),
    );
    expect(scan('{"a":[1,2', false)).toMatchObject({
      count: 4,
      problem: 'The JSON goes on after what was read.',
    });
    expect(scan('{"a":[1,2').problem).toBe('The JSON ends too early.');
  });

  it('says at which byte a text stops being JSON and keeps what came before', () => {
    const table = scan('{"a":1,"b":oops}');
    expect(table.count).toBe(2);
    expect(table.problem).toBe('At byte 11 the text stops being JSON.');
  });

  it('passes over a byte order mark, comments, trailing commas and a guard line, and tells of each', () => {
    expect(scan('\uFEFF{"a":1}').notes[0]).toContain('byte order mark');
    expect(scan('{"a":1 /* one */, // two\n "b":2}')).toMatchObject({ count: 3, problem: null });
    expect(scan('[1,2,]').notes[0]).toContain('Commas');
    expect(scan(")]}'\n[1]")).toMatchObject({ count: 2, problem: null });
  });

  it('reads values that follow one another as a sequence', () => {
    const table = decoded(json, sample('{"a":1}\n{"a":2}\n', 'application/x-ndjson'), 'json');
    expect(table.notes).toEqual(['Several JSON values follow one another.']);
    expect(prettyJsonValues(table)).toBe('{\n  "a": 1\n}\n{\n  "a": 2\n}');
  });

  it('bounds nesting', () => {
    const table = scan('['.repeat(100_000));
    expect(table.problem).toContain('deeper than 512');
    expect(table.count).toBe(512);
  });

  it('reads an array of a million items', () => {
    const table = scan(`[${'1,'.repeat(999_999)}1]`);
    expect(table).toMatchObject({ count: 1_000_001, problem: null });
    expect(table.members[0]).toBe(1_000_000);
  });

  it('names where a value stands', () => {
    const table = scan('{"items":[{"a b":1},{"c":[true]}]}');
    expect(jsonPath(table, 3)).toBe("$.items[0]['a b']");
    expect(jsonPath(table, 6)).toBe('$.items[1].c[0]');
    expect(parentOf(table, 6)).toBe(5);
  });

  it('is recognised by type, and by its beginning where the type says little', () => {
    expect(json.recognises(sample('[1]', 'application/problem+json'))).toBe(true);
    expect(json.recognises(sample(' {"a":1}', 'text/plain'))).toBe(true);
    expect(json.recognises(sample('{"a":1}', 'application/x-www-form-urlencoded'))).toBe(true);
    expect(json.recognises(sample('{color:red}', 'text/plain'))).toBe(false);
    expect(json.recognises(sample('[ERROR] it broke', 'text/plain'))).toBe(false);
    expect(json.recognises(sample('{"a":1}', 'text/html'))).toBe(false);
  });
});
