import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filterWords } from '../../core/filter/filter-words.ts';

const page = readFileSync(new URL('../../docs/filter.md', import.meta.url), 'utf8');

/** The cells of the table below the marker; a bar in a cell is escaped. */
function documented(): string[][] {
  const rows = page
    .slice(page.indexOf('<!-- fields'))
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;

describe('the page on the filter language', () => {
  it('has every field with its other names, its meaning and its examples, as the program knows them', () => {
    expect(documented()).toEqual(
      filterWords.map(({ name, aliases, meaning, examples, takes }) => {
        const names = [name, ...aliases].map((one) => code(takes.kind === 'header' ? `${one}.NAME` : one));
        const words =
          takes.kind === 'states' ? ` ${takes.states.map((state) => code(state.name)).join(', ')}` : '';
        return [names.join(', '), meaning + words, examples.map(code).join(' ')];
      }),
    );
  });
});
