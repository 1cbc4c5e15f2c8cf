import { describe, expect, it } from 'vitest';
import { filterWords } from '../../../core/filter/filter-words.ts';

describe('the words of the filter language', () => {
  it('name each field once, with a sentence and examples that begin with it', () => {
    const names = filterWords.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, meaning, examples } of filterWords) {
      expect(meaning).toMatch(/^.+\.$/);
      for (const example of examples) expect(example).toMatch(new RegExp(`^(?:${name}[:.]|has:)`));
    }
  });
});
