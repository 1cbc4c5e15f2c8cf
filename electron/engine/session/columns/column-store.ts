import type { LegField } from '../../../../core/filter/node.ts';
import { exchangeColumns, selectList } from '../record-columns.ts';
import type { ExchangeRowReader, RawRow } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';
import { createColumnBlock, type ColumnBlock } from './column-block.ts';
import { createLegTexts } from './leg-texts.ts';
import {
  blockKey,
  blockOf,
  blockRows,
  idAt,
  idMax,
  numberFields,
  pathCode,
  presenceCode,
  slotOf,
  stateCodes,
  textFields,
  type NumberField,
  type TextField,
} from './fields.ts';
import {
  packPresence,
  packedNumberAt,
  unpackLongTexts,
  unpackNumbers,
  unpackPresence,
  unpackTexts,
  type LongTextColumn,
  type TextColumn,
} from './packed-column.ts';

/**
 * What lists filter and sort by, a block of 4,096 exchanges at a time. Blocks that the writer has packed are read
 * column by column, others row by row; those that are still written to are kept unpacked and brought up to date.
 */
export interface ColumnStore {
  /** Blocks that hold exchanges, ascending, greater than `after`. */
  readonly nextBlock: (after: number) => number | null;
  readonly lastId: () => number;
  /** A byte a slot, 1 where there is an exchange. */
  readonly present: (block: number) => Uint8Array;
  /** False when none of its exchanges is open. */
  readonly mayHoldOpen: (block: number) => boolean;
  /** Values of all slots, NaN for none; good until the next call. */
  readonly numbers: (block: number, field: NumberField) => Float64Array;
  /** One value, NaN for none. */
  readonly number: (id: number, field: NumberField) => number;
  readonly texts: (block: number, field: TextField) => TextColumn;
  readonly paths: (block: number) => LongTextColumn;
  /** Of the connections of the exchanges. */
  readonly legTexts: (block: number, field: LegField) => readonly TextColumn[];
  /** What these connections say, as the list shows it; those that say nothing are left out. At most 4,096. */
  readonly legValues: (connections: readonly number[], field: LegField) => ReadonlyMap<number, string>;
  /** Reads packed texts of the block behind this one before a search asks for them. Null behind the last, or when enough is kept. */
  readonly readAhead: (after: number) => number | null;
  /** These exchanges were written: what is kept of them is read again. */
  readonly refresh: (ids: readonly number[]) => void;
  /** The same while nobody looks: what is kept of them is forgotten. */
  readonly forget: (ids: readonly number[]) => void;
}

/** Columns kept in memory; those that were not asked for lately go first. A million exchanges with all their columns are 80 MB. */
const keptBytesMax = 56 * 1024 * 1024;
/** Texts are read ahead until so much is kept: those of a million exchanges are 40 MB. */
const readAheadBytesMax = 48 * 1024 * 1024;
/** Blocks kept unpacked, about 0.6 MB each. */
const liveBlocksMax = 8;
const idsPerQuestion = 1000;

interface Kept {
  readonly bytes: number;
  readonly value: Uint8Array | TextColumn | LongTextColumn;
  /** Asked for since it was last passed over: a mark, since moving it to the end each time costs more than the column. */
  isUsed: boolean;
}

