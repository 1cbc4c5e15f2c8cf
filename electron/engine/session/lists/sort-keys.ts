import { markColors } from '../../../../core/filter/node.ts';
import type { SortColumn } from '../../../../core/model/list-columns.ts';
import { textOf, type ColumnStore } from '../columns/column-store.ts';
import {
  blockOf,
  numberFields,
  slotOf,
  textFields,
  type NumberField,
  type TextField,
} from '../columns/fields.ts';
import type { SortKeys } from './keys.ts';
import type { Marks } from './marks.ts';
import { createPathKeys } from './path-keys.ts';

/** Null for the order of ids, which needs no keys. */
export function sortKeysFor(column: SortColumn, store: ColumnStore, marks: Marks): SortKeys | null {
  switch (column) {
    case 'id':
      return null;
    case 'path':
      return createPathKeys(store);
    case 'method':
    case 'scheme':
    case 'host':
    case 'type':
    case 'protocol':
    case 'app':
      return textKeys(store, column);
    case 'error':
      return textKeys(store, 'errorCode');
    case 'color':
      return markKeys((id) => {
        const color = marks.of(id)?.color ?? null;
        return color === null ? NaN : markColors.indexOf(color);
      });
    case 'comment':
      return commentKeys(marks);
    case 'status':
    case 'port':
    case 'size':
    case 'requestSize':
    case 'started':
    case 'time':
    case 'blocked':
    case 'dns':
    case 'connect':
    case 'tls':
    case 'send':
    case 'wait':
    case 'receive':
    case 'added':
    case 'stall':
    case 'connection':
      return numberKeys(store, column);
    default:
      return column satisfies never;
  }
}

const whole = { refine: null, initialDepth: () => 0 } as const;

function numberKeys(store: ColumnStore, field: NumberField): SortKeys {
  return {
    ...whole,
    initial: (ids) =>
      byBlock(ids, (block) => {
        const values = store.numbers(block, field);
        return (slot) => values[slot] as number;
      }),
    compare: (a, b) => store.number(a, field) - store.number(b, field),
    hasValue: (id) => !Number.isNaN(store.number(id, field)),
    isFixed: numberFields[field].isFixed,
    isMark: false,
  };
}

function textKeys(store: ColumnStore, field: TextField): SortKeys {
  return {
    ...whole,
    initial: (ids) => {
      const known = new Map<string, number>();
      const keys = byBlock(ids, (block) => {
        const { texts, codes } = store.texts(block, field);
        const numbers = texts.map((text) => {
          const folded = text.toLowerCase();
          const at = known.get(folded) ?? known.size;
          known.set(folded, at);
          return at;
        });
        return (slot) => numbers[(codes[slot] as number) - 1] ?? NaN;
      });
      const ranks = new Float64Array(known.size);
      [...known]
        .sort(([a], [b]) => compareTexts(a, b))
        .forEach(([, at], rank) => {
          ranks[at] = rank;
        });
      for (let n = 0; n < keys.length; n++) keys[n] = ranks[keys[n] as number] ?? NaN;
      return keys;
    },
    compare: (a, b) => compareTexts(folded(textOf(store, a, field)), folded(textOf(store, b, field))),
    hasValue: (id) => textOf(store, id, field) !== null,
    isFixed: textFields[field].isFixed,
    isMark: false,
  };
}

function markKeys(of: (id: number) => number): SortKeys {
  return {
    ...whole,
    initial: (ids) => ids.map(of),
    compare: (a, b) => of(a) - of(b),
    hasValue: (id) => !Number.isNaN(of(id)),
    isFixed: true,
    isMark: true,
  };
}

function commentKeys(marks: Marks): SortKeys {
  const of = (id: number): string => folded(marks.of(id)?.comment ?? '');
  return {
    ...whole,
    initial: (ids) => {
      const texts = [...new Set(Array.from(ids, of))].sort(compareTexts);
      const ranks = new Map(texts.map((text, rank) => [text, rank]));
      return ids.map((id) => (of(id) === '' ? NaN : (ranks.get(of(id)) ?? NaN)));
    },
    compare: (a, b) => compareTexts(of(a), of(b)),
    hasValue: (id) => of(id) !== '',
    isFixed: true,
    isMark: true,
  };
}

/** Visits ascending ids, asking for what a block holds once. */
export function byBlock(ids: Float64Array, open: (block: number) => (slot: number) => number): Float64Array {
  const keys = new Float64Array(ids.length);
  let block = -1;
  let read: (slot: number) => number = () => NaN;
  for (let n = 0; n < ids.length; n++) {
    const id = ids[n] as number;
    const own = blockOf(id);
    if (own !== block) {
      block = own;
      read = open(block);
    }
    keys[n] = read(slotOf(id));
  }
  return keys;
}

function folded(text: string | null): string {
  return (text ?? '').toLowerCase();
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
