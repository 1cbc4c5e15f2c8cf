import { quoteFilterValue } from '../../core/filter/format-filter.ts';

/** Terms stay short enough that several fit into a filter, and a person can still read them. */
const exactCharsMax = 2000;
const beginningChars = 1000;

/** The filter term for exactly this value of a text field. Of a very long one, the term for whatever has its beginning in it. */
export function sameValue(field: string, value: string): string {
  const exact = `${field}:=${quoteFilterValue(value)}`;
  if (exact.length <= exactCharsMax) return exact;
  const beginning = value.slice(0, beginningChars).replace(/[\ud800-\udbff]$/, '');
  return `${field}:${quoteFilterValue(beginning)}`;
}
