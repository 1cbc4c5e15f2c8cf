import type { FilterSegment } from './filter-lexer.ts';
import { problemAt, type FilterProblem, type TextRange } from './filter-problem.ts';
import type { TextField, TextMatch } from './node.ts';
import { regexProblem } from './regex-safety.ts';

/** One item of a value: what stands between two commas. */
export interface ValueItem extends TextRange {
  readonly segments: readonly FilterSegment[];
}

/** Fields whose texts hold slashes: there `/api/` is a path. In the others it is a pattern. */
const slashFields: readonly (TextField | 'header' | 'body')[] = ['any', 'path', 'url', 'header', 'body'];

export function itemText({ segments }: ValueItem): string {
  return segments.map(({ text }) => text).join('');
}

/** `=exact`, `/regex/`, a `*` outside quotes for a wildcard, else text that is contained. */
export function parseTextMatch(
  item: ValueItem,
  field: TextField | 'header' | 'body',
): TextMatch | FilterProblem {
  const [first] = item.segments;
  const text = itemText(item);
  if (first?.how === 'plain' && first.text.startsWith('=')) {
    if (text === '=' && item.segments.length === 1) {
      return problemAt(item, 'Write the exact text after the equals sign; "" stands for an empty one.');
    }
    return { how: 'equals', text: text.slice(1) };
  }
  const pattern = patternOf(item, field);
  if (pattern !== null) {
    const message = regexProblem(pattern);
    return message === null ? { how: 'regex', text: pattern } : problemAt(item, message);
  }
  const isWildcard = item.segments.some((segment) => segment.how === 'plain' && segment.text.includes('*'));
  return { how: isWildcard ? 'wildcard' : 'contains', text };
}

function patternOf(item: ValueItem, field: TextField | 'header' | 'body'): string | null {
  const [first, second] = item.segments;
  if (first === undefined || second !== undefined) return null;
  if (first.how === 'regex') return first.text;
  const isSimple = first.how === 'plain' && /^\/[^/]+\/$/.test(first.text) && !slashFields.includes(field);
  return isSimple ? first.text.slice(1, -1) : null;
}
