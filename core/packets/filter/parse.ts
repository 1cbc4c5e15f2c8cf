import {
  comparisons,
  type Comparison,
  type FilterFault,
  type FilterTest,
  type Operand,
  type Place,
  type Quantifier,
} from './ast.ts';
import { tokensOf, type Token } from './lexer.ts';

/** As long as a filter may be, how deep its parentheses and how many its tests. */
export const filterCharsMax = 8192;
const depthMax = 100;
const testsMax = 2000;

const words: Readonly<Record<string, Comparison>> = {
  ...{ eq: '==', any_eq: '==', ne: '!=', all_ne: '!=', all_eq: '===', any_ne: '!==' },
  ...{ lt: '<', le: '<=', gt: '>', ge: '>=' },
};

/**
 * Reads a display filter (wireshark-filter(4), Wireshark 4.4). Fields are not looked up here. An empty one is null: it selects everything.
 */
export function parseDisplayFilter(text: string): FilterTest | null | FilterFault {
  if (text.length > filterCharsMax)
    return {
      message: `A display filter has at most ${filterCharsMax} characters.`,
      at: filterCharsMax,
      end: text.length,
    };
  const tokens = tokensOf(text);
  if (!('length' in tokens)) return tokens;
  if (tokens.length === 1) return null;
  try {
    return new Parser(tokens).whole();
  } catch (error) {
    if (error instanceof Unexpected) return error.fault;
    throw error;
  }
}

export function isFault(parsed: FilterTest | null | FilterFault): parsed is FilterFault {
  return parsed !== null && 'message' in parsed;
}

/** Leaves the parser from any depth; never leaves this file. */
class Unexpected extends Error {
  readonly fault: FilterFault;

  constructor(fault: FilterFault) {
    super(fault.message);
    this.fault = fault;
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #tests = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): FilterTest {
    const test = this.#or();
    if (this.#token.kind !== 'end') this.#unexpected();
    return test;
  }

  get #token(): Token {
    const token = this.#tokens[this.#next] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error('There is always an end.');
    return token;
  }

  #or(): FilterTest {
    let left = this.#xor();
    while (this.#take('||', 'or')) left = this.#counted({ kind: 'or', left, right: this.#xor() });
    return left;
  }

  #xor(): FilterTest {
    let left = this.#and();
    while (this.#take('^^', 'xor')) left = this.#counted({ kind: 'xor', left, right: this.#and() });
    return left;
  }

  #and(): FilterTest {
    let left = this.#not();
    while (this.#take('&&', 'and')) left = this.#counted({ kind: 'and', left, right: this.#not() });
    return left;
  }

  #not(): FilterTest {
    if (!this.#take('!', 'not')) return this.#group();
    return this.#deeper(() => this.#counted({ kind: 'not', test: this.#not() }));
  }

