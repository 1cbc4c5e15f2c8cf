import { filterTokens } from './filter-lexer.ts';
import { filterWordNamed, headerFieldNamed } from './filter-words.ts';
import { splitField } from './parse-term.ts';

/** A part of a filter's text that is shown in its own way. */
export interface FilterSpan {
  readonly kind: 'field' | 'operator' | 'quoted' | 'pattern';
  readonly from: number;
  readonly to: number;
}

/** Field names with their colons, operators with brackets, quoted texts and patterns, in order. For any text. */
export function filterSpans(text: string): FilterSpan[] {
  const spans: FilterSpan[] = [];
  for (const token of filterTokens(text)) {
    if (token.kind !== 'word') {
      spans.push({ kind: 'operator', from: token.from, to: token.to });
      continue;
    }
    const field = splitField(token);
    if (field !== null && isField(field.name)) {
      spans.push({ kind: 'field', from: token.from, to: field.nameTo });
    } else if (field === null && headerFieldNamed(text.slice(token.from, token.to)) !== null) {
      spans.push({ kind: 'field', from: token.from, to: token.to });
    }
    for (const { how, from, to } of token.segments) {
      if (how !== 'plain') spans.push({ kind: how === 'regex' ? 'pattern' : 'quoted', from, to });
    }
  }
  return spans;
}

function isField(name: string): boolean {
  return filterWordNamed(name) !== null || headerFieldNamed(name) !== null;
}
