import { compileNumberTerm } from '../../../../core/filter/match-number.ts';
import { compileTextMatch } from '../../../../core/filter/match-text.ts';
import {
  legFields,
  type FilterNode,
  type LegField,
  type NumberTerm,
  type StateTerm,
  type TextMatch,
  type TextTerm,
} from '../../../../core/filter/node.ts';
import { told, type BodyIndex } from '../body-index/body-index.ts';
import type { ColumnStore } from '../columns/column-store.ts';
import type { TextColumn } from '../columns/packed-column.ts';
import {
  blockRows,
  grpcBit,
  idAt,
  natureCode,
  stateBits,
  stateCodes,
  type NumberField,
  type TextField,
} from '../columns/fields.ts';
import type { Marks } from './marks.ts';
import { createPathScan, type Marker } from './path-scan.ts';

/**
 * What the columns say of an exchange: it does not match, it does, or its heads or bodies have to be read. `likely`: they
 * have to be read, and the index of bodies thinks it matches.
 */
export const verdict = { no: 0, yes: 1, unknown: 2, likely: 3 } as const;

/** One verdict a slot. Slots without an exchange have one too. */
export type Evaluator = (block: number) => Uint8Array;

/** What a filter is evaluated by. */
export interface FilterSources {
  readonly store: ColumnStore;
  readonly marks: Marks;
  readonly bodies: BodyIndex;
}

/** Compiles a filter once; each block is then judged column by column. */
export function compileFilter(node: FilterNode, sources: FilterSources): Evaluator {
  const { store, marks, bodies } = sources;
  switch (node.kind) {
    case 'and':
      return allOf(
        [...node.nodes].sort((a, b) => costOf(a) - costOf(b)).map((each) => compileFilter(each, sources)),
      );
    case 'or':
      return anyOf(node.nodes.map((each) => compileFilter(each, sources)));
    case 'not': {
      const inner = compileFilter(node.node, sources);
      return (block) => inner(block).map((is) => (is >= verdict.unknown ? is : 1 - is));
    }
    case 'text':
      return compileText(node, store, marks);
    case 'number':
      return compileNumber(node, store);
    case 'state':
      return compileState(node, store, marks);
    case 'header':
      return allUnknown;
    case 'body': {
      const search = bodies.search(node.match);
      if (search === null) return allUnknown;
      return (block) => search(block).map((says) => bodyVerdicts[says as keyof typeof bodyVerdicts]);
    }
    default:
      return node satisfies never;
  }
}

function allUnknown(): Uint8Array {
  return new Uint8Array(blockRows).fill(verdict.unknown);
}

const bodyVerdicts = {
  [told.nothing]: verdict.unknown,
  [told.absent]: verdict.no,
  [told.candidate]: verdict.likely,
  [told.passed]: verdict.unknown,
};

/** What leaves least to look at for least work is asked first, since the rest is not asked about blocks without a hit. */
function costOf(node: FilterNode): number {
  switch (node.kind) {
    case 'and':
    case 'or':
      return Math.max(0, ...node.nodes.map(costOf));
    case 'not':
      return costOf(node.node);
    case 'number':
    case 'state':
      return 0;
    case 'text':
      return 1 + 1 / (1 + node.match.text.length);
    case 'header':
    case 'body':
      return 3;
    default:
      return node satisfies never;
  }
}

function allOf(parts: readonly Evaluator[]): Evaluator {
  return (block) => {
    const into = new Uint8Array(blockRows).fill(verdict.yes);
    for (const part of parts) if (!and(into, part(block))) break;
    return into;
  };
}

function anyOf(parts: readonly Evaluator[]): Evaluator {
  return (block) => {
    const into = new Uint8Array(blockRows);
    for (const part of parts) or(into, part(block));
    return into;
  };
}

/** Whether anything is left. */
function and(into: Uint8Array, other: Uint8Array): boolean {
  let left = 0;
  for (let slot = 0; slot < blockRows; slot++) {
    const a = into[slot] as number;
    const b = other[slot] as number;
    left |= into[slot] = a === 0 || b === 0 ? 0 : Math.max(a, b);
  }
  return left !== 0;
}

