import { quoteFilterValue } from '../../core/filter/format-filter.ts';

/** Terms stay short enough that a person can still read them. Statements, which are kept up to 2,000 characters, fit as they are. */
const exactCharsMax = 2200;
const beginningChars = 1000;

/** The filter term for exactly this value of a text field. Of a very long one, the term for whatever has its beginning in it. */
export function sameValueTerm(field: string, value: string): string {
  const exact = `${field}:=${quoteFilterValue(value)}`;
  if (exact.length <= exactCharsMax) return exact;
  const beginning = value.slice(0, beginningChars).replace(/[\ud800-\udbff]$/, '');
  return `${field}:${quoteFilterValue(beginning)}`;
}
