import { nextField, type WireField } from './protobuf-wire.ts';
import { decodeUtf8, isUtf8 } from './utf8.ts';

/** A message type of a `.proto` file, as far as reading needs it. */
export interface ProtoMessage {
  /** Undefined for a number that the file does not have. */
  readonly field: (number: number) => ProtoField | undefined;
}

export interface ProtoField {
  readonly name: string;
  /** A scalar type by its name in `.proto` files, or what the others are. */
  readonly type: string;
  readonly repeated: boolean;
  /** Of a message, or of an entry of a map. */
  readonly message?: () => ProtoMessage | null;
  /** It is a map: its entries have their key in field 1 and their value in field 2. */
  readonly isMap?: boolean;
  /** Of an enum. */
  readonly nameOf?: (value: number) => string | undefined;
}

/** A value as JSON has it. Integers beyond 2^53 are texts, bytes are hexadecimal behind `0x`. */
export type NamedValue = string | number | boolean | null | NamedValue[] | NamedObject;
export interface NamedObject {
  [name: string]: NamedValue;
}

export interface NamedMessage {
  readonly value: NamedObject;
  /** Why it is not all of it, one sentence. */
  readonly problem: string | null;
}

const depthMax = 100;
const valuesMax = 200_000;

interface Budget {
  values: number;
  problem: string | null;
}

/**
 * Protocol buffers with the names of their schema. Total: bytes that are no such message give what was read before and
 * the reason. A field that the schema does not have, or has as another type, stands under `#NUMBER`.
 */
export function readNamed(bytes: Uint8Array, type: ProtoMessage): NamedMessage {
  const budget: Budget = { values: 0, problem: null };
  const value = readMessage(bytes, 0, bytes.length, type, 0, budget);
  return { value, problem: budget.problem };
}

function readMessage(
  bytes: Uint8Array,
  from: number,
  to: number,
  type: ProtoMessage | null,
  depth: number,
  budget: Budget,
): NamedObject {
  // Without a prototype, a field may have any name.
  const object = Object.create(null) as NamedObject;
  if (depth > depthMax) {
    budget.problem ??= `Messages nested deeper than ${depthMax} levels are not read.`;
    return object;
  }
  for (let at = from; at < to;) {
    const field = nextField(bytes, at, to);
    if (field === null) {
      budget.problem ??= `At byte ${at} the data stops being protocol buffers.`;
      break;
    }
    at = field.next;
    budget.values += 1;
    if (budget.values > valuesMax) {
      budget.problem ??= `Only the first ${valuesMax.toLocaleString('en')} values are shown.`;
      break;
    }
    put(object, bytes, field, type?.field(field.number), depth, budget);
  }
  return object;
}

function put(
  object: NamedObject,
  bytes: Uint8Array,
  field: WireField,
  known: ProtoField | undefined,
  depth: number,
  budget: Budget,
): void {
  const values = known === undefined ? null : valuesOf(bytes, field, known, depth, budget);
  if (known === undefined || values === null) {
    append(object, `#${field.number}`, unknownValue(bytes, field, depth, budget));
    return;
  }
  if (known.isMap === true) putEntry(object, known.name, values[0]);
  else if (known.repeated) for (const value of values) append(object, known.name, value, true);
  else object[known.name] = values.at(-1) ?? null;
}

/** An entry of a map has its key and its value under their names, since its type names them so. */
function putEntry(object: NamedObject, name: string, entry: NamedValue | undefined): void {
  const map = (object[name] ??= Object.create(null) as NamedObject) as NamedObject;
  const { key = '', value = null } = (entry ?? {}) as NamedObject;
  map[typeof key === 'object' ? '' : String(key)] = value;
}

function append(object: NamedObject, name: string, value: NamedValue, isList = false): void {
  const before = object[name];
  if (before === undefined) object[name] = isList ? [value] : value;
  else if (Array.isArray(before)) before.push(value);
  else object[name] = [before, value];
}

/** Null where the wire says something else than the schema. */
function valuesOf(
  bytes: Uint8Array,
  field: WireField,
  known: ProtoField,
  depth: number,
  budget: Budget,
): NamedValue[] | null {
  if (known.message !== undefined) {
    if (field.wire !== 'bytes' && field.wire !== 'group') return null;
    return [readMessage(bytes, field.from, field.to, known.message(), depth + 1, budget)];
  }
  if (field.wire === 'bytes' && isPackable(known.type)) return packed(bytes, field, known, budget);
  const value = scalar(bytes, field, known);
  return value === undefined ? null : [value];
}