function or(into: Uint8Array, other: Uint8Array): void {
  for (let slot = 0; slot < blockRows; slot++) {
    const a = into[slot] as number;
    const b = other[slot] as number;
    into[slot] = a === 1 || b === 1 ? 1 : Math.max(a, b);
  }
}

function compileNumber(term: NumberTerm, store: ColumnStore): Evaluator {
  const holds = compileNumberTerm(term);
  const { field } = term;
  if (field === 'id') {
    return (block) => {
      const into = new Uint8Array(blockRows);
      for (let slot = 0; slot < blockRows; slot++) into[slot] = holds(idAt(block, slot)) ? 1 : 0;
      return into;
    };
  }
  return (block) => {
    const into = new Uint8Array(blockRows);
    const values = store.numbers(block, field satisfies NumberField);
    for (let slot = 0; slot < blockRows; slot++) {
      const value = values[slot] as number;
      if (!Number.isNaN(value) && holds(value)) into[slot] = 1;
    }
    return into;
  };
}

function compileState({ state }: StateTerm, store: ColumnStore, marks: Marks): Evaluator {
  const byBits = (holds: (bits: number) => boolean, field: NumberField = 'state'): Evaluator => {
    return (block) => {
      const into = new Uint8Array(blockRows);
      const bits = store.numbers(block, field);
      for (let slot = 0; slot < blockRows; slot++) into[slot] = holds(bits[slot] as number) ? 1 : 0;
      return into;
    };
  };
  /** Bytes of a body; those of a tunnel are none. */
  const hasBytes = (field: NumberField): Evaluator => {
    return (block) => {
      const into = new Uint8Array(blockRows);
      const values = store.numbers(block, field);
      for (let slot = 0; slot < blockRows; slot++) into[slot] = (values[slot] as number) > 0 ? 1 : 0;
      const bits = store.numbers(block, 'state');
      for (let slot = 0; slot < blockRows; slot++) {
        if (((bits[slot] as number) & stateBits.tunnel) !== 0) into[slot] = 0;
      }
      return into;
    };
  };
  const byMark = (holds: (id: number) => boolean): Evaluator => {
    return (block) => {
      const into = new Uint8Array(blockRows);
      for (const id of marks.markedIn(idAt(block, 0), idAt(block, blockRows - 1))) {
        if (holds(id)) into[id - idAt(block, 0)] = 1;
      }
      return into;
    };
  };
  switch (state) {
    case 'open':
    case 'done':
    case 'failed':
    case 'interrupted':
      return byBits((bits) => (bits & 3) === stateCodes[state]);
    case 'tunnel':
      return byBits((bits) => (bits & stateBits.tunnel) !== 0);
    case 'reused':
      return byBits((bits) => (bits & stateBits.reused) !== 0);
    case 'incomplete':
      return byBits((bits) => (bits & (stateBits.incomplete | stateBits.tunnel)) === stateBits.incomplete);
    case 'error':
      return byBits((bits) => (bits & stateBits.failed) !== 0);
    case 'requestBody':
      return hasBytes('requestSize');
    case 'responseBody':
      return hasBytes('size');
    case 'websocket':
      return byBits((bits) => (bits & ~grpcBit) === natureCode('websocket'), 'nature');
    case 'eventStream':
      return byBits((bits) => (bits & ~grpcBit) === natureCode('event-stream'), 'nature');
    case 'grpc':
      return byBits((bits) => (bits & grpcBit) !== 0, 'nature');
    case 'longLived':
      return byBits((bits) => (bits & ~grpcBit) !== 0, 'nature');
    case 'pinned':
      return byMark((id) => marks.of(id)?.pinned === true);
    case 'comment':
      return byMark((id) => (marks.of(id)?.comment ?? '') !== '');
    case 'color':
      return byMark((id) => (marks.of(id)?.color ?? null) !== null);
    case 'red':
    case 'orange':
    case 'yellow':
    case 'green':
    case 'blue':
    case 'purple':
    case 'grey':
      return byMark((id) => marks.of(id)?.color === state);
    default:
      return state satisfies never;
  }
}

