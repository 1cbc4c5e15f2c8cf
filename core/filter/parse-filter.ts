import { joinNodes } from './build-node.ts';
import { filterTokens, type FilterToken } from './filter-lexer.ts';
import { filterDepthMax, filterTermsMax, filterTextMax } from './filter-limits.ts';
import { isProblem, problemAt, type FilterProblem } from './filter-problem.ts';
import type { FilterNode } from './node.ts';
import type { FilterClock } from './parse-moment.ts';
import { parseTerm } from './parse-term.ts';

export interface ParsedFilter {
  /** Null when there is no condition, so that everything matches, and when there is a problem. */
  readonly node: FilterNode | null;
  readonly problem: FilterProblem | null;
}

/**
 * Reads the filter language: terms beside each other or joined by `and` must all hold, `or` binds weaker, `not` (`-`, `!`)
 * stronger, brackets group. Times of day and ages are of `clock`, at this moment. At most 4,096 characters, 256 terms and
 * 64 levels; time linear in the text. Never throws. A conjunction in a conjunction is one, so is a disjunction.
 */
export function parseFilter(text: string, clock: FilterClock): ParsedFilter {
  if (text.length > filterTextMax) {
    const message = `A filter has at most ${filterTextMax.toLocaleString('en')} characters. Shorten it.`;
    return refused(problemAt({ from: filterTextMax, to: text.length }, message));
  }
  const parser = new Parser(filterTokens(text), clock);
  if (parser.isAtEnd()) return { node: null, problem: null };
  const node = parser.disjunction(0);
  if (isProblem(node)) return refused(node);
  const left = parser.peek();
  if (left !== null) {
    return refused(problemAt(left, 'This bracket closes none. Take it away, or open one before it.'));
  }
  return { node, problem: null };
}

function refused(problem: FilterProblem): ParsedFilter {
  return { node: null, problem };
}

type Parsed = FilterNode | FilterProblem;

/** Recursive descent; a level of recursion is a bracket, and those are counted. */
class Parser {
  readonly #tokens: readonly FilterToken[];
  readonly #clock: FilterClock;
  #at = 0;
  #terms = 0;

  constructor(tokens: readonly FilterToken[], clock: FilterClock) {
    this.#tokens = tokens;
    this.#clock = clock;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(): FilterToken | null {
    return this.#tokens[this.#at] ?? null;
  }

  disjunction(depth: number): Parsed {
    return this.#joined('or', () => this.#conjunction(depth));
  }

  #conjunction(depth: number): Parsed {
    return this.#joined('and', () => this.#negation(depth));
  }

  #joined(kind: 'and' | 'or', part: () => Parsed): Parsed {
    const first = part();
    if (isProblem(first)) return first;
    const rest: FilterNode[] = [];
    for (let token = this.peek(); token !== null; token = this.peek()) {
      if (token.kind === kind) this.#at++;
      else if (kind === 'or' || token.kind === 'or' || token.kind === 'close') break;
      const node = part();
      if (isProblem(node)) return node;
      rest.push(node);
    }
    return joinNodes(kind, [first, ...rest]);
  }

  #negation(depth: number): Parsed {
    let nots = 0;
    for (let token = this.peek(); token?.kind === 'not'; token = this.peek()) {
      if (depth + ++nots > filterDepthMax) return tooDeep(token);
      this.#at++;
    }
    let node = this.#operand(depth + nots);
    for (; nots > 0 && !isProblem(node); nots--) node = { kind: 'not', node };
    return node;
  }

  #operand(depth: number): Parsed {
    const token = this.peek();
    if (token === null) return missing(this.#tokens[this.#at - 1]);
    this.#at++;
    switch (token.kind) {
      case 'word': {
        const node = parseTerm(token, this.#clock);
        if (isProblem(node)) return node;
        this.#terms += node.kind === 'or' ? node.nodes.length : 1;
        return this.#terms > filterTermsMax ? tooMany(token) : node;
      }
      case 'open':
        return depth >= filterDepthMax ? tooDeep(token) : this.#bracket(token, depth);
      case 'close':
      case 'and':
      case 'or':
      case 'not':
        return missing(this.#tokens[this.#at - 2], token);
      default:
        return token satisfies never;
    }
  }

  #bracket(open: FilterToken, depth: number): Parsed {
    if (this.isAtEnd()) return unclosed(open);
    const node = this.disjunction(depth + 1);
    if (isProblem(node)) return node;
    if (this.peek()?.kind !== 'close') return unclosed(open);
    this.#at++;
    return node;
  }
}

function unclosed(open: FilterToken): FilterProblem {
  return problemAt(open, 'This bracket is not closed. Write ) where its part ends.');
}

function tooDeep(token: FilterToken): FilterProblem {
  return problemAt(token, `Brackets and nots go at most ${filterDepthMax} deep. Take some away.`);
}

function tooMany(token: FilterToken): FilterProblem {
  return problemAt(token, `A filter has at most ${filterTermsMax} terms. Take some away.`);
}

/** A term should have come after `before`, and there is `found` or the end of the text. */
function missing(before: FilterToken | undefined, found?: FilterToken): FilterProblem {
  const isBracket = before?.kind === 'open';
  if (found?.kind === 'close' && before === undefined) {
    return problemAt(found, 'This bracket closes none. Take it away, or open one before it.');
  }
  if (found?.kind === 'close' && isBracket) {
    return problemAt(
      { from: before.from, to: found.to },
      'Nothing is in these brackets. Write a term, or take them away.',
    );
  }
  if (before !== undefined && before.kind !== 'word' && before.kind !== 'close' && !isBracket) {
    return problemAt(
      before,
      `A term is missing after “${operatorName(before)}”. To look for the word itself, put it in quotes.`,
    );
  }
  const token = found ?? before ?? { kind: 'and', from: 0, to: 0 };
  return problemAt(
    token,
    `A term is missing before “${operatorName(token)}”. To look for the word itself, put it in quotes.`,
  );
}

function operatorName(token: FilterToken): string {
  return token.kind === 'open' ? '(' : token.kind === 'close' ? ')' : token.kind;
}
