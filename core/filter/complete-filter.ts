import { filterTokens } from './filter-lexer.ts';
import { grpcStatusValues, headerNames, methodNames, schemeNames, statusValues } from './filter-values.ts';
import { tiers, ways } from '../model/exchange-record.ts';
import { filterWordNamed, filterWords, headerFieldNamed, type FilterWord } from './filter-words.ts';
import { quoteFilterValue } from './format-filter.ts';
import { unitsOf } from './parse-quantity.ts';
import { splitField, type WordToken } from './parse-term.ts';

export interface FilterCompletion {
  readonly label: string;
  /** What it means, in a few words. */
  readonly detail: string;
  /** What replaces the text from `from` to `to`. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Values that the window has met: of a text field by its name, of `header.NAME` by that, of header names by `header`,
 * and of one side by `request.header` and `response.header`.
 * Asked for only when one of them can be completed.
 */
export type KnownValues = (field: string) => readonly string[];

const completionsMax = 12;
/** Of a field's known values this many are looked at: a session can have very many. */
const knownValuesMax = 5000;
/** Fields whose known values are offered before the field is named. */
const guessedFields = ['host', 'type', 'app'];

/** What can stand at the caret, those that begin with what is typed before those that contain it; at most 12. */
export function completeFilter(text: string, caret: number, values: KnownValues): FilterCompletion[] {
  const word = wordAt(text, caret);
  if (word === null) return ranked(fieldOffers(), '', { from: caret, to: caret });
  const split = splitField(word);
  if (split === null || caret < split.nameTo) {
    const typed = text.slice(word.from, caret);
    const to = split === null ? word.to : split.nameTo;
    const header = headerFieldNamed(typed);
    const offers = header === null ? anyOffers(typed, values) : headerOffers(typed, header.name, values);
    return ranked(offers, typed, { from: word.from, to });
  }
  const item = split.items.find(({ from, to }) => caret >= from && caret <= to);
  if (item === undefined) return [];
  const typed = text.slice(item.from, caret);
  return ranked(valueOffers(split.name, typed, values), typed.replace(/^=?"?/, ''), item);
}

/** What completion could offer; `insert` is the whole word or item. */
interface Offer {
  /** What the typed text must begin, or be part of. */
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly insert: string;
}

function ranked(
  offers: Iterable<Offer>,
  typed: string,
  { from, to }: { readonly from: number; readonly to: number },
): FilterCompletion[] {
  const wanted = typed.toLowerCase();
  const begin: Offer[] = [];
  const contain: Offer[] = [];
  for (const offer of offers) {
    const at = offer.key.toLowerCase().indexOf(wanted);
    if (at === 0) begin.push(offer);
    else if (at > 0 && contain.length < completionsMax) contain.push(offer);
    if (begin.length >= completionsMax) break;
  }
  return [...begin, ...contain]
    .slice(0, completionsMax)
    .map(({ label, detail, insert }) => ({ label, detail, insert, from, to }));
}

/** The word that the caret is in or behind; `and`, `or` and `not` may become one. */
function wordAt(text: string, caret: number): WordToken | null {
  const token = filterTokens(text).find(({ from, to }) => caret > from && caret <= to);
  if (token === undefined) return null;
  if (token.kind === 'word') return token;
  const { from, to } = token;
  const written = text.slice(from, to);
  return /^[a-z]/i.test(written)
    ? { kind: 'word', from, to, segments: [{ how: 'plain', text: written, from, to, closed: true }] }
    : null;
}

function fieldOffers(): Offer[] {
  return filterWords.map((word) => fieldOffer(word, word.name));
}

function fieldOffer(word: FilterWord, key: string): Offer {
  const insert = `${word.name}${word.takes.kind === 'header' ? '.' : ':'}`;
  return { key, label: insert, detail: `${word.examples[0]} · ${word.meaning}`, insert };
}

/** Fields, and the terms that a word without a field may have meant. */
function* anyOffers(typed: string, values: KnownValues): Iterable<Offer> {
  yield* fieldOffers();
  for (const word of filterWords) {
    const alias = word.aliases.find((one) => one.startsWith(typed.toLowerCase()));
    if (alias !== undefined && !word.name.includes(typed.toLowerCase())) yield fieldOffer(word, alias);
  }
  if (typed.length < 2) return;
  if (/^[1-5]\d\d$/.test(typed)) {
    const detail =
      statusValues.find(({ value }) => value === typed)?.detail ?? 'The status code of the response';
    yield termOffer('status', { key: typed, detail, value: typed });
  }
  for (const method of methodNames) {
    yield termOffer('method', { key: method, detail: 'The request method', value: method });
  }
  for (const { name, takes } of filterWords) {
    if (takes.kind !== 'states') continue;
    for (const state of takes.states) {
      yield termOffer(name, { key: state.name, detail: state.meaning, value: state.name });
    }
  }
  for (const field of guessedFields) {
    for (const value of values(field).slice(0, knownValuesMax)) {
      yield termOffer(field, { key: value, detail: 'In this session', value: quoteFilterValue(value) });
    }
  }
}

interface OfferedValue {
  readonly key: string;
  readonly detail: string;
  readonly value: string;
}

function termOffer(field: string, { key, detail, value }: OfferedValue): Offer {
  const insert = `${field}:${value}`;
  return { key, label: insert, detail, insert };
}

function valueOffers(name: string, typed: string, values: KnownValues): Offer[] {
  const equals = typed.startsWith('=') ? '=' : '';
  const known = (given: readonly string[], detail: string): Offer[] =>
    given.slice(0, knownValuesMax).map((value) => {
      return { key: value, label: value, detail, insert: equals + quoteFilterValue(value) };
    });
  const header = headerFieldNamed(name);
  if (header !== null) return known(values(`header.${header.name}`), 'In this session');
  const word = filterWordNamed(name);
  if (word === null) return [];
  const { takes } = word;
  switch (takes.kind) {
    case 'number':
      return numberOffers(word, typed);
    case 'states': {
      const states = takes.states.map((state) => {
        return { key: state.name, label: state.name, detail: state.meaning, insert: state.name };
      });
      return word.name === 'has' ? [...states, ...headerOffers('header.', '', values)] : states;
    }
    case 'text': {
      const first = knownFirst[word.name] ?? [];
      const met = values(word.name).filter((value) => !first.includes(value));
      return [...known(first, ''), ...known(met, 'In this session')];
    }
    case 'body':
    case 'header':
      return [];
    default:
      return takes satisfies never;
  }
}

/** Values of text fields that are known before anything was recorded. */
const knownFirst: Readonly<Record<string, readonly string[]>> = {
  method: methodNames,
  scheme: schemeNames,
  way: ways,
  tier: tiers,
};

/** Units behind a number that has none, else the field's own examples. */
function numberOffers(word: FilterWord & { readonly takes: object }, typed: string): Offer[] {
  const unit = word.takes.kind === 'number' ? word.takes.unit : 'plain';
  const offer = (value: string, detail: string): Offer => ({
    key: value,
    label: value,
    detail,
    insert: value,
  });
  if (unit === 'grpc-status') return grpcStatusValues.map(({ value, detail }) => offer(value, detail));
  if (unit === 'status') return statusValues.map(({ value, detail }) => offer(value, detail));
  if (/\d$/.test(typed) && !/[:T]/.test(typed)) {
    return unitsOf(unit).map((name) => offer(typed + name, unitNames[name] ?? ''));
  }
  return word.examples
    .filter((example) => example.startsWith(`${word.name}:`))
    .map((example) => offer(example.slice(word.name.length + 1), 'For example'));
}

const unitNames: Readonly<Record<string, string>> = {
  us: 'Microseconds',
  ms: 'Milliseconds',
  s: 'Seconds',
  m: 'Minutes',
  h: 'Hours',
  B: 'Bytes',
  k: 'Thousand bytes',
  M: 'Million bytes',
  G: 'Thousand million bytes',
  KiB: '1,024 bytes',
  MiB: '1,048,576 bytes',
};

/** Header names behind `header.` or a longer spelling of it, in front of `typedName`; first those that were met. */
function headerOffers(typed: string, typedName: string, values: KnownValues): Offer[] {
  const prefix = typed.slice(0, typed.length - typedName.length).toLowerCase();
  const met = new Set(values(fieldOfHeaders(prefix)).map((name) => name.toLowerCase()));
  return [...new Set([...met, ...headerNames])].slice(0, knownValuesMax).map((name) => {
    const insert = prefix + name;
    const detail = met.has(name) ? 'A header in this session' : 'A header';
    return { key: insert, label: insert, detail, insert };
  });
}

function fieldOfHeaders(prefix: string): string {
  const side = headerFieldNamed(prefix)?.side ?? 'either';
  return side === 'either' ? 'header' : `${side}.header`;
}
