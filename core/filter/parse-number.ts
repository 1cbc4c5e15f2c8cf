import { grpcStatusCodes, grpcStatusName } from '../decoders/grpc-call.ts';
import type { FilterWord, NumberUnit } from './filter-words.ts';
import type { NumberTerm } from './node.ts';
import { parseMoment, type FilterClock } from './parse-moment.ts';
import { parseAgeUs, parseQuantity } from './parse-quantity.ts';

type Bounds = Omit<NumberTerm, 'kind' | 'field'>;

/** A number as it was written. */
interface Point {
  /** What `<` and `>` compare with: both the number itself, or the ends of a family such as 4xx. */
  readonly low: number;
  readonly high: number;
  /** What it means without an operator; `to` null is open. */
  readonly from: number;
  readonly to: number | null;
  /** A time that long ago: the greater it is written, the earlier it is. */
  readonly isAge: boolean;
}

/** One item of a number field's value, or one sentence about what is wrong with it. */
export function parseNumberTerm(
  text: string,
  word: FilterWord & { readonly takes: { readonly kind: 'number' } },
  clock: FilterClock,
): NumberTerm | string {
  const { field, unit } = word.takes;
  const bounds = parseBounds(text, unit, clock);
  if (bounds === null)
    return `${word.name}: does not understand “${shown(text)}”. Write it like ${listed(word.examples)}.`;
  if (bounds.min !== null && bounds.max !== null && bounds.min > bounds.max) {
    return unit === 'moment'
      ? 'This range ends before it begins. Write the earlier time first.'
      : 'This range ends before it begins. Write the smaller number first.';
  }
  const { min, max, minOpen, maxOpen } = bounds;
  return { kind: 'number', field, min, max, minOpen, maxOpen };
}

export function listed(examples: readonly string[]): string {
  const last = examples.at(-1) ?? '';
  return examples.length < 2 ? last : `${examples.slice(0, -1).join(', ')} or ${last}`;
}

export function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function parseBounds(text: string, unit: NumberUnit, clock: FilterClock): Bounds | null {
  if (text === '*') return { min: null, max: null, minOpen: false, maxOpen: false };
  const dots = text.indexOf('..');
  const dash = dots >= 0 || unit === 'moment' ? -1 : text.indexOf('-', 1);
  if (dots >= 0) return parseRange(text.slice(0, dots), text.slice(dots + 2), unit, clock);
  if (dash >= 0) return parseRange(text.slice(0, dash), text.slice(dash + 1), unit, clock);
  const { operator, rest } = operatorOf(text);
  const point = parsePoint(rest, unit, clock);
  return point === null ? null : boundsOf(operator, point);
}

/** Each end is its number as written, not what it rounds; a `>` before the first or a `<` before the second leaves it out. */
function parseRange(first: string, second: string, unit: NumberUnit, clock: FilterClock): Bounds | null {
  const lower = operatorOf(first);
  const upper = operatorOf(second);
  const low = parsePoint(lower.rest, unit, clock);
  const high = parsePoint(upper.rest, unit, clock);
  if (low === null || high === null) return null;
  if (!['', '>', '>='].includes(lower.operator) || !['', '<', '<='].includes(upper.operator)) return null;
  return {
    min: lower.operator === '>' ? low.high : low.low,
    max: upper.operator === '<' ? high.low : high.high,
    minOpen: lower.operator === '>',
    maxOpen: upper.operator === '<',
  };
}

function boundsOf(operator: string, point: Point): Bounds {
  const closed = { min: null, max: null, minOpen: false, maxOpen: false };
  switch (point.isAge ? flipped(operator) : operator) {
    case '>':
      return { ...closed, min: point.high, minOpen: true };
    case '>=':
      return { ...closed, min: point.low };
    case '<':
      return { ...closed, max: point.low, maxOpen: true };
    case '<=':
      return { ...closed, max: point.high };
    default:
      return { ...closed, min: point.from, max: point.to };
  }
}

function flipped(operator: string): string {
  return operator.replace(/[<>]/, (sign) => (sign === '<' ? '>' : '<'));
}

function operatorOf(text: string): { readonly operator: string; readonly rest: string } {
  const written = /^(?:>=|<=|>|<|=|≥|≤)/.exec(text)?.[0] ?? '';
  return { operator: written.replace('≥', '>=').replace('≤', '<='), rest: text.slice(written.length) };
}

function parsePoint(text: string, unit: NumberUnit, clock: FilterClock): Point | null {
  if (unit === 'moment') return momentPoint(text, clock);
  if (unit === 'status') return familyPoint(text) ?? quantityPoint(text, 'plain');
  if (unit === 'grpc-status') return statusNamed(text) ?? quantityPoint(text, 'plain');
  return quantityPoint(text, unit);
}

function statusNamed(text: string): Point | null {
  const code = grpcStatusCodes.find(
    (each) => grpcStatusName(each) === text.toUpperCase().replace(/[ -]/g, '_'),
  );
  if (code === undefined) return null;
  return { low: code, high: code, from: code, to: code, isAge: false };
}

/** `time:812ms` means what is shown as 812 ms; bytes, µs and plain numbers are exact. */
function quantityPoint(text: string, unit: 'plain' | 'bytes' | 'time'): Point | null {
  const quantity = parseQuantity(text, unit);
  if (quantity === null) return null;
  const { value, half } = quantity;
  const isExact = half <= 0.5;
  const from = isExact ? value : Math.max(0, Math.ceil(value - half));
  const to = isExact ? value : Math.ceil(value + half) - 1;
  return { low: value, high: value, from, to, isAge: false };
}

/** `4xx`, `40x`; also `4` and `40`, since no status has less than three digits: `005` is how 5 itself is written. */
function familyPoint(text: string): Point | null {
  const digits = /^(\d{1,2})x{0,2}$/i.exec(text)?.[1];
  if (digits === undefined || text.length > 3 || (text.length === 2 && /x/i.test(text))) return null;
  const size = 10 ** (3 - digits.length);
  const low = Number(digits) * size;
  return { low, high: low + size - 1, from: low, to: low + size - 1, isAge: false };
}

function momentPoint(text: string, clock: FilterClock): Point | null {
  const ageUs = parseAgeUs(text);
  if (ageUs !== null) {
    const atUs = Math.max(0, clock.nowUs - ageUs);
    return { low: atUs, high: atUs, from: atUs, to: null, isAge: true };
  }
  const moment = parseMoment(text, clock);
  if (moment === null) return null;
  const { fromUs, toUs } = moment;
  return { low: fromUs, high: fromUs, from: fromUs, to: Math.max(fromUs, toUs - 1), isAge: false };
}
