import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import type { Sqlite } from '../sqlite.ts';
import {
  blockKey,
  blockRows,
  numberFieldNames,
  numberFields,
  pathCode,
  presenceCode,
  slotOf,
  textFieldNames,
  textFields,
  type NumberField,
  type TextField,
} from './fields.ts';
import {
  joinTexts,
  packLongTexts,
  packNumbers,
  packPresence,
  packTexts,
  type LongTextColumn,
  type TextColumn,
} from './packed-column.ts';

/** Most different texts of one column: codes are 16 bits. */
const textsMax = 65_000;

/** The columns of one block whose exchanges are put in, and put in again, one by one. */
export interface ColumnBlock {
  readonly present: Uint8Array;
  readonly put: (record: ExchangeRecord) => void;
  readonly remove: (id: number) => void;
  readonly numbers: (field: NumberField) => Float64Array;
  readonly texts: (field: TextField) => TextColumn;
  readonly paths: () => LongTextColumn;
  /** Every column packed, by its code. */
  readonly pack: () => (readonly [code: number, packed: Uint8Array])[];
}

interface GrowingTexts {
  readonly texts: string[];
  readonly codes: Uint16Array;
  readonly known: Map<string, number>;
}

export function createColumnBlock(): ColumnBlock {
  const present = new Uint8Array(blockRows);
  const numbers = Object.fromEntries(
    numberFieldNames.map((name) => [name, new Float64Array(blockRows).fill(NaN)]),
  ) as Record<NumberField, Float64Array>;
  const texts = Object.fromEntries(
    textFieldNames.map((name) => [name, { texts: [], codes: new Uint16Array(blockRows), known: new Map() }]),
  ) as unknown as Record<TextField, GrowingTexts>;
  // In lists of their own: a loop over names costs three times as much.
  const numberColumns = numberFieldNames.map((name) => ({
    of: numberFields[name].of,
    values: numbers[name],
  }));
  const textColumns = textFieldNames.map((name) => ({ of: textFields[name].of, column: texts[name] }));
  const paths: string[] = new Array<string>(blockRows).fill('');
  let joinedPaths: LongTextColumn | null = null;

  function codeOf(column: GrowingTexts, text: string | null): number {
    if (text === null) return 0;
    const known = column.known.get(text);
    if (known !== undefined) return known;
    // Rows that change their text for ever would fill the list: then it is told as none, and the row itself still shows it.
    if (column.texts.length >= textsMax) return 0;
    const code = column.texts.push(text);
    column.known.set(text, code);
    return code;
  }

  return {
    present,
    put: (record) => {
      const slot = slotOf(record.id);
      present[slot] = 1;
      for (const { of, values } of numberColumns) values[slot] = of(record) ?? NaN;
      for (const { of, column } of textColumns) column.codes[slot] = codeOf(column, of(record));
      if (paths[slot] !== record.path) joinedPaths = null;
      paths[slot] = record.path;
    },
    remove: (id) => {
      present[slotOf(id)] = 0;
    },
    numbers: (field) => numbers[field],
    texts: (field) => texts[field],
    paths: () => (joinedPaths ??= joinTexts(paths)),
    pack: () => [
      [presenceCode, packPresence(present)],
      ...numberFieldNames.map((name) => [numberFields[name].code, packNumbers(numbers[name])] as const),
      ...textFieldNames.map((name) => [textFields[name].code, packTexts(texts[name])] as const),
      [pathCode, packLongTexts(paths)],
    ],
  };
}

/** Packed columns in the file, to be changed within a transaction that is open. Throws what SQLite throws. */
export interface ColumnWriter {
  readonly put: (block: number, columns: ColumnBlock) => void;
  readonly drop: (block: number) => void;
}

export function createColumnWriter(db: Sqlite): ColumnWriter {
  const put = db.prepare('INSERT OR REPLACE INTO column_blocks (id, packed) VALUES (?, ?)');
  const drop = db.prepare('DELETE FROM column_blocks WHERE id = ?');
  const codes = createColumnBlock()
    .pack()
    .map(([code]) => code);
  return {
    put: (block, columns) => {
      for (const [code, bytes] of columns.pack()) put.run(blockKey(code, block), bytes);
    },
    drop: (block) => {
      for (const code of codes) drop.run(blockKey(code, block));
    },
  };
}
