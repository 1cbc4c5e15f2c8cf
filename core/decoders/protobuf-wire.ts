/** A field of the wire format (protobuf.dev, "Encoding"); `next` is where the one after it begins. */
export type WireField = { readonly number: number; readonly next: number } & (
  | { readonly wire: 'varint'; readonly value: bigint }
  | { readonly wire: 'fixed32' | 'fixed64'; readonly view: DataView }
  /** `group`: between the tags that begin and end it. */
  | { readonly wire: 'bytes' | 'group'; readonly from: number; readonly to: number }
);

const numberMax = 536_870_911;
const groupDepthMax = 32;

/** Null where no field stands between `at` and `to`. */
export function nextField(bytes: Uint8Array, at: number, to: number, groupDepth = 0): WireField | null {
  const tag = varint(bytes, at, to);
  if (tag === null || tag.value >> 3n < 1n || tag.value >> 3n > BigInt(numberMax)) return null;
  const number = Number(tag.value >> 3n);
  const from = tag.next;
  const fixed = (size: number) => new DataView(bytes.buffer, bytes.byteOffset + from, size);
  switch (Number(tag.value & 7n)) {
    case 0: {
      const read = varint(bytes, from, to);
      return read === null ? null : { number, wire: 'varint', value: read.value, next: read.next };
    }
    case 1:
      return from + 8 > to ? null : { number, wire: 'fixed64', view: fixed(8), next: from + 8 };
    case 5:
      return from + 4 > to ? null : { number, wire: 'fixed32', view: fixed(4), next: from + 4 };
    case 2: {
      const length = varint(bytes, from, to);
      if (length === null || length.value > BigInt(to - length.next)) return null;
      const end = length.next + Number(length.value);
      return { number, wire: 'bytes', from: length.next, to: end, next: end };
    }
    case 3:
      return groupDepth >= groupDepthMax ? null : readGroup(bytes, number, from, to, groupDepth);
    default:
      return null;
  }
}

function readGroup(
  bytes: Uint8Array,
  number: number,
  from: number,
  to: number,
  depth: number,
): WireField | null {
  let at = from;
  while (at < to) {
    const tag = varint(bytes, at, to);
    if (tag !== null && (tag.value & 7n) === 4n)
      return Number(tag.value >> 3n) === number
        ? { number, wire: 'group', from, to: at, next: tag.next }
        : null;
    const field = nextField(bytes, at, to, depth + 1);
    if (field === null) return null;
    at = field.next;
  }
  return null;
}

/** Whether the bytes are fields from end to end. Looks into groups, not into nested messages. */
export function onlyFields(bytes: Uint8Array, from: number, to: number, largest = numberMax): boolean {
  let at = from;
  while (at < to) {
    const field = nextField(bytes, at, to);
    if (field === null || field.number > largest) return false;
    at = field.next;
  }
  return to > from;
}

/** Up to ten bytes of seven bits, least significant first; cut to 64 bits. */
function varint(
  bytes: Uint8Array,
  at: number,
  to: number,
): { readonly value: bigint; readonly next: number } | null {
  let low = 0;
  for (let index = 0; index < 4 && at + index < to; index += 1) {
    const byte = bytes[at + index] ?? 0;
    low |= (byte & 0x7f) << (index * 7);
    if (byte < 0x80) return { value: BigInt(low), next: at + index + 1 };
  }
  let value = BigInt(low);
  for (let index = 4; index < 10 && at + index < to; index += 1) {
    const byte = bytes[at + index] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(index * 7);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: at + index + 1 };
  }
  return null;
}
