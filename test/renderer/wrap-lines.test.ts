import { describe, expect, it } from 'vitest';
import { wrapLines } from '../../renderer/format/wrap-lines.ts';

const shown = (text: string, columns: number) =>
  wrapLines(text, columns).map(
    ({ line, first, from, to }) => `${first ? line : '·'} ${text.slice(from, to)}`,
  );

describe('wrapping', () => {
  it('cuts long lines into pieces and numbers lines once', () => {
    expect(shown('abcdefg\nhi', 3)).toEqual(['1 abc', '· def', '· g', '2 hi']);
  });

  it('keeps empty lines and drops the carriage return', () => {
    expect(shown('a\r\n\r\nb\n', 80)).toEqual(['1 a', '2 ', '3 b', '4 ']);
  });

  it('shows one empty row for no text', () => {
    expect(shown('', 80)).toEqual(['1 ']);
  });
});
