import { jsonKinds, noKey, stringEnd, type JsonTable } from '../../core/decoders/json-scan.ts';
import {
  jsonKey,
  jsonPath,
  jsonSource,
  parentOf,
  positionIn,
  prettyJson,
  unescapeJson,
} from '../../core/decoders/json-text.ts';
import { treeKind, treeNode, type TreeTable } from '../../core/decoders/tree.ts';

/** A tree as the tree view draws it, whatever it was read from. Rows are in document order. */
export interface TreeSource {
  readonly count: number;
  readonly depths: Uint16Array;
  /** Of each row, the row after all it holds. */
  readonly next: Uint32Array;
  readonly row: (index: number) => TreeRow;
  readonly copyName: (index: number) => string;
  readonly copyValue: (index: number) => string;
  readonly path: (index: number) => string;
  /** The name as people type it, for going to it by its first letters. */
  readonly name: (index: number) => string;
  /** `wanted` is lower case; found in the row's own name or value. */
  readonly matches: (index: number, wanted: string) => boolean;
}

export interface TreeRow {
  readonly label: string;
  readonly labelKind: 'key' | 'index' | 'element';
  readonly text: string;
  /** Names the colour: `string`, `number`, `word`, `note`. */
  readonly look: string;
  readonly note: string;
}

/** Characters of one value in a row; copying gives all of it. */
const rowCharsMax = 500;

export function jsonTreeSource(table: JsonTable): TreeSource {
  const looks = ['note', 'note', 'string', 'number', 'word'] as const;
  const placeOf = placesIn(table);
  const name = (index: number) => unescapeJson(jsonKey(table, index, 1024) ?? '');
  return {
    count: table.count,
    depths: table.depths,
    next: table.next,
    row: (index) => {
      const key = jsonKey(table, index, rowCharsMax);
      const inArray = key === null && (table.depths[index] ?? 0) > 0;
      return {
        label: key ?? (inArray ? String(placeOf(index)) : ''),
        labelKind: key === null ? 'index' : 'key',
        text: jsonRowText(table, index),
        look: looks[table.kinds[index] ?? 0] ?? 'note',
        note: '',
      };
    },
    name,
    copyName: name,
    copyValue: (index) => {
      const kind = table.kinds[index];
      if (kind === jsonKinds.string) return unescapeJson(jsonSource(table, index));
      return kind === jsonKinds.object || kind === jsonKinds.array
        ? jsonValue(table, index)
        : jsonSource(table, index);
    },
    path: (index) => jsonPath(table, index),
    matches: (index, wanted) => {
      const key = table.keys[index] ?? noKey;
      const scalar = (table.kinds[index] ?? 0) > jsonKinds.array;
      return (
        (key !== noKey && holds(table.bytes, key, stringEnd(table.bytes, key), wanted)) ||
        (scalar && holds(table.bytes, table.from[index] ?? 0, table.to[index] ?? 0, wanted))
      );
    },
  };
}

/** Places remembered for the rows around those in sight. */
const placesMax = 1000;

/**
 * Where a row stands among those of the same holder. Rows are asked for in order as a rule, so the place follows from
 * the elder sibling's; else all elder siblings are counted once.
 */
function placesIn(table: JsonTable): (index: number) => number {
  const known = new Map<number, number>();
  return (index) => {
    const before = known.get(index);
    if (before !== undefined) return before;
    const place = positionIn(table, parentOf(table, index), index);
    if (known.size > placesMax) known.clear();
    known.set(index, place);
    let younger = table.next[index] ?? index;
    const depth = table.depths[index];
    for (let step = 1; step < siblingsAhead && table.depths[younger] === depth; step += 1) {
      known.set(younger, place + step);
      younger = table.next[younger] ?? table.count;
    }
    return place;
  };
}

/** A screen of them. */
const siblingsAhead = 100;

function jsonValue(table: JsonTable, index: number): string {
  const text = prettyJson(table, index);
  const key = jsonKey(table, index);
  return key === null ? text : text.slice(key.length + 2);
}

function jsonRowText(table: JsonTable, index: number): string {
  const members = table.members[index] ?? 0;
  switch (table.kinds[index]) {
    case jsonKinds.object:
      return members === 0 ? '{}' : `{ ${counted(members, 'key')} }`;
    case jsonKinds.array:
      return members === 0 ? '[]' : `[ ${counted(members, 'item')} ]`;
    default: {
      const text = jsonSource(table, index, rowCharsMax);
      return (table.to[index] ?? 0) - (table.from[index] ?? 0) > rowCharsMax ? `${text}…` : text;
    }
  }
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Whether `wanted` (lower case) occurs between `from` and `to`, ASCII letters in either case. */
function holds(bytes: Uint8Array, from: number, to: number, wanted: string): boolean {
  const codes = wantedBytes(wanted);
  const last = to - codes.length;
  const first = codes[0] ?? 0;
  for (let at = from; at <= last; at += 1) {
    if (lower(bytes[at] ?? 0) !== first) continue;
    let same = 1;
    while (same < codes.length && lower(bytes[at + same] ?? 0) === codes[same]) same += 1;
    if (same === codes.length) return true;
  }
  return false;
}

let lastWanted: { readonly text: string; readonly bytes: Uint8Array } = { text: '', bytes: new Uint8Array() };

function wantedBytes(text: string): Uint8Array {
  if (lastWanted.text !== text) lastWanted = { text, bytes: new TextEncoder().encode(text) };
  return lastWanted.bytes;
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
}

export function treeTableSource(table: TreeTable): TreeSource {
  const looks: Readonly<Record<string, string>> = {
    ...{ string: 'string', date: 'string', number: 'number', bytes: 'number', word: 'word', comment: 'note' },
    ...{ bad: 'bad', object: 'note', array: 'note', message: 'note', element: 'element', text: 'text' },
  };
  const node = (index: number) => treeNode(table, index);
  const copyValue = (index: number): string => {
    if ((table.next[index] ?? 0) <= index + 1) return node(index).text;
    const lines: string[] = [];
    const base = table.depths[index] ?? 0;
    for (let at = index; at < (table.next[index] ?? 0); at += 1) {
      const { label, text } = node(at);
      lines.push(`${'  '.repeat((table.depths[at] ?? 0) - base)}${[label, text].filter(Boolean).join(': ')}`);
    }
    return lines.join('\n');
  };
  return {
    count: table.count,
    depths: table.depths,
    next: table.next,
    row: (index) => {
      const { label, text, note } = node(index);
      const kind = treeKind(table, index);
      const members = table.members[index] ?? 0;
      const size = kind === 'array' ? `[ ${counted(members, 'item')} ]` : `{ ${counted(members, 'field')} }`;
      const holder = kind === 'object' || kind === 'array' || kind === 'message';
      return {
        label,
        labelKind:
          kind === 'element' ? 'element' : /^\d+$/.test(label) && kind !== 'message' ? 'index' : 'key',
        text: holder ? size : text.length > rowCharsMax ? `${text.slice(0, rowCharsMax)}…` : text,
        look: looks[kind] ?? 'note',
        note,
      };
    },
    name: (index) => node(index).label,
    copyName: (index) => node(index).label,
    copyValue,
    path: (index) => {
      const steps: string[] = [];
      for (let at = index; at >= 0; at = parentOf(table, at)) steps.push(node(at).label);
      return steps.reverse().filter(Boolean).join('/');
    },
    matches: (index, wanted) => {
      const { label, text } = node(index);
      return label.toLowerCase().includes(wanted) || text.toLowerCase().includes(wanted);
    },
  };
}
