import { fail, succeed } from '../model/result.ts';
import { byteCount, hexOf, isoTime, readBytes, type ByteReader } from './byte-reader.ts';
import { mediaTypeOf, saysLittle, type BodySample, type Decoder } from './decoder.ts';
import { buildTree, type TreeKind, type TreeTable } from './tree.ts';
import { decodeUtf8, isUtf8 } from './utf8.ts';

/** CBOR (RFC 8949) and CBOR sequences (RFC 8742): all major types, indefinite lengths, the common tags. */
export const cbor: Decoder = {
  id: 'cbor',
  name: 'CBOR',
  bytesMax: 16_777_216,
  recognises: (sample) => {
    const mediaType = mediaTypeOf(sample.contentType);
    if (/[/+]cbor(-seq)?$|[/+](cose|senml\+cbor)$/.test(mediaType)) return sample.bytes.length > 0;
    return saysLittle(mediaType) && looksLikeCbor(sample);
  },
  decode: ({ bytes, complete }) => {
    const table = readCbor(bytes, complete);
    return table.count === 0 ? fail('not-cbor', table.problem ?? 'There is nothing in it.') : succeed(table);
  },
};

const guessBytesMax = 65_536;

/** The tag that says so (RFC 8949 section 3.4.6), or a map or an array that ends exactly where the body does. */
function looksLikeCbor({ bytes, complete }: BodySample): boolean {
  if (bytes[0] === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7) return true;
  const major = (bytes[0] ?? 0) >> 5;
  if ((major !== 4 && major !== 5) || !complete || bytes.length > guessBytesMax || bytes.length < 3)
    return false;
  const table = readCbor(bytes, true);
  return table.problem === null && table.next[0] === table.count && table.count > 1;
}

interface Pending {
  readonly kind: 'object' | 'array' | 'pieces';
  /** Infinity until a break comes. */
  left: number;
  position: number;
  /** Of a map: the next item is a key. */
  key: string | null;
}

interface Item {
  readonly kind: TreeKind;
  readonly text: string;
  readonly note: string;
  readonly opens: { readonly kind: Pending['kind']; readonly items: number } | null;
}

type Read = Item | 'break' | { readonly problem: string };

export function readCbor(bytes: Uint8Array, complete: boolean): TreeTable {
  const reader = readBytes(bytes);
  const tree = buildTree();
  const stack: Pending[] = [];
  let problem: string | null = null;
  let tags: string[] = [];
  const cut = complete ? 'The data ends too early.' : 'The data goes on after what was read.';

  while (problem === null && reader.left() > 0) {
    const tag = readTag(reader);
    if (tag !== null) {
      tags.push(tag);
      if (tags.length > 64) problem = 'More than 64 tags stand one after another.';
      continue;
    }
    const parent = stack.at(-1);
    const item = readItem(reader, tags, cut);
    const note = tags.length === 0 ? '' : tags.map(tagWords).join(', ');
    tags = [];
    if (item === 'break') {
      if (parent?.left !== Infinity) problem = 'A break stands where nothing of open length is.';
      else {
        stack.pop();
        tree.close();
      }
    } else if ('problem' in item) problem = item.problem;
    else if (parent?.kind === 'object' && parent.key === null && item.opens === null) {
      parent.key = item.text;
      continue;
    } else {
      const label = parent === undefined ? '' : (parent.key ?? String(parent.position));
      const notes = [item.note, note].filter((each) => each !== '').join(', ');
      const added =
        item.opens === null
          ? tree.leaf(label, item.kind, item.text, notes)
          : tree.open(label, item.kind, item.text, notes);
      if (!added) break;
      if (parent !== undefined) {
        parent.left -= 1;
        parent.position += 1;
        parent.key = null;
      }
      if (item.opens !== null)
        stack.push({ kind: item.opens.kind, left: item.opens.items, position: 0, key: null });
    }
    while (stack.at(-1)?.left === 0) {
      stack.pop();
      tree.close();
    }
  }
  if (problem === null && tree.bound() === null && (stack.length > 0 || tags.length > 0)) problem = cut;
  return tree.finish(problem);
}

/** Number of the tag that stands here, null where another item does. */
function readTag(reader: ByteReader): string | null {
  const first = reader.bytes[reader.at()] ?? 0;
  if (first >> 5 !== 6) return null;
  reader.u8();
  const argument = readArgument(reader, first & 0x1f);
  return argument === null ? null : String(argument);
}

