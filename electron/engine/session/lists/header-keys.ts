import type { SortKeys } from './keys.ts';

/** Values kept so that sorting does not read every head again. */
const keptMax = 1_000_000;
/** Values are told apart by this much of them. */
const charsMax = 200;

/**
 * The values of one header field. Every head has to be read for them, about 20 µs each: a list is sorted by one only
 * when a person asks for it.
 */
export function createHeaderKeys(valuesOf: (id: number) => readonly string[]): SortKeys {
  const kept = new Map<number, string | null>();
  const texts = new Map<string, string>();

  function of(id: number): string | null {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const values = valuesOf(id);
    const text = values.length === 0 ? null : values.join(', ').slice(0, charsMax).toLowerCase();
    // The same text once, however many exchanges have it.
    const value = text === null ? null : (texts.get(text) ?? text);
    if (value !== null) texts.set(value, value);
    if (kept.size < keptMax) kept.set(id, value);
    return value;
  }

  return {
    read: (ids) => {
      const all = Array.from(ids, of);
      const sorted = [...new Set(all)].filter((text) => text !== null).sort();
      const ranks = new Map(sorted.map((text, rank) => [text, rank]));
      const keys = Float64Array.from(all, (text) => (text === null ? NaN : (ranks.get(text) ?? NaN)));
      return { keys, depth: null };
    },
    compare: (a, b) => {
      const one = of(a) ?? '';
      const other = of(b) ?? '';
      return one < other ? -1 : one > other ? 1 : 0;
    },
    hasValue: (id) => of(id) !== null,
    isFixed: false,
    isMark: false,
  };
}
