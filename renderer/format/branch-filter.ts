import { quoteFilterValue } from '../../core/filter/format-filter.ts';

/** The way down to a branch: a host and segments of its paths, each with the slash before it, or an application. */
export interface BranchPath {
  readonly by: 'host' | 'app';
  readonly names: readonly string[];
}

/** The branch as a condition of the filter language; null where the language has none for it. */
export function branchTerm({ by, names }: BranchPath): string | null {
  const [top, ...segments] = names;
  if (top === undefined) return null;
  // What has no application matches no text of that field.
  const first = top === '' ? `not ${by}:/^/` : `${by}:=${quoteFilterValue(top)}`;
  const path = segments.join('');
  if (path === '') return first;
  // The segment itself, with a query, or with more segments below it.
  const value = quoteFilterValue(path);
  return `${first} (path:=${value} or path:${wildcard(`${path}?`)} or path:${wildcard(`${path}/`)})`;
}

/** `focused` and none of `hidden`, as one condition; empty for everything. */
export function narrowingText(focused: BranchPath | null, hidden: readonly BranchPath[]): string {
  const wanted = focused === null ? null : branchTerm(focused);
  const unwanted = hidden.map(branchTerm).filter((term) => term !== null);
  return [...(wanted === null ? [] : [wanted]), ...unwanted.map((term) => `not (${term})`)].join(' ');
}

/** `api.shop.test/cart`, as it is shown. */
export function branchLabel({ by, names }: BranchPath): string {
  if (names[0] === '') return by === 'app' ? 'unknown application' : 'no host';
  return names.join('');
}

function wildcard(beginning: string): string {
  const plain = quoteFilterValue(beginning);
  return plain.startsWith('"') ? `${plain}*` : `"${beginning}"*`;
}
