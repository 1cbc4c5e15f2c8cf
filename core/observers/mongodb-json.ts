import { hexText } from '../encoding/hex.ts';
import { u32LittleAt } from '../encoding/little-endian.ts';
import type { Platform } from '../model/platform.ts';
import { bsonType, type Bson, type BsonElement } from './mongodb-bson.ts';
import { decimalText } from './mongodb-decimal.ts';

/** How values are written. `shape`: as `?`, to group what differs in nothing else; names, operators and paths (`$total`) stay. */
export type BsonStyle = 'values' | 'shape';

/** Writes documents as Extended JSON, relaxed (MongoDB specification, version 2), cut with … at a bound. */
export interface BsonJson {
  readonly element: (bytes: Uint8Array, element: BsonElement, style: BsonStyle, charsMax: number) => string;
  /** The document at `at`; fields for which `leaveOut` says so are left out, those for which `hides` says so are `"***"`. */
  readonly document: (
    bytes: Uint8Array,
    at: number,
    to: number,
    style: BsonStyle,
    charsMax: number,
    leaveOut?: (name: string) => boolean,
  ) => string;
}

const depthMax = 32;
const stringBytesMax = 1000;
const binaryBytesMax = 64;

/** Fields whose values are secrets wherever they stand: of SASL, of X.509 and users' commands. */
const secret = new Set(['payload', 'pwd', 'key', 'nonce', 'saslSupportedMechsPayload']);

/** Names under which `key` and `payload` are what they say; elsewhere they are fields of people. */
export function hidesSecrets(command: string): boolean {
  return /^(?:sasl|authenticate|createUser|updateUser|copydb|logApplicationMessage|speculativeAuthenticate)/i.test(
    command,
  );
}

