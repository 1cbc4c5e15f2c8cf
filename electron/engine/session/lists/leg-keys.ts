import type { LegField } from '../../../../core/filter/node.ts';
import type { ColumnStore } from '../columns/column-store.ts';
import { blockOf, blockRows, slotOf, type NumberField } from '../columns/fields.ts';
import { compareTexts, folded } from './folded-text.ts';
import type { SortKeys } from './keys.ts';
import { gatherBlocks, sectionsOf } from './sections.ts';

/** Values are told apart by this much of them. */
const charsMax = 200;
/** Most different values: codes are 16 bits. What comes beyond counts as none, and the row itself still shows it. */
const textsMax = 65_000;

/** The column of exchanges that names the connection which says it. */
const connectionOf: Readonly<Record<LegField, NumberField>> = {
  process: 'client',
  way: 'client',
  device: 'client',
  via: 'connection',
};

/**
 * What connections say of themselves. Their numbers are a column, so that a block costs one look at the few connections
 * it has; two bytes an exchange are kept. An exchange has the value it was last written with, however its connection
 * changes meanwhile: so an order holds until it is told of the change.
 */
export function createLegKeys(store: ColumnStore, field: LegField): SortKeys {
  const column = connectionOf[field];
  /** By slot: 0 for none, else 1 + the index of its text. */
  const blocks = new Map<number, Uint16Array>();
  const texts: string[] = [];
  const known = new Map<string, number>();
  /** By code; made anew when there are more texts. */
  let ranks = Float64Array.of(NaN);

  function codeOf(text: string | undefined): number {
    const key = folded(text ?? null).slice(0, charsMax);
    if (key === '') return 0;
    const code = known.get(key);
    if (code !== undefined) return code;
    if (texts.length >= textsMax) return 0;
    known.set(key, texts.push(key));
    return texts.length;
  }

  /** Reads the slots of a block whose connections these are, NaN for none. */
  function put(codes: Uint16Array, slots: readonly number[], connections: readonly number[]): void {
    const values = store.legValues([...new Set(connections)].filter(Number.isFinite), field);
    const found = new Map([...values].map(([id, text]) => [id, codeOf(text)]));
    slots.forEach((slot, at) => {
      codes[slot] = found.get(connections[at] as number) ?? 0;
    });
  }

  function readBlock(block: number): void {
    const codes = new Uint16Array(blockRows);
    blocks.set(block, codes);
    const connections = [...store.numbers(block, column)];
    put(codes, [...connections.keys()], connections);
  }

  function codeAt(id: number): number {
    return blocks.get(blockOf(id))?.[slotOf(id)] ?? 0;
  }

  function textAt(id: number): string {
    return texts[codeAt(id) - 1] ?? '';
  }

  return {
    gather: (ids, from, untilMs) =>
      gatherBlocks(ids, from, untilMs, (block) => {
        if (!blocks.has(block)) readBlock(block);
      }),
    renew: (ids) => {
      const sorted = Uint32Array.from(new Set(ids)).sort();
      for (const { block, from, to } of sectionsOf(sorted)) {
        const codes = blocks.get(block);
        if (codes === undefined) continue;
        const slots = [...sorted.subarray(from, to)].map(slotOf);
        const connections = store.numbers(block, column);
        put(
          codes,
          slots,
          slots.map((slot) => connections[slot] as number),
        );
      }
    },
    read: (ids) => {
      if (ranks.length !== texts.length + 1) ranks = ranksOf(texts);
      const keys = new Float64Array(ids.length);
      for (let n = 0; n < ids.length; n++) keys[n] = ranks[codeAt(ids[n] as number)] as number;
      return { keys, depth: null };
    },
    compare: (a, b) => compareTexts(textAt(a), textAt(b)),
    hasValue: (id) => codeAt(id) !== 0,
    isFixed: false,
    isMark: false,
  };
}

function ranksOf(texts: readonly string[]): Float64Array<ArrayBuffer> {
  const codes = texts.map((_, at) => at + 1);
  codes.sort((a, b) => compareTexts(texts[a - 1] as string, texts[b - 1] as string));
  const ranks = new Float64Array(texts.length + 1).fill(NaN);
  codes.forEach((code, rank) => {
    ranks[code] = rank;
  });
  return ranks;
}
