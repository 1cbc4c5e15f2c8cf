import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import {
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
      for (const name of numberFieldNames) numbers[name][slot] = numberFields[name].of(record) ?? NaN;
      for (const name of textFieldNames) {
        const column = texts[name];
        column.codes[slot] = codeOf(column, textFields[name].of(record));
      }
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