/** `hides`: whether values of fields that can be secrets are `"***"`. */
export function createBsonJson(platform: Platform, bson: Bson, hides: boolean): BsonJson {
  let text = '';
  let charsLeft = 0;

  function put(part: string): void {
    if (charsLeft <= 0) return;
    text += part.length > charsLeft ? `${part.slice(0, charsLeft)}…` : part;
    charsLeft -= part.length;
  }

  function writeDocument(
    bytes: Uint8Array,
    at: number,
    to: number,
    style: BsonStyle,
    depth: number,
    leaveOut?: (name: string) => boolean,
  ): void {
    if (depth > depthMax) return put('{…}');
    put('{');
    let isFirst = true;
    bson.each(bytes, at, to, (element) => {
      if (leaveOut?.(element.name) === true) return true;
      put(isFirst ? `${quoted(element.name)}:` : `,${quoted(element.name)}:`);
      isFirst = false;
      const isHidden = secret.has(element.name) && (hides || element.name === 'pwd');
      if (isHidden) put(style === 'shape' ? '?' : '"***"');
      else if (element.name === 'speculativeAuthenticate') put(style === 'shape' ? '?' : '{…}');
      else writeValue(bytes, element, style, depth + 1);
      return charsLeft > 0;
    });
    put('}');
  }

  /** In shapes, members that look alike follow each other once. */
  function writeArray(bytes: Uint8Array, { at, to }: BsonElement, style: BsonStyle, depth: number): void {
    if (depth > depthMax) return put('[…]');
    put('[');
    let previous: string | null = null;
    bson.each(bytes, at, to, (element) => {
      const outer = text;
      const left = charsLeft;
      const isFirst = previous === null;
      text = '';
      writeValue(bytes, element, style, depth + 1);
      const written = text;
      text = outer;
      if (style === 'shape' && written === previous) charsLeft = left;
      else text += isFirst ? written : `,${written}`;
      previous = written;
      return charsLeft > 0;
    });
    put(']');
  }

  function writeValue(bytes: Uint8Array, element: BsonElement, style: BsonStyle, depth: number): void {
    switch (element.type) {
      case bsonType.document:
        return writeDocument(bytes, element.at, element.to, style, depth);
      case bsonType.array:
        return writeArray(bytes, element, style, depth);
      default:
        put(style === 'shape' ? shapeOf(bytes, element) : scalar(bytes, element));
    }
  }

  /** A path into the document is part of an expression, not a value. */
  function shapeOf(bytes: Uint8Array, element: BsonElement): string {
    if (element.type !== bsonType.string) return '?';
    const start = bson.string(bytes, element, 200);
    return /^\$\$?[A-Za-z_][\w.]*$/.test(start) ? JSON.stringify(start) : '?';
  }

  function scalar(bytes: Uint8Array, element: BsonElement): string {
    const { type, at, to } = element;
    switch (type) {
      case bsonType.double:
      case bsonType.int32:
        return numberText(bson.number(bytes, element) ?? 0);
      case bsonType.int64:
        return to - at < 8 ? '0' : int64(bytes, at).toString();
      case bsonType.string:
        return stringText(bytes, element);
      case bsonType.binary:
        return binaryText(bytes, at, to);
      case bsonType.undefined:
        return '{"$undefined":true}';
      case bsonType.objectId:
        return `{"$oid":"${hexText(bytes, at, to)}"}`;
      case bsonType.boolean:
        return bytes[at] === 1 ? 'true' : 'false';
      case bsonType.date:
        return dateText(bytes, at, to);
      case bsonType.null:
        return 'null';
      case bsonType.regex:
        return regexText(bytes, at, to);
      case bsonType.dbPointer:
        return `{"$dbPointer":{"$ref":${stringText(bytes, element)}}}`;
      case bsonType.code:
        return `{"$code":${stringText(bytes, element)}}`;
      case bsonType.codeWithScope:
        return `{"$code":${stringText(bytes, { ...element, at: at + 4 })}}`;
      case bsonType.symbol:
        return `{"$symbol":${stringText(bytes, element)}}`;
      case bsonType.timestamp:
        return `{"$timestamp":{"t":${u32LittleAt(bytes, at + 4)},"i":${u32LittleAt(bytes, at)}}}`;
      case bsonType.decimal:
        return `{"$numberDecimal":"${decimalText(bytes, at, to)}"}`;
      case bsonType.minKey:
        return '{"$minKey":1}';
      case bsonType.maxKey:
        return '{"$maxKey":1}';
      default:
        return '?';
    }
  }

  function stringText(bytes: Uint8Array, element: BsonElement): string {
    const shown = bson.string(bytes, element, stringBytesMax);
    const isCut = u32LittleAt(bytes, element.at) - 1 > stringBytesMax;
    return quoted(isCut ? `${shown.replace(/\ufffd+$/, '')}…` : shown);
  }

  function binaryText(bytes: Uint8Array, at: number, to: number): string {
    const kind = bytes[at + 4] ?? 0;
    const length = u32LittleAt(bytes, at);
    const from = at + 5;
    if (kind === 4 && length === 16 && from + 16 <= to) {
      const digits = hexText(bytes, from, from + 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      return `{"$uuid":"${digits}"}`;
    }
    const shown = bytes.subarray(from, Math.min(to, from + Math.min(length, binaryBytesMax)));
    const cut = shown.length < length ? '…' : '';
    return `{"$binary":{"base64":"${platform.base64(shown)}${cut}","subType":"${hexText(Uint8Array.of(kind), 0, 1)}"}}`;
  }

  function regexText(bytes: Uint8Array, at: number, to: number): string {
    const patternTo = bytes.indexOf(0, at);
    const pattern = platform.utf8(bytes, at, Math.min(patternTo, at + stringBytesMax));
    const options = platform.utf8(bytes, patternTo + 1, Math.max(patternTo + 1, to - 1)).slice(0, 10);
    return `{"$regularExpression":{"pattern":${JSON.stringify(pattern)},"options":${JSON.stringify(options)}}}`;
  }

  function written(charsMax: number, write: () => void): string {
    text = '';
    charsLeft = charsMax;
    write();
    return text;
  }

  return {
    element: (bytes, element, style, charsMax) =>
      written(charsMax, () => writeValue(bytes, element, style, 0)),
    document: (bytes, at, to, style, charsMax, leaveOut) =>
      written(charsMax, () => writeDocument(bytes, at, to, style, 0, leaveOut)),
  };
}

/** As JSON writes it; most texts hold nothing to be escaped. */
function quoted(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : `{"$numberDouble":"${value}"}`;
}

function int64(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0, true);
}

/** ISO 8601 between 1970 and 9999, else milliseconds. */
function dateText(bytes: Uint8Array, at: number, to: number): string {
  const ms = to - at < 8 ? 0n : int64(bytes, at);
  if (ms < 0n || ms > 253_402_300_799_999n) return `{"$date":{"$numberLong":"${ms}"}}`;
  return `{"$date":"${new Date(Number(ms)).toISOString().replace('.000Z', 'Z')}"}`;
}
