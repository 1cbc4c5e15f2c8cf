import { fail, succeed } from '../model/result.ts';
import { byteCount, hexOf, isoTime, readBytes, type ByteReader } from './byte-reader.ts';
import { mediaTypeOf, saysLittle, type BodySample, type Decoder } from './decoder.ts';
import { buildTree, type TreeBuilder, type TreeTable } from './tree.ts';
import { decodeUtf8, isUtf8 } from './utf8.ts';

/** MessagePack (github.com/msgpack/msgpack, spec.md): all types, extensions and timestamps; values one after another. */
export const messagePack: Decoder = {
  id: 'message-pack',
  name: 'MessagePack',
  bytesMax: 16_777_216,
  recognises: (sample) => {
    const mediaType = mediaTypeOf(sample.contentType);
    if (/[/.+-]msgpack$|[/-]messagepack$/.test(mediaType)) return sample.bytes.length > 0;
    return saysLittle(mediaType) && looksLikeMessagePack(sample);
  },
  decode: ({ bytes, complete }) => {
    const table = readMessagePack(bytes, complete);
    return table.count === 0
      ? fail('not-message-pack', table.problem ?? 'There is nothing in it.')
      : succeed(table);
  },
};

const guessBytesMax = 65_536;

/** A map or an array that ends exactly where the body does. */
function looksLikeMessagePack({ bytes, complete }: BodySample): boolean {
  const first = bytes[0] ?? 0;
  const container = (first > 0x80 && first <= 0x9f && first !== 0x90) || (first >= 0xdc && first <= 0xdf);
  if (!container || !complete || bytes.length > guessBytesMax || bytes.length < 3) return false;
  const table = readMessagePack(bytes, true);
  return table.problem === null && table.next[0] === table.count;
}

/** A container whose members are still to be read. */
interface Pending {
  readonly map: boolean;
  left: number;
  position: number;
}

export function readMessagePack(bytes: Uint8Array, complete: boolean): TreeTable {
  const reader = readBytes(bytes);
  const tree = buildTree();
  const stack: Pending[] = [];
  let problem: string | null = null;
  const cut = () => (complete ? 'The data ends too early.' : 'The data goes on after what was read.');

  while (reader.left() > 0) {
    const parent = stack.at(-1);
    let label = '';
    if (parent !== undefined) {
      label = parent.map ? (readKey(reader) ?? '') : String(parent.position);
      parent.left -= 1;
      parent.position += 1;
      if (reader.left() === 0) {
        problem = cut();
        break;
      }
    }
    const at = reader.at();
    const value = readValue(reader);
    if (value === null) {
      problem = bytes[at] === 0xc1 ? `Byte ${at.toLocaleString('en')} is 0xc1, which is never used.` : cut();
      break;
    }
    const added =
      value.members === null
        ? tree.leaf(label, value.kind, value.text, value.note)
        : tree.open(label, value.kind, value.text, value.note);
    if (!added) break;
    if (value.members !== null)
      stack.push({ map: value.kind === 'object', left: value.members, position: 0 });
    closeFull(stack, tree);
  }
  if (problem === null && stack.length > 0 && tree.bound() === null) problem = cut();
  return tree.finish(problem);
}

function closeFull(stack: Pending[], tree: TreeBuilder): void {
  while (stack.at(-1)?.left === 0) {
    stack.pop();
    tree.close();
  }
}

interface Value {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'word' | 'bytes' | 'date';
  readonly text: string;
  readonly note: string;
  /** Null for a value that holds no others. */
  readonly members: number | null;
}

/** A key is a scalar as a rule; one that holds values itself is named by its kind and its values are passed over. */
function readKey(reader: ByteReader): string | null {
  const value = readValue(reader);
  if (value === null) return null;
  let toSkip = value.members === null ? 0 : value.members * (value.kind === 'object' ? 2 : 1);
  while (toSkip > 0 && reader.left() > 0) {
    const inner = readValue(reader);
    if (inner === null) return null;
    toSkip += (inner.members ?? 0) * (inner.kind === 'object' ? 2 : 1) - 1;
  }
  return value.members === null ? value.text : `(${value.kind} as key)`;
}

function scalar(kind: Value['kind'], text: string, note = ''): Value {
  return { kind, text, note, members: null };
}

function container(kind: 'object' | 'array', members: number): Value {
  return { kind, text: '', note: '', members };
}

