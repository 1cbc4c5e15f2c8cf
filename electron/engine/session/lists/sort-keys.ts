import { markColors } from '../../../../core/filter/node.ts';
import type { SortColumn } from '../../../../core/model/list-columns.ts';
import { textOf, type ColumnStore } from '../columns/column-store.ts';
import {
  blockRows,
  numberFields,
  slotOf,
  textFields,
  type NumberField,
  type TextField,
} from '../columns/fields.ts';
import { compareTexts, folded } from './folded-text.ts';
import type { SortKeys } from './keys.ts';
import { createLegKeys } from './leg-keys.ts';
import type { Marks } from './marks.ts';
import { createPathKeys } from './path-keys.ts';
import { sectionsOf } from './sections.ts';

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
    case 'statement':
    case 'tier':
      return textKeys(store, column);
    case 'process':
    case 'way':
    case 'device':
    case 'via':
      return createLegKeys(store, column);
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
    case 'messages':
    case 'grpcStatus':
    case 'h2Stream':
    case 'starved':
    case 'rows':
      return numberKeys(store, column);
    default:
      return column satisfies never;
  }
}

function numberKeys(store: ColumnStore, field: NumberField): SortKeys {
  return {
    gather: null,
    read: (ids) => {
      const keys = new Float64Array(ids.length);
      for (const { block, from, to } of sectionsOf(ids)) {
        const values = store.numbers(block, field);
        if (to - from === blockRows) keys.set(values, from);
        else for (let n = from; n < to; n++) keys[n] = values[slotOf(ids[n] as number)] as number;
      }
      return { keys, depth: null };
    },
    compare: (a, b) => store.number(a, field) - store.number(b, field),
    hasValue: (id) => !Number.isNaN(store.number(id, field)),
    isFixed: numberFields[field].isFixed,
    isMark: false,
  };
}

function textKeys(store: ColumnStore, field: TextField): SortKeys {
  return {
    gather: null,
    read: (ids) => {
      const sections = sectionsOf(ids);
      const found = new Set<string>();
      for (const { block } of sections)
        for (const text of store.texts(block, field).texts) found.add(folded(text));
      const ranks = new Map([...found].sort(compareTexts).map((text, rank) => [text, rank]));
      const keys = new Float64Array(ids.length);
      for (const { block, from, to } of sections) {
        const { texts, codes } = store.texts(block, field);
        const ranksHere = new Float64Array(texts.length + 1).fill(NaN);
        for (let at = 0; at < texts.length; at++) {
          ranksHere[at + 1] = ranks.get(folded(texts[at] as string)) ?? NaN;
        }
        for (let n = from; n < to; n++) {
          keys[n] = ranksHere[codes[slotOf(ids[n] as number)] as number] ?? NaN;
        }
      }
      return { keys, depth: null };
    },
    compare: (a, b) => compareTexts(folded(textOf(store, a, field)), folded(textOf(store, b, field))),
    hasValue: (id) => textOf(store, id, field) !== null,
    isFixed: textFields[field].isFixed,
    isMark: false,
  };
}

function markKeys(of: (id: number) => number): SortKeys {
  return {
    gather: null,
    read: (ids) => ({ keys: Float64Array.from(ids, of), depth: null }),
    compare: (a, b) => of(a) - of(b),
    hasValue: (id) => !Number.isNaN(of(id)),
    isFixed: true,
    isMark: true,
  };
}

function commentKeys(marks: Marks): SortKeys {
  const of = (id: number): string => folded(marks.of(id)?.comment ?? '');
  return {
    gather: null,
    read: (ids) => {
      const texts = [...new Set(Array.from(ids, of))].sort(compareTexts);
      const ranks = new Map(texts.map((text, rank) => [text, rank]));
      const keys = Float64Array.from(ids, (id) => (of(id) === '' ? NaN : (ranks.get(of(id)) ?? NaN)));
      return { keys, depth: null };
    },
    compare: (a, b) => compareTexts(of(a), of(b)),
    hasValue: (id) => of(id) !== '',
    isFixed: true,
    isMark: true,
  };
}
