import { filterWords, type FilterTakes } from './filter-words.ts';
import type { FilterNode, FilterTerm, HeaderTerm, NumberTerm, StateTerm, TextMatch } from './node.ts';
import { formatMoment } from './parse-moment.ts';
import { formatQuantity } from './parse-quantity.ts';

/**
 * Text that `parseFilter` reads as an equal node, if the node is one that it can give: no conjunction directly in a
 * conjunction, none of less than two nodes, wildcards with a `*`, patterns without `\/`, whole numbers, `min` ≤ `max`.
 * Any other node gets a text of the same meaning. Null, or a conjunction of nothing, is the empty text.
 */
export function formatFilter(node: FilterNode | null): string {
  if (node === null) return '';
  switch (node.kind) {
    case 'and':
      return node.nodes.map((part) => formatPart(part, part.kind === 'or')).join(' ');
    case 'or':
      return node.nodes.map((part) => formatPart(part, false)).join(' or ');
    case 'not':
      return `not ${formatPart(node.node, node.node.kind === 'and' || node.node.kind === 'or')}`;
    case 'text':
    case 'number':
    case 'state':
    case 'header':
    case 'body':
      return formatTerm(node);
    default:
      return node satisfies never;
  }
}

/** A value behind a field's colon, or behind `=` there: itself where it is safe, else in quotes. */
export function quoteFilterValue(text: string): string {
  const isPlain = text !== '' && !/[\s"(),*]|&&|\|\|/.test(text) && !/^[=<>]|^\/.*(?:\/i?$|\\)/i.test(text);
  return isPlain ? text : quoted(text);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function formatPart(node: FilterNode, inBrackets: boolean): string {
  return inBrackets ? `(${formatFilter(node)})` : formatFilter(node);
}

function formatTerm(term: FilterTerm): string {
  switch (term.kind) {
    case 'text':
      if (term.field === 'any' && term.match.how === 'contains') return formatFreeText(term.match.text);
      return `${term.field}:${formatMatch(term.match)}`;
    case 'number':
      return formatNumber(term);
    case 'state':
      return formatState(term);
    case 'header':
      return formatHeader(term);
    case 'body':
      return `${nameOf((takes) => takes.kind === 'body' && takes.side === term.side)}:${formatMatch(term.match)}`;
    default:
      return term satisfies never;
  }
}

function formatFreeText(text: string): string {
  const isPlain =
    /^[\w.%?&=+@$/~][\w.%?&=+@$/~-]*$/.test(text) && !/^(?:and|or|not)$|&&|^\/.*\/i?$|header\./i.test(text);
  return isPlain ? text : quoted(text);
}

function formatMatch({ how, text }: TextMatch): string {
  switch (how) {
    case 'contains':
      return quoteFilterValue(text);
    case 'equals':
      return `=${quoteFilterValue(text)}`;
    case 'wildcard':
      return text.includes('*') ? formatWildcard(text) : `=${quoteFilterValue(text)}`;
    case 'regex':
      return `/${text.replace(/\\[^]|[/\s]/g, (found) => (found.length === 1 ? `\\${found}` : found))}/i`;
    default:
      return how satisfies never;
  }
}

/** The stars outside quotes, what is between them inside where it must be. */
function formatWildcard(text: string): string {
  const parts = text.split('*').map((part) => (part === '' ? '' : quoteFilterValue(part)));
  const joined = parts.join('*');
  // Slashes at both ends would make a pattern of it.
  return /^\/.*(?:\/i?$|\\)/i.test(joined) ? `"/"${joined.slice(1)}` : joined;
}

function formatNumber({ field, min, max, minOpen, maxOpen }: NumberTerm): string {
  const word = filterWords.find(({ takes }) => takes.kind === 'number' && takes.field === field);
  const unit = word?.takes.kind === 'number' ? word.takes.unit : 'plain';
  const name = word?.name ?? field;
  const shown = (value: number) => {
    if (unit === 'moment') return formatMoment(value);
    if (unit === 'status') return String(value).padStart(3, '0');
    return formatQuantity(value, unit === 'grpc-status' ? 'plain' : unit);
  };
  if (min === null) return max === null ? `${name}:*` : `${name}:${maxOpen ? '<' : '<='}${shown(max)}`;
  if (max === null) return `${name}:${minOpen ? '>' : '>='}${shown(min)}`;
  if (!minOpen && !maxOpen) {
    if (min === max) return `${name}:${exactly(min, unit)}`;
    if (unit === 'status' && min % 100 === 0 && max === min + 99 && min >= 100 && min < 1000) {
      return `${name}:${min / 100}xx`;
    }
  }
  return `${name}:${minOpen ? '>' : ''}${shown(min)}..${maxOpen ? '<' : ''}${shown(max)}`;

  function exactly(value: number, of: typeof unit): string {
    if (of === 'time') return `${value}us`;
    return of === 'bytes' ? `${value}B` : shown(value);
  }
}

function formatState({ state }: StateTerm): string {
  for (const { name, takes } of filterWords) {
    if (takes.kind !== 'states') continue;
    const word = takes.states.find(({ states }) => states.length === 1 && states[0] === state);
    if (word !== undefined) return `${name}:${word.name}`;
  }
  throw new Error(`No word for the state ${state}`);
}

function formatHeader({ side, name, match }: HeaderTerm): string {
  const field = `${nameOf((takes) => takes.kind === 'header' && takes.side === side)}.${name}`;
  return match === null ? field : `${field}:${formatMatch(match)}`;
}

function nameOf(isWanted: (takes: FilterTakes) => boolean): string {
  const word = filterWords.find(({ takes }) => isWanted(takes));
  if (word === undefined) throw new Error('A kind of term has no word');
  return word.name;
}