export function createColumnStore(db: Sqlite, toExchange: ExchangeRowReader): ColumnStore {
  const fields = selectList(exchangeColumns, 'e');
  const packed = db.prepare('SELECT packed FROM column_blocks WHERE id = ?').pluck();
  const next = db.prepare('SELECT id FROM exchanges WHERE id > ? ORDER BY id LIMIT 1').pluck();
  const last = db.prepare('SELECT ifnull(max(id), 0) FROM exchanges WHERE id <= ?').pluck();
  const ofBlock = db
    .prepare(`SELECT ${fields} FROM exchanges AS e WHERE e.id BETWEEN ? AND ? ORDER BY e.id`)
    .raw();
  const byIds = db
    .prepare(`SELECT ${fields} FROM exchanges AS e WHERE e.id IN (SELECT value FROM json_each(?))`)
    .raw();

  const idsOf = db.prepare('SELECT id FROM exchanges WHERE id BETWEEN ? AND ?').pluck();

  const legs = createLegTexts(db);
  const live = new Map<number, ColumnBlock>();
  /** Blocks all of whose exchanges were seen to be over. */
  const over = new Set<number>();
  const kept = new Map<number, Kept>();
  const scratch = new Float64Array(blockRows);
  let keptBytes = 0;

  function keep(key: number, bytes: number, value: Kept['value']): void {
    kept.set(key, { bytes, value, isUsed: false });
    keptBytes += bytes;
    // Each is passed over at most once, so that this ends.
    for (const [oldest, entry] of kept) {
      if (keptBytes <= keptBytesMax) break;
      if (oldest === key) continue;
      kept.delete(oldest);
      if (entry.isUsed) {
        entry.isUsed = false;
        kept.set(oldest, entry);
      } else keptBytes -= entry.bytes;
    }
  }

  function forgetBlock(block: number): void {
    over.delete(block);
    for (const code of allCodes) {
      const key = blockKey(code, block);
      const entry = kept.get(key);
      if (entry === undefined) continue;
      kept.delete(key);
      keptBytes -= entry.bytes;
    }
  }

  function readRows(block: number): ColumnBlock {
    const rows = createColumnBlock();
    for (const row of ofBlock.iterate(idAt(block, 0), idAt(block, blockRows - 1))) {
      rows.put(toExchange(row as RawRow));
    }
    return rows;
  }

  /** The packed bytes of one column: kept, else from the file, else made from the rows of the whole block. */
  function packedBytes(block: number, code: number): Uint8Array | null {
    const stored = packed.get(blockKey(code, block));
    if (stored instanceof Uint8Array) return stored;
    if (code === presenceCode) {
      const present = new Uint8Array(blockRows);
      for (const id of idsOf.all(idAt(block, 0), idAt(block, blockRows - 1)))
        present[slotOf(id as number)] = 1;
      return packPresence(present);
    }
    let wanted: Uint8Array | null = null;
    for (const [each, bytes] of readRows(block).pack()) {
      if (each === code) wanted = bytes;
      else if (!kept.has(blockKey(each, block))) keepPacked(block, each, bytes);
    }
    return wanted;
  }

  function keepPacked(block: number, code: number, bytes: Uint8Array): Kept['value'] {
    const value = unpack(code, bytes);
    keep(blockKey(code, block), bytes.length, value);
    return value;
  }

  function column(block: number, code: number): Kept['value'] {
    const key = blockKey(code, block);
    const entry = kept.get(key);
    if (entry !== undefined) {
      entry.isUsed = true;
      return entry.value;
    }
    const bytes = packedBytes(block, code);
    return keepPacked(block, code, bytes ?? new Uint8Array(0));
  }

  function numbers(block: number, field: NumberField): Float64Array {
    const rows = live.get(block);
    if (rows !== undefined) return rows.numbers(field);
    const bytes = column(block, numberFields[field].code) as Uint8Array;
    if (!unpackNumbers(bytes, scratch)) scratch.fill(NaN);
    return scratch;
  }

  function makeLive(block: number): ColumnBlock {
    forgetBlock(block);
    const rows = readRows(block);
    live.set(block, rows);
    for (const oldest of live.keys()) {
      if (live.size <= liveBlocksMax) break;
      live.delete(oldest);
    }
    return rows;
  }

  function nextBlock(after: number): number | null {
    const id = next.get(idAt(after, blockRows - 1)) as number | undefined;
    return id === undefined || id > idMax ? null : blockOf(id);
  }

  return {
    nextBlock,
    readAhead: (after) => {
      const block = nextBlock(after);
      if (block === null || keptBytes >= readAheadBytesMax) return null;
      for (const code of live.has(block) ? [] : searchedCodes) {
        const key = blockKey(code, block);
        const bytes = kept.has(key) ? undefined : packed.get(key);
        if (bytes instanceof Uint8Array) keepPacked(block, code, bytes);
      }
      return block;
    },
    lastId: () => last.get(idMax) as number,
    present: (block) => live.get(block)?.present ?? (column(block, presenceCode) as Uint8Array),
    mayHoldOpen: (block) => {
      if (live.has(block)) return true;
      if (over.has(block)) return false;
      const states = numbers(block, 'state');
      const isOpen = states.some((state) => (state & 3) === stateCodes.open);
      if (!isOpen) over.add(block);
      return isOpen;
    },
    numbers,
    number: (id, field) => {
      const rows = live.get(blockOf(id));
      if (rows !== undefined) return rows.numbers(field)[slotOf(id)] as number;
      return packedNumberAt(column(blockOf(id), numberFields[field].code) as Uint8Array, slotOf(id));
    },
    texts: (block, field) =>
      live.get(block)?.texts(field) ?? (column(block, textFields[field].code) as TextColumn),
    paths: (block) => live.get(block)?.paths() ?? (column(block, pathCode) as LongTextColumn),
    legTexts: legs.of,
    legValues: legs.values,
    refresh: (ids) => {
      legs.forget(ids);
      const known = new Set<number>();
      for (const id of ids) known.add(blockOf(id));
      const fresh = new Set([...known].filter((block) => !live.has(block)));
      for (const block of fresh) makeLive(block);
      for (let from = 0; from < ids.length; from += idsPerQuestion) {
        const part = ids.slice(from, from + idsPerQuestion).filter((id) => !fresh.has(blockOf(id)));
        if (part.length === 0) continue;
        for (const row of byIds.iterate(JSON.stringify(part))) {
          const record = toExchange(row as RawRow);
          const block = live.get(blockOf(record.id));
          block?.put(record);
        }
      }
    },
    forget: (ids) => {
      legs.forget(ids);
      for (const block of new Set(ids.map(blockOf))) {
        forgetBlock(block);
        live.delete(block);
      }
    },
  };
}

const numberCodes = new Set<number>(Object.values(numberFields).map(({ code }) => code));
const textCodes = new Set<number>(Object.values(textFields).map(({ code }) => code));
const allCodes = [presenceCode, ...numberCodes, ...textCodes, pathCode];
/** What a text without a field is searched for in. */
const searchedCodes = [pathCode, ...textCodes, numberFields.port.code];
const nothing = {
  present: new Uint8Array(blockRows),
  texts: { texts: [], codes: new Uint8Array(blockRows) },
  paths: { bytes: new Uint8Array(0), ends: new Uint32Array(blockRows) },
};

function unpack(code: number, bytes: Uint8Array): Kept['value'] {
  if (code === presenceCode) return unpackPresence(bytes) ?? nothing.present;
  if (textCodes.has(code)) return unpackTexts(bytes) ?? nothing.texts;
  if (code === pathCode) return unpackLongTexts(bytes) ?? nothing.paths;
  return bytes;
}

export function textOf(store: ColumnStore, id: number, field: TextField): string | null {
  const { texts, codes } = store.texts(blockOf(id), field);
  const code = codes[slotOf(id)] as number;
  return code === 0 ? null : (texts[code - 1] ?? null);
}