function scalar(bytes: Uint8Array, field: WireField, known: ProtoField): NamedValue | undefined {
  switch (field.wire) {
    case 'varint':
      return fromVarint(field.value, known);
    case 'fixed32':
      return known.type === 'float'
        ? number(field.view.getFloat32(0, true))
        : known.type === 'fixed32'
          ? field.view.getUint32(0, true)
          : known.type === 'sfixed32'
            ? field.view.getInt32(0, true)
            : undefined;
    case 'fixed64':
      return known.type === 'double'
        ? number(field.view.getFloat64(0, true))
        : known.type === 'fixed64'
          ? whole(field.view.getBigUint64(0, true))
          : known.type === 'sfixed64'
            ? whole(field.view.getBigInt64(0, true))
            : undefined;
    case 'bytes': {
      const part = bytes.subarray(field.from, field.to);
      if (known.type === 'string') return decodeUtf8(part);
      return known.type === 'bytes' ? hexText(part) : undefined;
    }
    case 'group':
      return undefined;
    default:
      return field satisfies never;
  }
}

function fromVarint(value: bigint, { type, nameOf }: ProtoField): NamedValue | undefined {
  const signed = BigInt.asIntN(64, value);
  switch (type) {
    case 'bool':
      return value !== 0n;
    case 'enum':
      return nameOf?.(Number(BigInt.asIntN(32, value))) ?? Number(BigInt.asIntN(32, value));
    case 'int32':
      return Number(BigInt.asIntN(32, value));
    case 'uint32':
      return Number(BigInt.asUintN(32, value));
    case 'sint32':
    case 'sint64':
      return whole((value >> 1n) ^ -(value & 1n));
    case 'int64':
      return whole(signed);
    case 'uint64':
      return whole(value);
    default:
      return undefined;
  }
}

function isPackable(type: string): boolean {
  return type !== 'string' && type !== 'bytes';
}

/** Several numbers in one field, without their tags. */
function packed(
  bytes: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  known: ProtoField,
  budget: Budget,
): NamedValue[] | null {
  const size = packedSizes[known.type] ?? 0;
  const values: NamedValue[] = [];
  // The tag of a field in front of each value makes it a field that can be read like any other.
  const tag = size === 8 ? 0x09 : size === 4 ? 0x0d : 0x08;
  const scratch = new Uint8Array(11);
  scratch[0] = tag;
  for (let at = from; at < to;) {
    const part = bytes.subarray(at, Math.min(to, at + 10));
    scratch.fill(0, 1);
    scratch.set(part, 1);
    const field = nextField(scratch, 0, 1 + part.length);
    const value = field === null ? undefined : scalar(scratch, field, known);
    if (field === null || value === undefined) return null;
    values.push(value);
    at += field.next - 1;
    budget.values += 1;
    if (budget.values > valuesMax) return values;
  }
  return values;
}

const packedSizes: Readonly<Record<string, number>> = {
  ...{ fixed32: 4, sfixed32: 4, float: 4 },
  ...{ fixed64: 8, sfixed64: 8, double: 8 },
};

function unknownValue(bytes: Uint8Array, field: WireField, depth: number, budget: Budget): NamedValue {
  switch (field.wire) {
    case 'varint':
      return whole(field.value);
    case 'fixed32':
      return field.view.getUint32(0, true);
    case 'fixed64':
      return whole(field.view.getBigUint64(0, true));
    case 'group':
      return readMessage(bytes, field.from, field.to, null, depth + 1, budget);
    case 'bytes': {
      const part = bytes.subarray(field.from, field.to);
      return isUtf8(part) ? decodeUtf8(part) : hexText(part);
    }
    default:
      return field satisfies never;
  }
}

function whole(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** JSON has no infinity. */
function number(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

const hexBytesMax = 4096;

function hexText(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, hexBytesMax), (byte) => byte.toString(16).padStart(2, '0'));
  return `0x${digits.join('')}${bytes.length > hexBytesMax ? '…' : ''}`;
}
