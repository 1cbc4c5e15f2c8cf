import { describe, expect, it } from 'vitest';
import { jsonRows, unfoldedRows } from '../../renderer/format/json-rows.ts';

function shown(text: string, folded: readonly number[] = []): string[] {
  const laidOut = jsonRows(text);
  if (laidOut === null) return [];
  return unfoldedRows(laidOut.rows, new Set(folded)).map((index) => {
    const row = laidOut.rows[index];
    if (row === undefined) return '';
    const key = row.key === null ? '' : `${text.slice(row.key.from, row.key.to)}: `;
    return `${' '.repeat(row.depth)}${key}${text.slice(row.value.from, row.value.to)}${row.comma ? ',' : ''}`;
  });
}

const sample = '{"id": 12345678901234567890, "a":[1,{"b":null}], "s":"x\\"y"}';

describe('JSON rows', () => {
  it('indent the source and keep every digit', () => {
    expect(shown(sample)).toEqual([
      '{',
      ' "id": 12345678901234567890,',
      ' "a": [',
      '  1,',
      '  {',
      '   "b": null',
      '  }',
      ' ],',
      ' "s": "x\\"y"',
      '}',
    ]);
    expect(jsonRows(sample)?.complete).toBe(true);
  });

  it('fold to their first line', () => {
    expect(shown(sample, [2])).toEqual([
      '{',
      ' "id": 12345678901234567890,',
      ' "a": [',
      ' "s": "x\\"y"',
      '}',
    ]);
    expect(jsonRows(sample)?.rows[2]).toMatchObject({ members: 2, closedBy: 7 });
  });

  it('keep an empty array or object on one line', () => {
    expect(shown('{"a":[],"b":{ },"c":1}')).toEqual(['{', ' "a": [],', ' "b": { },', ' "c": 1', '}']);
    expect(shown('[]')).toEqual(['[]']);
  });

  it('show what there is of a truncated document', () => {
    const truncated = jsonRows('{"a":[1,2,"thr');
    expect(truncated?.complete).toBe(false);
    expect(truncated?.rows).toHaveLength(4);
    expect(shown('{"a":[1,2,"thr', [1])).toEqual(['{', ' "a": [']);
  });

  it('do not take other text for JSON', () => {
    expect(jsonRows('<html>')).toBeNull();
    expect(jsonRows('"just text"')).toBeNull();
    expect(jsonRows('')).toBeNull();
    expect(jsonRows('[1] trailing')?.complete).toBe(false);
    expect(jsonRows('[1}')?.complete).toBe(false);
    expect(jsonRows('['.repeat(1000))).toBeNull();
  });
});
