import type { Comparison, Operand } from './ast.ts';
import type { FieldInfo } from './fields.ts';
import { flagOf, ipv4Of, ipv6Of, macOf, numberOf, timeOf } from './literals.ts';
import type { PacketFields } from './packet-fields.ts';

/** A test of one value of a field; made once for a filter, called for every packet. */
export type ValueTest = (fields: PacketFields, index: number) => boolean;

/** Compares a field with a value that is written; null where the index cannot, or the value is none of its kind. */
export function compareTest(
  { id, kind, max }: FieldInfo,
  comparison: Comparison,
  value: Operand,
): ValueTest | null {
  switch (kind) {
    case 'number': {
      const number = numberOf(value);
      return number === null || number > max ? null : numberTest(id, comparison, number);
    }
    case 'flag': {
      const flag = flagOf(value);
      return flag === null ? null : numberTest(id, comparison, flag);
    }
    case 'mac': {
      const mac = macOf(value);
      return mac === null ? null : numberTest(id, comparison, mac);
    }
    case 'ipv4':
      return ipv4Test(id, comparison, value);
    case 'ipv6':
      return ipv6Test(id, comparison, value);
    case 'time': {
      const time = timeOf(value);
      return time === null ? null : timeTest(id, comparison, time.seconds, time.nanos);
    }
    case 'text':
      return textTest(id, comparison, value);
    case 'presence':
      return null;
    default:
      return kind satisfies never;
  }
}

/** Compares a number, masked or not, with a number. */
export function numberTest(
  id: number,
  comparison: Comparison,
  value: number,
  mask: number | null = null,
): ValueTest {
  if (mask !== null) return maskedTest(id, comparison, value, mask);
  switch (comparison) {
    case '==':
    case '===':
      return (fields, index) => fields.number(id, index) === value;
    case '!=':
    case '!==':
      return (fields, index) => fields.number(id, index) !== value;
    case '<':
      return (fields, index) => fields.number(id, index) < value;
    case '<=':
      return (fields, index) => fields.number(id, index) <= value;
    case '>':
      return (fields, index) => fields.number(id, index) > value;
    case '>=':
      return (fields, index) => fields.number(id, index) >= value;
    default:
      return comparison satisfies never;
  }
}

function maskedTest(id: number, comparison: Comparison, value: number, mask: number): ValueTest {
  return (fields, index) => isOrder(comparison, Math.sign(((fields.number(id, index) & mask) >>> 0) - value));
}

/** Whether `order` (−1, 0, 1: left before, same as, behind right) is what the comparison asks for. */
export function isOrder(comparison: Comparison, order: number): boolean {
  switch (comparison) {
    case '==':
    case '===':
      return order === 0;
    case '!=':
    case '!==':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return comparison satisfies never;
  }
}

/** A network, such as 10.0.0.0/8, is the same as every address in it, and comes before or behind the others. */
function ipv4Test(id: number, comparison: Comparison, value: Operand): ValueTest | null {
  const parsed = ipv4Of(value);
  if (parsed === null) return null;
  if (parsed.bits === 32) return numberTest(id, comparison, parsed.address);
  const size = 2 ** (32 - parsed.bits);
  const wanted = Math.floor(parsed.address / size);
  return (fields, index) =>
    isOrder(comparison, Math.sign(Math.floor(fields.number(id, index) / size) - wanted));
}

function ipv6Test(id: number, comparison: Comparison, value: Operand): ValueTest | null {
  const parsed = ipv6Of(value);
  if (parsed === null) return null;
  const { words, bits } = parsed;
  const masks = Uint32Array.from({ length: 4 }, (_, word) => maskOf(bits - 32 * word));
  for (let word = 0; word < 4; word++) words[word] = (words[word] ?? 0) & (masks[word] ?? 0);
  return (fields, index) => isOrder(comparison, orderOfWords(fields, id, index, words, masks));
}

function maskOf(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? 0xffff_ffff : ~(0xffff_ffff >>> bits) >>> 0;
}

function orderOfWords(
  fields: PacketFields,
  id: number,
  index: number,
  words: Uint32Array,
  masks: Uint32Array,
): number {
  for (let word = 0; word < 4; word++) {
    const value = (fields.word(id, index, word) & (masks[word] ?? 0)) >>> 0;
    const wanted = words[word] ?? 0;
    if (value !== wanted) return value < wanted ? -1 : 1;
  }
  return 0;
}

function timeTest(id: number, comparison: Comparison, seconds: number, nanos: number): ValueTest {
  return (fields, index) => {
    const difference = fields.number(id, index) - seconds;
    return isOrder(comparison, Math.sign(difference === 0 ? fields.nanos(id) - nanos : difference));
  };
}

function textTest(id: number, comparison: Comparison, value: Operand): ValueTest | null {
  if (value.kind !== 'string') return null;
  const { text } = value;
  return (fields) => {
    const shown = fields.text(id);
    return isOrder(comparison, shown === text ? 0 : shown < text ? -1 : 1);
  };
}
