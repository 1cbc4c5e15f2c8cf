import type { Platform } from '../model/platform.ts';
import type { Http2Defect } from './http2-events.ts';
import type { Http2Limits } from './http2-limits.ts';
import {
  createField,
  createFieldName,
  type FieldName,
  type HpackField,
  nameOf,
} from './http2-hpack-field.ts';
import { FIRST_DYNAMIC_INDEX, staticField, staticName } from './http2-hpack-static.ts';
import { createHpackStrings } from './http2-hpack-strings.ts';
import { createHpackTable } from './http2-hpack-table.ts';

/** Defects told of one block; further ones show in its fields only. */
const BLOCK_DEFECTS_MAX = 32;

/** SETTINGS_HEADER_TABLE_SIZE has 32 bits; nothing larger can be right (RFC 7541 section 5.1 asks for a bound). */
const INTEGER_MAX = 2 ** 32 - 1;

/** What one header block says. */
export interface HpackBlock {
  readonly fields: readonly HpackField[];
  readonly defects: readonly Http2Defect[];
  /** Whether an entry of the dynamic table was looked up. */
  readonly usedTable: boolean;
  /** Whether the table was resized or lost. */
  readonly changedTable: boolean;
  /** What was put into the table, in order. */
  readonly inserted: readonly HpackField[];
}

/**
 * The HPACK decoder (RFC 7541) for the header blocks of one sender.
 *
 * After a block that cannot be decoded, the rest of the block and everything the table held are unknown; what the
 * sender puts into it afterwards is known again. An index that leads to nothing known is told as a field named
 * `unknown index N` and as a defect, never guessed.
 */
export interface HpackDecoder {
  /** Decodes `bytes` from `from` to `to`, a whole block; of one that is `cut`, its beginning. */
  readonly decode: (bytes: Uint8Array, from: number, to: number, cut: boolean) => HpackBlock;
  /** Puts the same entries into the table as a block did before that used and changed nothing else of it. */
  readonly insertAgain: (fields: readonly HpackField[]) => void;
  /** Changes with each change of the dynamic table. */
  readonly tableVersion: () => number;
}

