import type { Comparison, FilterLeaf, Operand, Quantifier } from './ast.ts';
import { indexField, type FieldInfo, type FieldKind } from './fields.ts';
import { numberOf } from './literals.ts';
import type { PacketFields } from './packet-fields.ts';
import { compareTest, isOrder, numberTest, type ValueTest } from './value-tests.ts';

export type PacketTest = (fields: PacketFields) => boolean;

/** What the index can be asked. */
export interface IndexAbilities {
  /** Whether it can answer for this field; for leaving some to Wireshark's engine. */
  readonly has: (field: string) => boolean;
}

/** The same comparison with its sides exchanged. */
const turned: Readonly<Record<Comparison, Comparison>> = {
  ...{ '==': '==', '!=': '!=', '===': '===', '!==': '!==' },
  ...{ '<': '>', '<=': '>=', '>': '<', '>=': '<=' },
};

/** Values that are single numbers and may be compared with each other. */
const numeric: readonly FieldKind[] = ['number', 'flag', 'ipv4', 'mac'];

/** A test without others in it as one function; null when it asks for what the index does not have. */
export function compileLeaf(test: FilterLeaf, abilities: IndexAbilities): PacketTest | null {
  switch (test.kind) {
    case 'exists':
      return compileExists(test.operand, abilities);
    case 'compare':
      return compileComparison(test.comparison, test.quantifier, test.left, test.right, abilities);
    case 'in':
      return compileSet(test.quantifier ?? 'any', true, test.operand, test.set, abilities);
    case 'not in':
      return compileSet(test.quantifier ?? 'all', false, test.operand, test.set, abilities);
    case 'contains':
      return compileContains(test.quantifier, test.left, test.right, abilities);
    case 'matches':
      return null;
    default:
      return test satisfies never;
  }
}

function compileExists(operand: Operand, abilities: IndexAbilities): PacketTest | null {
  const field = fieldOf(operand, abilities);
  if (field !== undefined) {
    const { id } = field;
    return (fields) => fields.count(id) > 0;
  }
  const masked = maskedOf(operand, abilities);
  return masked === null
    ? null
    : quantified(masked.field.id, 'any', numberTest(masked.field.id, '!=', 0, masked.mask));
}

/** Without a word before it, `!=` and `===` speak of all values, everything else of any; a packet without the field never passes. */
function compileComparison(
  comparison: Comparison,
  quantifier: Quantifier | null,
  left: Operand,
  right: Operand,
  abilities: IndexAbilities,
): PacketTest | null {
  const which = quantifier ?? (comparison === '!=' || comparison === '===' ? 'all' : 'any');
  const masked = maskedOf(left, abilities);
  if (masked !== null) {
    const value = numberOf(right);
    return value === null
      ? null
      : quantified(masked.field.id, which, numberTest(masked.field.id, comparison, value, masked.mask));
  }
  const field = fieldOf(left, abilities);
  const other = fieldOf(right, abilities);
  if (field === undefined)
    return other === undefined ? null : compileComparison(turned[comparison], which, right, left, abilities);
  if (other !== undefined) return comparePair(field, other, comparison, which);
  const test = compareTest(field, comparison, right);
  return test === null ? null : quantified(field.id, which, test);
}

function comparePair(
  left: FieldInfo,
  right: FieldInfo,
  comparison: Comparison,
  which: Quantifier,
): PacketTest | null {
  if (left.kind !== right.kind || !numeric.includes(left.kind)) return null;
  const [one, other] = [left.id, right.id];
  const isAny = which === 'any';
  return (fields) => {
    const lefts = fields.count(one);
    const rights = fields.count(other);
    for (let i = 0; i < lefts; i++)
      for (let j = 0; j < rights; j++) {
        const order = Math.sign(fields.number(one, i) - fields.number(other, j));
        if (isOrder(comparison, order) === isAny) return isAny;
      }
    return !isAny && lefts > 0 && rights > 0;
  };
}

function compileSet(
  which: Quantifier,
  isInside: boolean,
  operand: Operand,
  set: readonly (readonly [Operand, Operand])[],
  abilities: IndexAbilities,
): PacketTest | null {
  const field = fieldOf(operand, abilities);
  if (field === undefined) return null;
  const tests: ValueTest[] = [];
  for (const [from, to] of set) {
    const low = compareTest(field, from === to ? '==' : '>=', from);
    const high = from === to ? low : compareTest(field, '<=', to);
    if (low === null || high === null) return null;
    tests.push(from === to ? low : (fields, index) => low(fields, index) && high(fields, index));
  }
  return quantified(field.id, which, (fields, index) => {
    for (const test of tests) if (test(fields, index)) return isInside;
    return !isInside;
  });
}

function compileContains(
  quantifier: Quantifier | null,
  left: Operand,
  right: Operand,
  abilities: IndexAbilities,
): PacketTest | null {
  const field = fieldOf(left, abilities);
  if (field?.kind !== 'text' || right.kind !== 'string') return null;
  const { text } = right;
  return quantified(field.id, quantifier ?? 'any', (fields) => fields.text(field.id).includes(text));
}

function quantified(id: number, which: Quantifier, test: ValueTest): PacketTest {
  if (which === 'any')
    return (fields) => {
      const count = fields.count(id);
      for (let index = 0; index < count; index++) if (test(fields, index)) return true;
      return false;
    };
  return (fields) => {
    const count = fields.count(id);
    for (let index = 0; index < count; index++) if (!test(fields, index)) return false;
    return count > 0;
  };
}

function fieldOf(operand: Operand, abilities: IndexAbilities): FieldInfo | undefined {
  return operand.kind === 'word' && abilities.has(operand.text) ? indexField(operand.text) : undefined;
}

/** `tcp.flags & 0x12`. */
function maskedOf(operand: Operand, abilities: IndexAbilities): { field: FieldInfo; mask: number } | null {
  if (operand.kind !== 'arithmetic' || operand.operator !== '&') return null;
  const field = fieldOf(operand.left, abilities);
  const mask = numberOf(operand.right);
  return field?.kind !== 'number' || mask === null || mask > field.max ? null : { field, mask };
}
