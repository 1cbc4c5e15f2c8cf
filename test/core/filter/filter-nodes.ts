import fc from 'fast-check';
import { joinNodes } from '../../../core/filter/build-node.ts';
import { filterWords } from '../../../core/filter/filter-words.ts';
import type { FilterNode, FilterTerm, NumberTerm, TextMatch } from '../../../core/filter/node.ts';
import { regexProblem } from '../../../core/filter/regex-safety.ts';

const takes = filterWords.map((word) => word.takes);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...Array.from(' "\\/*(),:=<>!-#&|iabor.?')), maxLength: 12 }),
  fc.constantFrom(
    'and',
    'OR',
    'not',
    'header.x',
    '/a/',
    '/a b/',
    '#17',
    'https://shop.test/a?b=c',
    '-',
    '!',
    'x:1',
  ),
);
const pattern = text
  .map((raw) => raw.replaceAll('\\/', '/'))
  .filter((raw) => raw !== '' && !/\\[\s/]/.test(raw) && regexProblem(raw) === null);

const match: fc.Arbitrary<TextMatch> = fc.oneof(
  fc.record({ how: fc.constantFrom('contains', 'equals'), text }),
  fc.record({ how: fc.constant('wildcard' as const), text: text.map((raw) => `${raw}*${raw}`) }),
  fc.record({ how: fc.constant('regex' as const), text: pattern }),
);

const value = fc.oneof(
  fc.nat(1000),
  fc.nat(10).map((n) => n * 1_000_000),
  fc.nat({ max: 4_000_000_000_000_000 }),
);
const number: fc.Arbitrary<NumberTerm> = fc
  .record({
    kind: fc.constant('number' as const),
    field: fc.constantFrom(...takes.flatMap((one) => (one.kind === 'number' ? [one.field] : []))),
    min: fc.option(value),
    max: fc.option(value),
    minOpen: fc.boolean(),
    maxOpen: fc.boolean(),
  })
  .map((term) => {
    const isSwapped = term.min !== null && term.max !== null && term.min > term.max;
    const [min, max] = isSwapped ? [term.max, term.min] : [term.min, term.max];
    return {
      ...term,
      min,
      max,
      minOpen: min !== null && term.minOpen,
      maxOpen: max !== null && term.maxOpen,
    };
  });

const side = fc.constantFrom('request', 'response', 'either');
const headerName = fc.string({
  unit: fc.constantFrom(...Array.from("abcxyz0189-_.!#$%'*+^`~")),
  minLength: 1,
  maxLength: 10,
});

const term: fc.Arbitrary<FilterTerm> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    field: fc.constantFrom(...takes.flatMap((one) => (one.kind === 'text' ? [one.field] : []))),
    match,
  }),
  number,
  fc.record({
    kind: fc.constant('state' as const),
    state: fc.constantFrom(
      ...takes.flatMap((one) => (one.kind === 'states' ? one.states.flatMap(({ states }) => states) : [])),
    ),
  }),
  fc.record({ kind: fc.constant('header' as const), side, name: headerName, match: fc.option(match) }),
  fc.record({ kind: fc.constant('body' as const), side, match }),
);

/** Nodes of any shape that the parser can give. */
export const filterNodes: fc.Arbitrary<FilterNode> = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    term,
    fc.record({ kind: fc.constant('not' as const), node: tie('node') }),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        tie('node'),
        fc.array(tie('node'), { maxLength: 3 }),
      )
      .map(([kind, first, rest]) => joinNodes(kind, [first, ...rest])),
  ),
})).node;
