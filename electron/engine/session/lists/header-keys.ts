import type { ColumnStore } from '../columns/column-store.ts';
import { blockOf, blockRows, idAt, slotOf, stateCodes } from '../columns/fields.ts';
import { errorCodeOf } from '../sqlite.ts';
import { keysOfTexts } from './text-keys.ts';
import type { SortKeys } from './keys.ts';
import { gatherBlocks } from './sections.ts';

/** Values are told apart by this much of them, … */
const charsMax = 200;
/** … and by this much once so many characters are kept. */
const shortCharsMax = 16;
const keptCharsMax = 32 * 1024 * 1024;
/** Different texts that are known again; most fields have few. */
const textsMax = 100_000;

/** What is read of one header field. */
export interface HeaderValueSource {
  readonly of: (id: number) => readonly string[];
  /** Visits those exchanges of an inclusive range of ids that have the field. */
  readonly ofRange: (
    fromId: number,
    toId: number,
    visit: (id: number, values: readonly string[]) => void,
  ) => void;
}

/** By slot of a block: null where there is no such field, undefined where it may still come. */
type BlockValues = (string | null | undefined)[];

/**
 * The values of one header field. They are in no column: every head has to be read for them, a block (4,096 exchanges,
 * about 25 ms) at a time.
 */
export function createHeaderKeys(source: HeaderValueSource, store: ColumnStore): SortKeys {
  const blocks = new Map<number, BlockValues>();
  const texts = new Map<string, string>();
  let keptChars = 0;

  function toKept(values: readonly string[]): string | null {
    if (values.length === 0) return null;
    const isMuch = keptChars > keptCharsMax;
    const text = values
      .join(', ')
      .slice(0, isMuch ? shortCharsMax : charsMax)
      .toLowerCase();
    const known = texts.get(text);
    if (known !== undefined) return known;
    keptChars += text.length;
    if (texts.size < textsMax) texts.set(text, text);
    return text;
  }

  function readBlock(block: number): void {
    const states = store.numbers(block, 'state');
    const present = store.present(block);
    const values: BlockValues = [];
    for (let slot = 0; slot < blockRows; slot++) {
      const isOver = present[slot] === 1 && ((states[slot] as number) & 3) !== stateCodes.open;
      values.push(isOver ? null : undefined);
    }
    blocks.set(block, values);
    orPassOver(() =>
      source.ofRange(idAt(block, 0), idAt(block, blockRows - 1), (id, found) => {
        values[slotOf(id)] = toKept(found);
      }),
    );
  }

  /** Null also while its block has not been read. */
  function of(id: number): string | null {
    const values = blocks.get(blockOf(id));
    if (values === undefined) return null;
    const value = values[slotOf(id)];
    if (value !== undefined) return value;
    const found = orPassOver(() => toKept(source.of(id)));
    const isOver = (store.number(id, 'state') & 3) !== stateCodes.open;
    if (found !== null || isOver) values[slotOf(id)] = found;
    return found;
  }

  return {
    gather: (ids, from, untilMs) =>
      gatherBlocks(ids, from, untilMs, (block) => {
        if (!blocks.has(block)) readBlock(block);
      }),
    read: (ids, depth) => keysOfTexts(ids, of, depth),
    compare: (a, b) => {
      const one = of(a) ?? '';
      const other = of(b) ?? '';
      return one < other ? -1 : one > other ? 1 : 0;
    },
    hasValue: (id) => of(id) !== null,
    isFixed: false,
    isMark: false,
  };
}

/** Heads on a damaged page have no fields: null. */
function orPassOver<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!errorCodeOf(error).startsWith('SQLITE_CORRUPT')) throw error;
    return null;
  }
}
