import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../../core/decoders/json-scan.ts';
import {
  foundRows,
  holdsOthers,
  openAtFirst,
  openToLevel,
  visibleRows,
} from '../../renderer/format/tree-rows.ts';
import { jsonTreeSource, treeTableSource } from '../../renderer/format/tree-source.ts';
import { readMessagePack } from '../../core/decoders/message-pack.ts';

const tree = (text: string) => jsonTreeSource(scanJson(new TextEncoder().encode(text), true));

describe('rows of a tree', () => {
  const sample = tree('{"a":{"b":1,"c":[2,3]},"d":4}');

  it('are those whose holders are all open', () => {
    expect([...visibleRows(sample, openToLevel(sample, Infinity))]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...visibleRows(sample, openToLevel(sample, 1))]).toEqual([0, 1, 6]);
    expect([...visibleRows(sample, openToLevel(sample, 0))]).toEqual([0]);
  });

  it('are what was found and what holds it while something is looked for', () => {
    const found = new Uint8Array(sample.count);
    found[5] = 1;
    found[6] = 1;
    expect([...foundRows(sample, found)]).toEqual([0, 1, 3, 5, 6]);
  });

  it('hold every row found once, in order', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.array(fc.boolean(), { maxLength: 60 }), (text, flags) => {
        const any = tree(text);
        const found = Uint8Array.from({ length: any.count }, (_, at) => (flags[at] === true ? 1 : 0));
        const rows = [...foundRows(any, found)];
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
        for (let at = 0; at < any.count; at += 1) if (found[at] === 1) expect(rows).toContain(at);
      }),
    );
  });

  it('of a large tree are few at first', () => {
    const large = tree(`[${Array.from({ length: 3000 }, (_, at) => `{"id":${at},"tags":[1]}`).join(',')}]`);
    expect(visibleRows(large, openAtFirst(large)).length).toBe(3001);
    expect(openAtFirst(sample).every((flag) => flag === 1)).toBe(true);
  });
});

describe('a row of JSON', () => {
  const sample = tree('{"items":[{"id":9007199254740993,"Name":"A\\u00e9"}],"empty":{}}');

  it('shows values as sent, and sizes of what holds others', () => {
    expect(sample.row(0).text).toBe('{ 2 keys }');
    expect(sample.row(1)).toMatchObject({ label: '"items"', text: '[ 1 item ]' });
    expect(sample.row(2)).toMatchObject({ label: '0', labelKind: 'index' });
    expect(sample.row(3).text).toBe('9007199254740993');
    expect(sample.row(5).text).toBe('{}');
    expect(holdsOthers(sample, 5)).toBe(false);
  });

  it('copies names, values and paths', () => {
    expect(sample.copyValue(4)).toBe('Aé');
    expect(sample.copyName(4)).toBe('Name');
    expect(sample.path(4)).toBe('$.items[0].Name');
    expect(JSON.parse(sample.copyValue(1))).toHaveLength(1);
  });

  it('matches names and values in either case', () => {
    expect(sample.matches(4, 'name')).toBe(true);
    expect(sample.matches(3, '40993')).toBe(true);
    expect(sample.matches(2, 'name')).toBe(false);
  });

  it('numbers the items of an array in whatever order they are looked at', () => {
    const items = tree(`[${Array.from({ length: 500 }, (_, at) => `[${at}]`).join(',')}]`);
    for (const at of [499, 0, 250, 251, 3]) expect(items.row(1 + at * 2).label).toBe(String(at));
  });
});

describe('a row of another tree', () => {
  it('copies what it holds as indented lines', () => {
    const packed = treeTableSource(readMessagePack(Uint8Array.of(0x81, 0xa1, 0x61, 0x92, 1, 2), true));
    expect(packed.row(0).text).toBe('{ 1 field }');
    expect(packed.copyValue(1)).toBe('a\n  0: 1\n  1: 2');
    expect(packed.path(3)).toBe('a/1');
  });
});
