import type { FilterFault, FilterTest } from './ast.ts';
import { compileLeaf, type IndexAbilities, type PacketTest } from './compile.ts';
import { fieldIds } from './fields.ts';
import { isFault, parseDisplayFilter } from './parse.ts';

/** Who runs a display filter. */
export type FilterPlan =
  /** Our own index, at once. */
  | { readonly runsIn: 'index'; readonly matches: PacketTest }
  | WiresharkPlan
  /** It cannot be read. */
  | { readonly runsIn: 'nobody'; readonly fault: FilterFault };

/**
 * Wireshark's engine selects packets by each of `parts`, reading them again; the index then puts the answers together with what it knows itself. So
 * the engine may be given slices of a capture: what depends on where a packet stands in it (its number, its time, its stream) stays in the index.
 */
export interface WiresharkPlan {
  readonly runsIn: 'wireshark';
  readonly parts: readonly string[];
  /** `selected`: what each part selected, in the same order. */
  readonly combine: (selected: readonly { readonly has: (number: number) => boolean }[]) => PacketTest;
  /** Only packets that pass this can pass in the end; null where the index cannot narrow it. */
  readonly candidates: PacketTest | null;
}

/**
 * Protocols spoken on TCP: the index knows which packets carry a part of them, Wireshark which ones end a message. Only where that difference does
 * not matter can the index answer for them.
 */
const streamProtocols = ['http', 'http2', 'websocket', 'tls', 'pgsql', 'mysql', 'mongo', 'resp'];

/** All that the index answers just as Wireshark does. */
const exact: IndexAbilities = { has: (field) => !streamProtocols.includes(field) };

const numberId = fieldIds['frame.number'];

/**
 * Reads a display filter and says who can run it. What the index does not know, be it a field, a function or a value, is left to Wireshark's
 * engine, which also says what is wrong with it.
 */
export function planDisplayFilter(text: string, abilities: IndexAbilities = exact): FilterPlan {
  const parsed = parseDisplayFilter(text);
  if (parsed === null) return { runsIn: 'index', matches: () => true };
  if (isFault(parsed)) return { runsIn: 'nobody', fault: parsed };
  const parts: string[] = [];
  const whole = shareOut(parsed, text, abilities);
  if (whole.by === 'index') return { runsIn: 'index', matches: whole.test };
  const made = join(whole, parts);
  return { runsIn: 'wireshark', parts, combine: made, candidates: narrow(whole) };
}

/** What is wrong, and where, in one sentence. */
export function faultText({ message, at }: FilterFault): string {
  return `${message.replace(/\.$/, '')} (character ${at + 1}).`;
}

/** A filter as parts that one of the two can run whole. */
type Share =
  | { readonly by: 'index'; readonly test: PacketTest }
  | { readonly by: 'wireshark'; readonly text: string }
  | { readonly by: 'both'; readonly kind: 'and' | 'or' | 'xor'; readonly left: Share; readonly right: Share }
  | { readonly by: 'both'; readonly kind: 'not'; readonly inner: Share };

type Selected = readonly { readonly has: (number: number) => boolean }[];

function shareOut(test: FilterTest, text: string, abilities: IndexAbilities): Share {
  switch (test.kind) {
    case 'and':
    case 'or':
    case 'xor':
      return pairOf(test.kind, shareOut(test.left, text, abilities), shareOut(test.right, text, abilities));
    case 'not': {
      const inner = shareOut(test.test, text, abilities);
      if (inner.by === 'wireshark') return { by: 'wireshark', text: `!(${inner.text})` };
      if (inner.by === 'both') return { by: 'both', kind: 'not', inner };
      return { by: 'index', test: (fields) => !inner.test(fields) };
    }
    case 'exists':
    case 'compare':
    case 'contains':
    case 'matches':
    case 'in':
    case 'not in': {
      const compiled = compileLeaf(test, abilities);
      return compiled === null
        ? { by: 'wireshark', text: text.slice(test.at, test.end) }
        : { by: 'index', test: compiled };
    }
    default:
      return test satisfies never;
  }
}

function pairOf(kind: 'and' | 'or' | 'xor', left: Share, right: Share): Share {
  if (left.by === 'index' && right.by === 'index')
    return { by: 'index', test: pairTest(kind, left.test, right.test) };
  if (left.by === 'wireshark' && right.by === 'wireshark')
    return { by: 'wireshark', text: `(${left.text}) ${kind} (${right.text})` };
  return { by: 'both', kind, left, right };
}

function pairTest(kind: 'and' | 'or' | 'xor', left: PacketTest, right: PacketTest): PacketTest {
  switch (kind) {
    case 'and':
      return (fields) => left(fields) && right(fields);
    case 'or':
      return (fields) => left(fields) || right(fields);
    case 'xor':
      return (fields) => left(fields) !== right(fields);
    default:
      return kind satisfies never;
  }
}

/** Notes the parts for Wireshark's engine; what it returns puts their answers together. */
function join(share: Share, parts: string[]): (selected: Selected) => PacketTest {
  if (share.by === 'index') return () => share.test;
  if (share.by === 'wireshark') {
    const known = parts.indexOf(share.text);
    const part = known === -1 ? parts.push(share.text) - 1 : known;
    return (selected) => {
      const numbers = selected[part];
      return (fields) => numbers?.has(fields.number(numberId, 0)) === true;
    };
  }
  if (share.kind === 'not') {
    const inner = join(share.inner, parts);
    return (selected) => {
      const test = inner(selected);
      return (fields) => !test(fields);
    };
  }
  const { kind } = share;
  const left = join(share.left, parts);
  const right = join(share.right, parts);
  return (selected) => pairTest(kind, left(selected), right(selected));
}

/** What the index can say for certain against a packet. */
function narrow(share: Share): PacketTest | null {
  if (share.by === 'index') return share.test;
  if (share.by === 'wireshark' || share.kind === 'not' || share.kind === 'xor') return null;
  const left = narrow(share.left);
  const right = narrow(share.right);
  if (left !== null && right !== null) return pairTest(share.kind, left, right);
  return share.kind === 'and' ? (left ?? right) : null;
}