/** Columns that a text field of the filter looks in, beside the path. */
const columnsOf: Readonly<Record<TextTerm['field'], readonly TextField[]>> = {
  any: ['method', 'scheme', 'host', 'type', 'protocol', 'app', 'errorCode', 'errorMessage', 'note'],
  url: [],
  method: ['method'],
  scheme: ['scheme'],
  host: ['host'],
  path: [],
  type: ['type'],
  protocol: ['protocol'],
  app: ['app'],
  statement: ['statement'],
  tier: ['tier'],
  error: ['errorCode', 'errorMessage'],
  note: ['note'],
  comment: [],
  process: [],
  way: [],
  device: [],
  via: [],
};

function compileText({ field, match }: TextTerm, store: ColumnStore, marks: Marks): Evaluator {
  const holds = compileTextMatch(match);
  const judge = rememberTexts(holds);
  const parts: Marker[] = columnsOf[field].map((column) => textColumn(store, column, judge));
  if (field === 'any') parts.push(createPathScan(store, match, 'path-and-url'));
  if (field === 'url' || field === 'path') parts.push(createPathScan(store, match, field));
  if (isLegField(field)) parts.push(legColumn(store, field, judge));
  if (field === 'host' && match.text.includes(':')) parts.push(hostAndPort(store, match));
  if (field === 'any' || field === 'comment') {
    parts.push((block, into) => {
      for (const id of marks.markedIn(idAt(block, 0), idAt(block, blockRows - 1))) {
        const comment = marks.of(id)?.comment ?? '';
        if (comment !== '' && holds(comment)) into[id - idAt(block, 0)] = 1;
      }
    });
  }
  return (block) => {
    const into = new Uint8Array(blockRows);
    for (const mark of parts) mark(block, into);
    return into;
  };
}

/** Different texts one search keeps its judgements of; beyond, it begins anew. */
const textsKeptMax = 50_000;

/** Each different text is judged once. */
function rememberTexts(holds: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    let is = known.get(text);
    if (is === undefined) {
      is = holds(text);
      if (known.size >= textsKeptMax) known.clear();
      known.set(text, is);
    }
    return is;
  };
}

function isLegField(field: TextTerm['field']): field is LegField {
  return legFields.some((leg) => leg === field);
}

function textColumn(store: ColumnStore, column: TextField, holds: (text: string) => boolean): Marker {
  return markerOf((block) => [store.texts(block, column)], holds);
}

function legColumn(store: ColumnStore, field: LegField, holds: (text: string) => boolean): Marker {
  return markerOf((block) => store.legTexts(block, field), holds);
}

function markerOf(
  columns: (block: number) => readonly TextColumn[],
  holds: (text: string) => boolean,
): Marker {
  return (block, into) => {
    for (const column of columns(block)) markTexts(column, into, holds);
  };
}

function markTexts({ texts, codes }: TextColumn, into: Uint8Array, holds: (text: string) => boolean): void {
  const hits = new Uint8Array(texts.length + 1);
  let any = 0;
  for (let at = 0; at < texts.length; at++) {
    if (holds(texts[at] as string)) any = hits[at + 1] = 1;
  }
  if (any === 0) return;
  for (let slot = 0; slot < blockRows; slot++) if (hits[codes[slot] as number] === 1) into[slot] = 1;
}

/** `host:` also takes what is written with a port: `api.shop.test:8443`. */
function hostAndPort(store: ColumnStore, match: TextMatch): Marker {
  const holds = compileTextMatch(match);
  return (block, into) => {
    const { texts, codes } = store.texts(block, 'host');
    const ports = store.numbers(block, 'port');
    const known = new Map<string, boolean>();
    for (let slot = 0; slot < blockRows; slot++) {
      const host = texts[(codes[slot] as number) - 1];
      if (host === undefined) continue;
      const text = `${host.includes(':') ? `[${host}]` : host}:${ports[slot] as number}`;
      let hit = known.get(text);
      if (hit === undefined) known.set(text, (hit = holds(text)));
      if (hit) into[slot] = 1;
    }
  };
}