  #group(): FilterTest {
    if (!this.#isSign('(')) return this.#counted(this.#relation());
    this.#next++;
    return this.#deeper(() => {
      const test = this.#or();
      this.#expect(')');
      return test;
    });
  }

  #relation(): FilterTest {
    const { at } = this.#token;
    const quantifier = this.#quantifier();
    const first = this.#sum();
    const negated = this.#isWord('not') && this.#tokens[this.#next + 1]?.text === 'in';
    if (negated) this.#next++;
    if (this.#takeWord('in')) {
      const set = this.#set();
      return { kind: negated ? 'not in' : 'in', quantifier, operand: first, set, at, end: this.#lastEnd };
    }
    const isContains = this.#takeWord('contains');
    if (!isContains && !this.#takeWord('matches') && !this.#takeSign('~'))
      return this.#compared(at, quantifier, first);
    const right = this.#sum();
    return { kind: isContains ? 'contains' : 'matches', quantifier, left: first, right, at, end: right.end };
  }

  /** Where the last token that was taken ended. */
  get #lastEnd(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  /** `a < b < c` is `a < b and b < c`. */
  #compared(at: number, quantifier: Quantifier | null, first: Operand): FilterTest {
    let test: FilterTest | null = null;
    let left = first;
    for (let comparison = this.#comparison(); comparison !== null; comparison = this.#comparison()) {
      const right = this.#sum();
      const place: Place = { at: test === null ? at : left.at, end: right.end };
      const compare: FilterTest = { kind: 'compare', comparison, quantifier, left, right, ...place };
      test = test === null ? compare : this.#counted({ kind: 'and', left: test, right: compare });
      left = right;
    }
    if (test !== null) return test;
    if (quantifier !== null) this.#unexpected();
    return { kind: 'exists', operand: first, at, end: first.end };
  }

  #comparison(): Comparison | null {
    const { kind, text } = this.#token;
    const found =
      kind === 'sign' ? comparisons.find((each) => each === text) : kind === 'word' ? words[text] : undefined;
    if (found === undefined) return null;
    this.#next++;
    return found;
  }

  #quantifier(): Quantifier | null {
    const text = this.#token.text;
    if (this.#token.kind !== 'word' || (text !== 'any' && text !== 'all')) return null;
    this.#next++;
    return text;
  }

  #set(): (readonly [Operand, Operand])[] {
    this.#expect('{');
    const set: (readonly [Operand, Operand])[] = [];
    do {
      const from = this.#sum();
      set.push([from, this.#takeSign('..') ? this.#sum() : from]);
      this.#countTest();
    } while (this.#takeSign(','));
    this.#expect('}');
    return set;
  }

  #sum(): Operand {
    return this.#operators(['+', '-'], () => this.#product());
  }

  #product(): Operand {
    return this.#operators(['*', '/', '%'], () => this.#masked());
  }

  #masked(): Operand {
    return this.#operators(['&', 'bitand', 'bitwise_and'], () => this.#operand());
  }

  #operators(texts: readonly string[], part: () => Operand): Operand {
    let left = part();
    while (texts.includes(this.#token.text) && (this.#token.kind === 'sign' || this.#token.kind === 'word')) {
      const text = this.#token.text;
      this.#next++;
      this.#countTest();
      const right = part();
      const operator = text.length > 1 ? '&' : (text as '&' | '+' | '-' | '*' | '/' | '%');
      left = { kind: 'arithmetic', operator, left, right, at: left.at, end: right.end };
    }
    return left;
  }

  #operand(): Operand {
    const { kind, text, at, end } = this.#token;
    switch (kind) {
      case 'string':
        this.#next++;
        return this.#sliced({ kind, text, at, end });
      case 'char':
        this.#next++;
        return { kind, code: text.charCodeAt(0), at, end };
      case 'word':
        this.#next++;
        return this.#sliced(this.#isSign('(') ? this.#call(text, at) : { kind, text, at, end });
      case 'special':
        if (text.startsWith('[') || text.startsWith('#')) return this.#unexpected();
        this.#next++;
        return this.#sliced({ kind, text, at, end });
      case 'sign':
        if (text !== '{') return this.#unexpected();
        this.#next++;
        return this.#braced();
      case 'end':
        return this.#unexpected();
      default:
        return kind satisfies never;
    }
  }

  /** `{a + b}`: braces hold sums together. */
  #braced(): Operand {
    return this.#deeper(() => {
      const operand = this.#sum();
      this.#expect('}');
      return operand;
    });
  }

  #call(name: string, at: number): Operand {
    this.#expect('(');
    return this.#deeper(() => {
      const operands: Operand[] = [];
      if (!this.#isSign(')')) {
        do operands.push(this.#sum());
        while (this.#takeSign(','));
      }
      const end = this.#token.end;
      this.#expect(')');
      return { kind: 'call', name, operands, at, end };
    });
  }

  /** With what may follow it without a blank in sight: `#1`, `[0:4]`. */
  #sliced(operand: Operand): Operand {
    let whole = operand;
    while (this.#token.kind === 'special' && /^[[#]/.test(this.#token.text)) {
      const { text, end } = this.#token;
      this.#next++;
      this.#countTest();
      whole = text.startsWith('#')
        ? { kind: 'special', text, at: whole.at, end }
        : { kind: 'slice', operand: whole, ranges: text.slice(1, -1), at: whole.at, end };
    }
    return whole;
  }

  #deeper<T>(work: () => T): T {
    if (++this.#depth > depthMax)
      throw new Unexpected({
        message: `Parentheses go at most ${depthMax} deep.`,
        at: this.#token.at,
        end: this.#token.end,
      });
    const result = work();
    this.#depth--;
    return result;
  }

  #counted(test: FilterTest): FilterTest {
    this.#countTest();
    return test;
  }

  #countTest(): void {
    if (++this.#tests > testsMax)
      throw new Unexpected({
        message: `A display filter has at most ${testsMax} parts.`,
        at: this.#token.at,
        end: this.#token.end,
      });
  }

  #take(sign: string, word: string): boolean {
    return this.#takeSign(sign) || this.#takeWord(word);
  }

  #takeSign(text: string): boolean {
    if (!this.#isSign(text)) return false;
    this.#next++;
    return true;
  }

  #takeWord(text: string): boolean {
    if (!this.#isWord(text)) return false;
    this.#next++;
    return true;
  }

  #isSign(text: string): boolean {
    return this.#token.kind === 'sign' && this.#token.text === text;
  }

  #isWord(text: string): boolean {
    return this.#token.kind === 'word' && this.#token.text === text;
  }

  #expect(sign: string): void {
    if (!this.#takeSign(sign)) this.#unexpected(sign);
  }

  #unexpected(instead?: string): never {
    const { kind, text, at, end } = this.#token;
    const wanted = instead === undefined ? '' : `; “${instead}” is missing`;
    const message =
      kind === 'end' ? `The filter ends too early${wanted}.` : `“${text}” is not expected here${wanted}.`;
    throw new Unexpected({ message, at, end });
  }
}
