import { filterTokens, type FilterToken } from './filter-lexer.ts';

/** The text with one more term that must hold; the same text if the term already stands in it. */
export function andFilter(text: string, term: string): string {
  const added = term.trim();
  const old = text.trim();
  if (old === '' || added === '') return old === '' ? added : old;
  if (operandsOf(old)?.some(({ from, to }) => old.slice(from, to) === added) === true) return old;
  return `${bracketed(old)} ${bracketed(added)}`;
}

/** The text without that term, as `andFilter` added it; the same text if it does not stand there by itself. */
export function withoutTerm(text: string, term: string): string {
  const removed = term.trim();
  const old = text.trim();
  if (old === removed) return '';
  const operands = operandsOf(old);
  if (operands === null) return old;
  const kept = operands.filter(({ from, to }) => {
    const operand = old.slice(from, to);
    return operand !== removed && operand !== `(${removed})`;
  });
  if (kept.length === operands.length) return old;
  const [only] = kept;
  if (kept.length !== 1 || only === undefined)
    return kept.map(({ from, to }) => old.slice(from, to)).join(' ');
  const left = old.slice(only.from, only.to);
  return left.startsWith('(') && left.endsWith(')') ? left.slice(1, -1).trim() : left;
}

/** In brackets if it is a disjunction. */
function bracketed(text: string): string {
  return operandsOf(text) === null ? `(${text})` : text;
}

interface Operand {
  readonly from: number;
  readonly to: number;
}

/** What a conjunction joins at its top level, with the nots before each. Null if `or` stands there. */
function operandsOf(text: string): readonly Operand[] | null {
  const operands: Operand[] = [];
  let depth = 0;
  let from: number | null = null;
  for (const token of filterTokens(text)) {
    if (depth === 0 && token.kind === 'or') return null;
    if (depth === 0 && token.kind === 'and') continue;
    from ??= token.from;
    depth = Math.max(0, depth + depthChange(token));
    if (depth > 0 || token.kind === 'not') continue;
    operands.push({ from, to: token.to });
    from = null;
  }
  return operands;
}

function depthChange(token: FilterToken): number {
  return token.kind === 'open' ? 1 : token.kind === 'close' ? -1 : 0;
}
