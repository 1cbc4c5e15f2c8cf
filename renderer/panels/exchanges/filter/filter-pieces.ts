import type { FilterProblem } from '../../../../core/filter/filter-problem.ts';
import { filterSpans, type FilterSpan } from '../../../../core/filter/filter-spans.ts';

/** A stretch of the filter's text that looks the same throughout. */
export interface FilterPiece {
  readonly text: string;
  readonly kind: FilterSpan['kind'] | 'plain';
  readonly isWrong: boolean;
}

/** The text in pieces, in order and complete, with the problem's range underlined. */
export function filterPieces(text: string, problem: FilterProblem | null): FilterPiece[] {
  const spans = filterSpans(text);
  const borders = spans.flatMap(({ from, to }) => [from, to]);
  if (problem !== null) borders.push(problem.from, problem.to);
  const cuts = [...new Set([0, ...borders, text.length])]
    .filter((at) => at <= text.length)
    .sort((a, b) => a - b);
  let next = 0;
  return cuts.slice(1).map((to, index) => {
    const from = cuts[index] ?? 0;
    while ((spans[next]?.to ?? Infinity) <= from) next++;
    const span = spans[next];
    return {
      text: text.slice(from, to),
      kind: span !== undefined && span.from <= from ? span.kind : 'plain',
      isWrong: problem !== null && problem.from <= from && to <= problem.to,
    };
  });
}