/** Null where the data ends inside of the value or the byte means nothing. */
function readValue(reader: ByteReader): Value | null {
  const code = reader.u8();
  if (code <= 0x7f) return scalar('number', String(code));
  if (code <= 0x8f) return container('object', code & 0x0f);
  if (code <= 0x9f) return container('array', code & 0x0f);
  if (code <= 0xbf) return text(reader, code & 0x1f);
  if (code >= 0xe0) return scalar('number', String(code - 256));
  const size = sizes[code];
  if (size !== undefined && reader.left() < size) return null;
  switch (code) {
    case 0xc0:
      return scalar('word', 'nil');
    case 0xc2:
      return scalar('word', 'false');
    case 0xc3:
      return scalar('word', 'true');
    case 0xc4:
      return binary(reader, reader.u8());
    case 0xc5:
      return binary(reader, reader.u16());
    case 0xc6:
      return binary(reader, reader.u32());
    case 0xc7:
      return extension(reader, reader.u8());
    case 0xc8:
      return extension(reader, reader.u16());
    case 0xc9:
      return extension(reader, reader.u32());
    case 0xca:
      return scalar('number', floatText(reader.f32()), '32-bit float');
    case 0xcb:
      return scalar('number', floatText(reader.f64()), '64-bit float');
    case 0xcc:
      return scalar('number', String(reader.u8()));
    case 0xcd:
      return scalar('number', String(reader.u16()));
    case 0xce:
      return scalar('number', String(reader.u32()));
    case 0xcf:
      return scalar('number', String(reader.u64()));
    case 0xd0:
      return scalar('number', String((reader.u8() << 24) >> 24));
    case 0xd1:
      return scalar('number', String((reader.u16() << 16) >> 16));
    case 0xd2:
      return scalar('number', String(reader.u32() | 0));
    case 0xd3:
      return scalar('number', String(BigInt.asIntN(64, reader.u64())));
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(reader, 1 << (code - 0xd4));
    case 0xd9:
      return text(reader, reader.u8());
    case 0xda:
      return text(reader, reader.u16());
    case 0xdb:
      return text(reader, reader.u32());
    case 0xdc:
      return container('array', reader.u16());
    case 0xdd:
      return container('array', reader.u32());
    case 0xde:
      return container('object', reader.u16());
    case 0xdf:
      return container('object', reader.u32());
    default:
      return null;
  }
}

/** Bytes that must follow a code before its value can be read. */
const sizes: Readonly<Record<number, number>> = {
  ...{ 0xc4: 1, 0xc5: 2, 0xc6: 4, 0xc7: 2, 0xc8: 3, 0xc9: 5, 0xca: 4, 0xcb: 8, 0xcc: 1, 0xcd: 2, 0xce: 4 },
  ...{ 0xcf: 8, 0xd0: 1, 0xd1: 2, 0xd2: 4, 0xd3: 8, 0xd9: 1, 0xda: 2, 0xdb: 4, 0xdc: 2, 0xdd: 4, 0xde: 2 },
  ...{ 0xdf: 4 },
};

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function slice(reader: ByteReader, length: number): Uint8Array | null {
  if (reader.left() < length) return null;
  const from = reader.at();
  reader.seek(from + length);
  return reader.bytes.subarray(from, from + length);
}

function text(reader: ByteReader, length: number): Value | null {
  const bytes = slice(reader, length);
  if (bytes === null) return null;
  const note = isUtf8(bytes) ? '' : 'Not valid UTF-8';
  return scalar('string', decodeUtf8(bytes), note);
}

function binary(reader: ByteReader, length: number): Value | null {
  const bytes = slice(reader, length);
  return bytes === null ? null : scalar('bytes', hexOf(bytes), byteCount(length));
}

function extension(reader: ByteReader, length: number): Value | null {
  if (reader.left() < 1) return null;
  const type = (reader.u8() << 24) >> 24;
  const bytes = slice(reader, length);
  if (bytes === null) return null;
  const time = type === -1 ? timestamp(bytes) : null;
  if (time !== null) return scalar('date', time, 'timestamp');
  return scalar('bytes', hexOf(bytes), `extension ${type}, ${byteCount(length)}`);
}

/** Seconds in 32 bits, nanoseconds and seconds in 30 + 34, or in 32 + 64. */
function timestamp(bytes: Uint8Array): string | null {
  const reader = readBytes(bytes);
  if (bytes.length === 4) return isoTime(reader.u32() * 1000);
  if (bytes.length === 8) {
    const packed = reader.u64();
    return withNanoseconds(Number(packed & 0x3ffffffffn), Number(packed >> 34n));
  }
  if (bytes.length !== 12) return null;
  const nanoseconds = reader.u32();
  return withNanoseconds(Number(BigInt.asIntN(64, reader.u64())), nanoseconds);
}

function withNanoseconds(seconds: number, nanoseconds: number): string | null {
  if (nanoseconds > 999_999_999) return null;
  const text = isoTime(seconds * 1000);
  return (
    text?.replace('.000Z', `.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '').padEnd(3, '0')}Z`) ??
    null
  );
}
