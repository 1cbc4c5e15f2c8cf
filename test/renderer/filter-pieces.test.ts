import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../core/filter/parse-filter.ts';
import { filterPieces } from '../../renderer/panels/exchanges/filter/filter-pieces.ts';

describe('the letters of a filter', () => {
  it('are all there, in pieces that look the same throughout', () => {
    const text = ' not host:"a b" x /v[12]/';
    const pieces = filterPieces(text, null);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(
      pieces.filter(({ kind }) => kind !== 'plain').map(({ kind, text: part }) => `${kind} ${part}`),
    ).toEqual(['operator not', 'field host:', 'quoted "a b"', 'pattern /v[12]/']);
    expect(filterPieces('', null)).toEqual([]);
  });

  it('are underlined where the mistake is, across pieces too', () => {
    const wrong = (text: string) =>
      filterPieces(text, parseFilter(text, { nowUs: 0, zoneOffsetMinutes: 0 }).problem)
        .filter(({ isWrong }) => isWrong)
        .map((piece) => piece.text);
    expect(wrong('a host:b stauts:4 c')).toEqual(['stauts:']);
    expect(wrong('a status:4,x c')).toEqual(['x']);
    expect(wrong('a ()')).toEqual(['(', ')']);
    expect(wrong('a host:b')).toEqual([]);
  });
});
