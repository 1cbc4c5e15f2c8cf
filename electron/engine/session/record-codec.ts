import { columnList, type ColumnKind, type Columns } from './record-columns.ts';
import type { Block, BlockList, OpenBlock } from './blocks.ts';

const noText = 0xffff_ffff;
/** Below this length a loop over char codes is quicker than a call into native code. */
const shortText = 48;

/** A value as better-sqlite3 binds it. */
export type BoundValue = number | string | null;

/**
 * Appends records to a block list: numbers and booleans as a little-endian double (null as NaN), text and JSON as
 * byte length and UTF-8. Never throws: a field that lacks its value counts as null.
 */
export function createRecordEncoder<R extends object>(
  columns: Columns<R>,
): (record: R, list: BlockList) => void {
  const list = columnList(columns);
  const numbers = list.filter(({ kind }) => isNumeric(kind)).map(({ of }) => of);
  const texts = list.filter(({ kind }) => !isNumeric(kind));
  const held: (string | null)[] = texts.map(() => null);

  return (record, blocks) => {
    let bytesMax = numbers.length * 8 + texts.length * 4;
    for (let at = 0; at < texts.length; at++) {
      const { kind, of } = texts[at] as (typeof texts)[number];
      const value = kind === 'json' ? toJson(of(record)) : of(record);
      const text = typeof value === 'string' ? value : null;
      held[at] = text;
      if (text !== null) bytesMax += text.length * 3;
    }
    const block = blocks.room(bytesMax);
    let at = block.usedBytes;
    for (const of of numbers) {
      block.view.setFloat64(at, toNumber(of(record)), true);
      at += 8;
    }
    for (const text of held) at = putText(block, at, text);
    block.usedBytes = at;
  };
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : NaN;
}

function toJson(value: unknown): string | undefined {
  return Array.isArray(value) && value.length === 0 ? '[]' : JSON.stringify(value);
}

function putText({ bytes, view }: OpenBlock, at: number, text: string | null): number {
  if (text === null) {
    view.setUint32(at, noText, true);
    return at + 4;
  }
  const { length } = text;
  const from = at + 4;
  let written = 0;
  if (length < shortText) {
    for (; written < length; written++) {
      const code = text.charCodeAt(written);
      if (code > 127) break;
      bytes[from + written] = code;
    }
  }
  if (written < length) written = bytes.write(text, from, 'utf8');
  view.setUint32(at, written, true);
  return from + written;
}

/** Gives every record of a block as values in declaration order, in one array that is reused for the next. */
export function createRecordDecoder<R>(
  columns: Columns<R>,
): (block: Block, take: (values: BoundValue[]) => void) => void {
  const kinds = columnList(columns).map(({ kind }) => kind);
  const numberAt = indexesOf(kinds, true);
  const textAt = indexesOf(kinds, false);
  const values: BoundValue[] = kinds.map(() => null);

  return ({ buffer, usedBytes }, take) => {
    const bytes = Buffer.from(buffer);
    const view = new DataView(buffer);
    let at = 0;
    while (at < usedBytes) {
      for (const index of numberAt) {
        const value = view.getFloat64(at, true);
        values[index] = Number.isNaN(value) ? null : value;
        at += 8;
      }
      for (const index of textAt) {
        const length = view.getUint32(at, true);
        at += 4;
        if (length === noText) {
          values[index] = null;
        } else {
          values[index] = bytes.toString('utf8', at, at + length);
          at += length;
        }
      }
      take(values);
    }
  };
}

function indexesOf(kinds: readonly ColumnKind[], numeric: boolean): number[] {
  return kinds.flatMap((kind, index) => (isNumeric(kind) === numeric ? [index] : []));
}

function isNumeric(kind: ColumnKind): boolean {
  return kind === 'number' || kind === 'number?' || kind === 'boolean';
}
