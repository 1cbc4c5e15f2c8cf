import { joinNodes } from './build-node.ts';
import type { FilterSegment, FilterToken } from './filter-lexer.ts';
import { headerNameMax } from './filter-limits.ts';
import { isProblem, problemAt, type FilterProblem } from './filter-problem.ts';
import {
  filterWordNamed,
  filterWords,
  headerFieldNamed,
  type FilterWord,
  type StateWord,
} from './filter-words.ts';
import { nearestName } from './nearest-name.ts';
import type { FilterNode, HeaderTerm, TextField } from './node.ts';
import type { FilterClock } from './parse-moment.ts';
import { listed, parseNumberTerm, shown } from './parse-number.ts';
import { itemText, parseTextMatch, type ValueItem } from './parse-text.ts';

export type WordToken = FilterToken & { readonly kind: 'word' };

/** What a word of a filter means: free text, or a field and its value. A comma list is a disjunction. */
export function parseTerm(word: WordToken, clock: FilterClock): FilterNode | FilterProblem {
  const unclosed = word.segments.find(({ closed }) => !closed);
  if (unclosed !== undefined) {
    return problemAt(unclosed, 'This quote is not closed. Write " where the text ends.');
  }
  const split = splitField(word);
  if (split === null) return parseBareWord(word);
  const { name, nameTo, items } = split;
  const nameRange = { from: word.from, to: nameTo };
  const parseItem = itemParser(name, nameRange, clock);
  if (parseItem === null) {
    return looksLikeAddress(name, word) ? freeText(word) : problemAt(nameRange, unknownField(name));
  }
  if (isProblem(parseItem)) return parseItem;
  const nodes: FilterNode[] = [];
  for (const item of items) {
    const missing = itemText(item) === '' && item.segments.every(({ how }) => how !== 'quoted');
    if (missing) return missingValue(name, item, word, items.length > 1);
    const node = parseItem(item);
    if (isProblem(node)) return node;
    nodes.push(node);
  }
  const [first, ...rest] = nodes;
  return first === undefined ? freeText(word) : joinNodes('or', [first, ...rest]);
}

type ItemParser = (item: ValueItem) => FilterNode | FilterProblem;

/** How the values of the field of that name are read; null if there is no such field. */
function itemParser(
  name: string,
  nameRange: { readonly from: number; readonly to: number },
  clock: FilterClock,
): ItemParser | FilterProblem | null {
  const header = headerFieldNamed(name);
  if (header !== null) {
    const problem = headerNameProblem(header.name);
    if (problem !== null) return problemAt(nameRange, problem);
    return (item) => {
      const match = parseTextMatch(item, 'header');
      return isProblem(match) ? match : { kind: 'header', ...header, match };
    };
  }
  const word = filterWordNamed(name);
  if (word === null) return null;
  const { takes } = word;
  switch (takes.kind) {
    case 'text':
      return (item) => parseTextItem(item, takes.field);
    case 'body':
      return (item) => {
        const match = parseTextMatch(item, 'body');
        return isProblem(match) ? match : { kind: 'body', side: takes.side, match };
      };
    case 'number':
      return (item) => {
        const node = parseNumberTerm(itemText(item), { ...word, takes }, clock);
        return typeof node === 'string' ? problemAt(item, node) : node;
      };
    case 'states':
      return (item) => parseStateItem(item, word, takes.states);
    case 'header':
      return problemAt(nameRange, `Write the header's name after a dot, such as ${word.examples[0]}.`);
    default:
      return takes satisfies never;
  }
}

function parseTextItem(item: ValueItem, field: TextField): FilterNode | FilterProblem {
  const match = parseTextMatch(item, field);
  return isProblem(match) ? match : { kind: 'text', field, match };
}

function parseStateItem(
  item: ValueItem,
  word: FilterWord,
  states: readonly StateWord[],
): FilterNode | FilterProblem {
  const text = itemText(item).toLowerCase();
  const header = word.name === 'has' ? headerTerm(item) : null;
  if (header !== null) return header;
  const found = states.find(({ name, aliases }) => name === text || aliases.includes(text));
  const [first, ...rest] = (found?.states ?? []).map((state) => ({ kind: 'state', state }) as const);
  if (first !== undefined) return joinNodes('or', [first, ...rest]);
  return problemAt(item, unknownState(text, word, states));
}

function unknownState(text: string, word: FilterWord, states: readonly StateWord[]): string {
  const elsewhere = filterWords.find(
    ({ takes }) => takes.kind === 'states' && takes.states.some(({ name }) => name === text),
  );
  const names = states.map(({ name }) => name);
  const near = nearestName(text, names);
  const hint =
    elsewhere !== undefined
      ? `Write ${elsewhere.name}:${text}.`
      : near !== null
        ? `Did you mean ${word.name}:${near}?`
        : `It takes ${listed(names)}.`;
  return `${word.name}: does not know “${shown(text)}”. ${hint}`;
}

/** `header.NAME` that stands alone, or behind `has:`. */
function headerTerm(item: ValueItem): HeaderTerm | FilterProblem | null {
  const [only, second] = item.segments;
  if (only?.how !== 'plain' || second !== undefined) return null;
  const header = headerFieldNamed(only.text);
  if (header === null) return null;
  const problem = headerNameProblem(header.name);
  return problem === null ? { kind: 'header', ...header, match: null } : problemAt(item, problem);
}

