import type { BodySide, ExchangeRecord } from '../../core/model/exchange-record.ts';
import {
  exchangeNumber,
  exchangeTexts,
  hasState,
  type ExchangeLegs,
  type ExchangeMarks,
} from './exchange-values.ts';
import { compileNumberTerm } from '../../core/filter/match-number.ts';
import { compileTextMatch, type TextTest } from '../../core/filter/match-text.ts';
import type { BodyTerm, FilterNode, HeaderTerm, TextTerm } from '../../core/filter/node.ts';

/** One exchange as a filter asks about it: each part is read only when a term needs it. */
export interface ExchangeFacts {
  readonly exchange: () => ExchangeRecord;
  readonly marks: () => ExchangeMarks;
  /** The program that sent it, null where unknown. */
  readonly app: () => string | null;
  /** Left out: nothing is known of its connections. */
  readonly legs?: () => ExchangeLegs;
  /** The values of that field, name in lower case, one for each line; empty if the head does not have it. */
  readonly headerValues: (side: BodySide, name: string) => readonly string[];
  /** The decoded body, null where there is none or it is no text. */
  readonly bodyText: (side: BodySide) => string | null;
}

/**
 * Whether an exchange matches, row by row: the meaning of the filter language, which faster evaluators must agree with.
 * For many exchanges use `compileFilter`.
 */
export function matchesExchange(node: FilterNode | null, facts: ExchangeFacts): boolean {
  return compileFilter(node)(facts);
}

/** A test for many exchanges; null matches every one. */
export function compileFilter(node: FilterNode | null): (facts: ExchangeFacts) => boolean {
  if (node === null) return () => true;
  switch (node.kind) {
    case 'and': {
      const tests = node.nodes.map(compileFilter);
      return (facts) => tests.every((test) => test(facts));
    }
    case 'or': {
      const tests = node.nodes.map(compileFilter);
      return (facts) => tests.some((test) => test(facts));
    }
    case 'not': {
      const test = compileFilter(node.node);
      return (facts) => !test(facts);
    }
    case 'text':
      return textTermTest(node);
    case 'number': {
      const test = compileNumberTerm(node);
      return (facts) => test(exchangeNumber(node.field, facts.exchange()));
    }
    case 'state':
      return (facts) => hasState(node.state, facts.exchange(), facts.marks());
    case 'header':
      return headerTermTest(node);
    case 'body':
      return bodyTermTest(node);
    default:
      return node satisfies never;
  }
}

function textTermTest({ field, match }: TextTerm): (facts: ExchangeFacts) => boolean {
  const test = compileTextMatch(match);
  return (facts) => {
    const comment = field === 'any' || field === 'comment' ? facts.marks().comment : null;
    const app = field === 'any' || field === 'app' ? facts.app() : null;
    return exchangeTexts(field, match, facts.exchange(), comment, app, facts.legs?.()).some(test);
  };
}

function headerTermTest({ side, name, match }: HeaderTerm): (facts: ExchangeFacts) => boolean {
  const test: TextTest = match === null ? () => true : compileTextMatch(match);
  return (facts) => sidesOf(side).some((one) => facts.headerValues(one, name).some(test));
}

function bodyTermTest({ side, match }: BodyTerm): (facts: ExchangeFacts) => boolean {
  const test = compileTextMatch(match);
  return (facts) => sidesOf(side).some((one) => test(facts.bodyText(one)));
}

function sidesOf(side: BodySide | 'either'): readonly BodySide[] {
  return side === 'either' ? ['request', 'response'] : [side];
}