/** `tableBytesAllowed`: the most that the other side lets the sender use by now. */
export function createHpackDecoder(
  platform: Platform,
  limits: Http2Limits,
  tableBytesAllowed: () => number,
): HpackDecoder {
  const strings = createHpackStrings(platform);
  const table = createHpackTable(limits.tableBytesMax);
  /** Names that came as literals lately, by their text; forgotten all at once. */
  let names = new Map<string, FieldName>();

  let position = 0;
  let end = 0;
  /** Why the block cannot be decoded any further, to follow “The header block ”. */
  let failure = '';
  let fields: HpackField[] = [];
  let defects: Http2Defect[] = [];
  let inserted: HpackField[] = [];
  let usedTable = false;
  let changedTable = false;

  function decode(bytes: Uint8Array, from: number, to: number, cut: boolean): HpackBlock {
    position = from;
    end = to;
    failure = '';
    fields = [];
    defects = [];
    inserted = [];
    usedTable = false;
    changedTable = false;
    let decodedBytes = 0;
    let mayResize = true;
    while (position < end) {
      const first = bytes[position] as number;
      if ((first & 0xe0) === 0x20) {
        resize(bytes, mayResize);
        if (failure !== '') break;
        continue;
      }
      mayResize = false;
      const field = first >= 0x80 ? readIndexed(bytes) : readLiteral(bytes, first);
      if (field === null) break;
      decodedBytes += field.sizeBytes;
      if (decodedBytes <= limits.decodedBytesMax) add(field);
    }
    if (decodedBytes > limits.decodedBytesMax) {
      report(
        'head-too-large',
        `The head is larger than ${limits.decodedBytesMax} bytes; the rest is left out.`,
      );
    }
    if (failure !== '' || cut) {
      lose();
      if (cut) report('head-too-large', `The header block is longer than ${limits.blockBytesMax} bytes.`);
      else report('hpack', `The header block ${failure}; what follows in it is unknown.`);
    }
    return { fields, defects, usedTable, changedTable, inserted };
  }

  function add(field: HpackField): void {
    fields.push(field);
    if (field.flaw !== '') report('bad-head', `A field ${field.flaw}.`);
  }

  function readIndexed(bytes: Uint8Array): HpackField | null {
    const index = readInteger(bytes, 0x7f);
    if (failure !== '') return null;
    if (index < FIRST_DYNAMIC_INDEX) {
      const field = staticField(index);
      if (field === undefined) failure = 'refers to the entry 0, which does not exist';
      return field ?? null;
    }
    usedTable = true;
    return table.at(index - FIRST_DYNAMIC_INDEX) ?? createField(unknownName(index), '');
  }

  /** RFC 7541 section 6.2: with indexing 01, without 0000, never 0001. */
  function readLiteral(bytes: Uint8Array, first: number): HpackField | null {
    const isIndexing = first >= 0x40;
    const index = readInteger(bytes, isIndexing ? 0x3f : 0x0f);
    if (failure !== '') return null;
    const name = index === 0 ? readName(bytes) : nameAt(index);
    if (name === null) return null;
    const value = readString(bytes);
    if (value === null) return null;
    const field = createField(name, value);
    if (isIndexing) {
      table.insert(field);
      inserted.push(field);
    }
    return field;
  }

  function nameAt(index: number): FieldName {
    if (index < FIRST_DYNAMIC_INDEX) return staticName(index) ?? unknownName(index);
    usedTable = true;
    const field = table.at(index - FIRST_DYNAMIC_INDEX);
    return field === undefined ? unknownName(index) : nameOf(field);
  }

  function readName(bytes: Uint8Array): FieldName | null {
    const text = readString(bytes);
    if (text === null) return null;
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = createFieldName(text);
    if (text.length > 64) return name;
    if (names.size === 64) names = new Map();
    names.set(text, name);
    return name;
  }

  function readString(bytes: Uint8Array): string | null {
    if (position >= end) return fail('ends before a string');
    const isHuffman = (bytes[position] as number) >= 0x80;
    const length = readInteger(bytes, 0x7f);
    if (failure !== '') return null;
    if (length > end - position) return fail('ends inside a string');
    const from = position;
    position += length;
    return strings.read(bytes, from, position, isHuffman) ?? fail(strings.problem());
  }

  /** RFC 7541 section 5.1; `mask` is the prefix filled with ones. */
  function readInteger(bytes: Uint8Array, mask: number): number {
    let value = (bytes[position++] as number) & mask;
    if (value < mask) return value;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      if (position >= end) {
        fail('ends inside a number');
        return 0;
      }
      const byte = bytes[position++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80 && value <= INTEGER_MAX) return value;
      if (byte < 0x80) break;
    }
    fail('holds a number above 2^32 - 1');
    return 0;
  }

  /** RFC 7541 section 4.2: only before the first field, and no more than the other side allows. */
  function resize(bytes: Uint8Array, mayResize: boolean): void {
    const sizeBytes = readInteger(bytes, 0x1f);
    if (failure !== '') return;
    if (!mayResize) {
      fail('changes the size of its table after a field');
      return;
    }
    const allowed = tableBytesAllowed();
    if (sizeBytes > allowed) {
      report('hpack', `The header block sets a table of ${sizeBytes} bytes where ${allowed} are allowed.`);
    }
    table.resize(sizeBytes);
    changedTable = true;
  }

  function unknownName(index: number): FieldName {
    if (!table.isPartial()) {
      report('unknown-index', `A field refers to unknown index ${index}: the table has no such entry.`);
      lose();
    } else if (table.sizeBytesMax() > limits.tableBytesMax) {
      report(
        'unknown-index',
        `A field refers to unknown index ${index}: of a table of ${table.sizeBytesMax()} bytes, ${limits.tableBytesMax} are kept.`,
      );
    } else {
      report('unknown-index', `A field refers to unknown index ${index}: the entry was lost earlier.`);
    }
    return { name: `unknown index ${index}`, role: 'plain', flaw: '' };
  }

  function lose(): void {
    table.lose();
    changedTable = true;
  }

  function report(code: Http2Defect['code'], message: string): void {
    if (defects.length < BLOCK_DEFECTS_MAX) defects.push({ code, message, fatal: false });
  }

  function fail(reason: string): null {
    failure = reason;
    return null;
  }

  function insertAgain(again: readonly HpackField[]): void {
    for (const field of again) table.insert(field);
  }

  return { decode, insertAgain, tableVersion: table.version };
}