/** A field name is a token (RFC 9110, section 5.6.2). */
function headerNameProblem(name: string): string | null {
  if (name === '') return 'Write the header’s name after the dot, such as header.content-type:json.';
  if (name.length > headerNameMax)
    return `A header’s name has at most ${headerNameMax} characters. Shorten it.`;
  if (/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) return null;
  return `No header is called “${shown(name)}”: a name has letters, digits and hyphens.`;
}

function parseBareWord(word: WordToken): FilterNode | FilterProblem {
  const [only, second] = word.segments;
  if (only?.how === 'plain' && second === undefined) {
    const id = /^#(\d{1,15})$/.exec(only.text)?.[1];
    if (id !== undefined) {
      const at = Number(id);
      return { kind: 'number', field: 'id', min: at, max: at, minOpen: false, maxOpen: false };
    }
    const header = headerTerm(word);
    if (header !== null) return header;
  }
  return freeText(word);
}

/** Contained in any text. A `*` outside quotes stands for any run of characters there, a pattern in slashes is one. */
function freeText(word: WordToken): FilterNode | FilterProblem {
  const literal = { how: 'contains', text: itemText(word) } as const;
  const [only, second] = word.segments;
  if (only?.how === 'regex' && second === undefined) return parseTextItem(word, 'any');
  const isWildcard = word.segments.some(({ how, text }) => how === 'plain' && text.includes('*'));
  if (!isWildcard) return { kind: 'text', field: 'any', match: literal };
  return {
    kind: 'text',
    field: 'any',
    match: { how: 'wildcard', text: `*${literal.text}*`.replace(/\*+/g, '*') },
  };
}

interface FieldSplit {
  readonly name: string;
  /** Where the name and its colon end. */
  readonly nameTo: number;
  readonly items: readonly ValueItem[];
}

/** `name:value`, or `name>value` of a number field. Null for a word without a field. */
export function splitField(word: WordToken): FieldSplit | null {
  const [first, ...rest] = word.segments;
  if (first?.how !== 'plain') return null;
  const colon = first.text.indexOf(':');
  const nameLength = colon >= 0 ? colon : comparedNameLength(first.text);
  if (nameLength <= 0) return null;
  const name = first.text.slice(0, nameLength);
  const valueAt = nameLength + (colon >= 0 ? 1 : 0);
  const nameTo = first.from + valueAt;
  const value: FilterSegment = { ...first, text: first.text.slice(valueAt), from: nameTo };
  return { name, nameTo, items: splitList([value, ...rest], nameTo, word.to) };
}

function comparedNameLength(text: string): number {
  const at = text.search(/[<>≤≥]/);
  return at > 0 && filterWordNamed(text.slice(0, at))?.takes.kind === 'number' ? at : -1;
}

/** Cuts at the commas outside quotes and patterns. */
function splitList(segments: readonly FilterSegment[], from: number, to: number): ValueItem[] {
  const items: ValueItem[] = [];
  let current: FilterSegment[] = [];
  let itemFrom = from;
  const end = (at: number) => {
    items.push({
      segments: current.filter(({ how, text }) => how !== 'plain' || text !== ''),
      from: itemFrom,
      to: at,
    });
    current = [];
    itemFrom = at + 1;
  };
  for (const segment of segments) {
    if (segment.how !== 'plain') {
      current.push(segment);
      continue;
    }
    let at = segment.from;
    for (const [index, text] of segment.text.split(',').entries()) {
      if (index > 0) end(at++);
      current.push({ ...segment, text, from: at, to: at + text.length });
      at += text.length;
    }
  }
  end(to);
  return items;
}

function missingValue(name: string, item: ValueItem, word: WordToken, isList: boolean): FilterProblem {
  const example = headerFieldNamed(name) === null ? filterWordNamed(name)?.examples[0] : `${name}:json`;
  const range = item.to > item.from ? item : word;
  return problemAt(
    range,
    isList
      ? 'A value is missing beside this comma. Write one, or take the comma away.'
      : `Write what to look for after ${name}: such as ${example ?? name}.`,
  );
}

/** A URL, an address with a port, a time: what a person pastes and means as text. */
function looksLikeAddress(name: string, word: WordToken): boolean {
  const text = itemText(word);
  if (!/^[a-z][\w.-]*$/i.test(name) || text.startsWith('://', name.length)) return true;
  if (!/^:\d{1,5}(?:[/?#].*)?$/s.test(text.slice(name.length))) return false;
  return /[.\d-]/.test(name) || name.toLowerCase() === 'localhost' || nearestField(name) === null;
}

function unknownField(name: string): string {
  const near = nearestField(name);
  const hint = near === null ? '' : ` Did you mean ${near}:?`;
  return `There is no field “${shown(name)}”.${hint} To look for the text itself, put it in quotes.`;
}

function nearestField(name: string): string | null {
  const names = filterWords.flatMap((word) => [word.name, ...word.aliases]);
  return nearestName(name, names);
}
