import { andFilter, withoutTerm } from '../../core/filter/edit-filter.ts';
import { formatFilter } from '../../core/filter/format-filter.ts';
import type { FilterNode, NumberTerm } from '../../core/filter/node.ts';
import { formatMoment, type FilterClock } from '../../core/filter/parse-moment.ts';
import { parseFilter } from '../../core/filter/parse-filter.ts';

/** A stretch of time, µs since the epoch; `toUs` is excluded. */
export interface TimeRange {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The stretch of time that a filter is limited to by one `started:` from … to at its top level, else null. */
export function rangeOf(filter: string, clock: FilterClock): TimeRange | null {
  const term = rangeTerms(filter, clock)[0];
  if (term?.min == null || term.max === null) return null;
  return { fromUs: term.min + (term.minOpen ? 1 : 0), toUs: term.max + (term.maxOpen ? 0 : 1) };
}

/** The filter without its stretch of time. What else stands in it stays as it was written, where that can be. */
export function withoutRange(filter: string, clock: FilterClock): string {
  let left = filter;
  for (const term of rangeTerms(filter, clock)) {
    const shorter =
      term.min === null || term.max === null ? left : withoutTerm(left, rangeText(term.min, term.max));
    left = shorter === left.trim() ? rewritten(left, clock) : shorter;
  }
  return left;
}

/** The filter limited to that stretch of time instead of the one it has; null for none. */
export function withRange(filter: string, range: TimeRange | null, clock: FilterClock): string {
  const rest = withoutRange(filter, clock);
  return range === null ? rest : andFilter(rest, rangeText(range.fromUs, range.toUs));
}

/** The shortest text that says it in UTC. */
function rangeText(fromUs: number, toUs: number): string {
  const [from, to] = [fromUs, toUs].map((us) => formatMoment(us).replace(/\.?0+Z$/, 'Z'));
  return `started:${from}..<${to}`;
}

function rangeTerms(filter: string, clock: FilterClock): NumberTerm[] {
  const { node } = parseFilter(filter, clock);
  return node === null ? [] : operandsOf(node).filter(isRange);
}

function operandsOf(node: FilterNode): readonly FilterNode[] {
  return node.kind === 'and' ? node.nodes : [node];
}

function isRange(node: FilterNode): node is NumberTerm {
  return node.kind === 'number' && node.field === 'started' && node.min !== null && node.max !== null;
}

function rewritten(filter: string, clock: FilterClock): string {
  const { node } = parseFilter(filter, clock);
  if (node === null) return filter;
  return formatFilter({ kind: 'and', nodes: operandsOf(node).filter((operand) => !isRange(operand)) });
}