/** RFC 8949 section 3: the value of the additional information; null where it is cut off or reserved. */
function readArgument(reader: ByteReader, info: number): bigint | null {
  if (info < 24) return BigInt(info);
  const size = [1, 2, 4, 8][info - 24];
  if (size === undefined || reader.left() < size) return null;
  return size === 1
    ? BigInt(reader.u8())
    : size === 2
      ? BigInt(reader.u16())
      : size === 4
        ? BigInt(reader.u32())
        : reader.u64();
}

function readItem(reader: ByteReader, tags: readonly string[], cut: string): Read {
  const first = reader.u8();
  const major = first >> 5;
  const info = first & 0x1f;
  if (major === 7) return readSimple(reader, info, cut);
  if (info === 31) return openLength(major);
  const argument = readArgument(reader, info);
  if (argument === null) return { problem: info > 27 ? 'A length uses a reserved form.' : cut };
  const tag = tags.at(-1);
  switch (major) {
    case 0:
      return tag === '1' ? dated(Number(argument)) : leaf('number', String(argument));
    case 1:
      return tag === '1' ? dated(Number(-1n - argument)) : leaf('number', String(-1n - argument));
    case 2:
    case 3: {
      if (argument > BigInt(reader.left())) return { problem: cut };
      const from = reader.at();
      reader.seek(from + Number(argument));
      const bytes = reader.bytes.subarray(from, reader.at());
      if (major === 3) return leaf('string', decodeUtf8(bytes), isUtf8(bytes) ? '' : 'Not valid UTF-8');
      return big(bytes, tag) ?? leaf('bytes', hexOf(bytes), byteCount(bytes.length));
    }
    default: {
      const items = Number(argument);
      const kind = major === 4 ? 'array' : 'object';
      return { kind, text: '', note: '', opens: { kind, items } };
    }
  }
}

const bignumBytesMax = 1024;

/** Tags 2 and 3: an integer of any size (RFC 8949 section 3.4.3). */
function big(bytes: Uint8Array, tag: string | undefined): Item | null {
  if ((tag !== '2' && tag !== '3') || bytes.length === 0 || bytes.length > bignumBytesMax) return null;
  const value = BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
  return leaf('number', String(tag === '2' ? value : -1n - value));
}

function openLength(major: number): Read {
  if (major === 4 || major === 5) {
    const kind = major === 4 ? 'array' : 'object';
    return { kind, text: '', note: 'open length', opens: { kind, items: Infinity } };
  }
  if (major === 2 || major === 3) {
    const note = major === 2 ? 'byte string in pieces' : 'text in pieces';
    return { kind: 'array', text: '', note, opens: { kind: 'pieces', items: Infinity } };
  }
  return { problem: 'A length uses a reserved form.' };
}

function readSimple(reader: ByteReader, info: number, cut: string): Read {
  if (info === 31) return 'break';
  const word = ({ 20: 'false', 21: 'true', 22: 'null', 23: 'undefined' } as const)[info];
  if (word !== undefined) return leaf('word', word);
  if (info < 20) return leaf('word', `simple(${info})`);
  const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[info];
  if (size === undefined) return { problem: 'A length uses a reserved form.' };
  if (reader.left() < size) return { problem: cut };
  if (info === 24) return leaf('word', `simple(${reader.u8()})`);
  const value = info === 25 ? half(reader.u16()) : info === 26 ? reader.f32() : reader.f64();
  return leaf('number', Object.is(value, -0) ? '-0' : String(value), `${size * 8}-bit float`);
}

/** RFC 8949 appendix D. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (mantissa + 1024) * 2 ** (exponent - 25);
}

function leaf(kind: TreeKind, text: string, note = ''): Item {
  return { kind, text, note, opens: null };
}

function dated(seconds: number): Item {
  const text = isoTime(seconds * 1000);
  return text === null ? leaf('number', String(seconds)) : leaf('date', text, String(seconds));
}

const tagNames: Readonly<Record<string, string>> = {
  '0': 'date text',
  '1': 'seconds since 1970',
  '2': 'big integer',
  '3': 'negative big integer',
  '4': 'decimal fraction',
  '5': 'big float',
  '21': 'meant as base64url',
  '22': 'meant as base64',
  '23': 'meant as hexadecimal',
  '24': 'embedded CBOR',
  '32': 'URI',
  '33': 'base64url text',
  '34': 'base64 text',
  '35': 'regular expression',
  '36': 'MIME message',
  '37': 'UUID',
  '55799': 'self-described CBOR',
};

function tagWords(tag: string): string {
  const name = tagNames[tag];
  return name === undefined ? `tag ${tag}` : `tag ${tag}: ${name}`;
}
