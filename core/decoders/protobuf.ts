import { fail, succeed } from '../model/result.ts';
import { byteCount, hexOf } from './byte-reader.ts';
import { mediaTypeOf, saysLittle, type BodySample, type Decoder } from './decoder.ts';
import { decodePaddedBase64 } from './base64-bytes.ts';
import { grpcMessages } from './grpc-frames.ts';
import { nextField, onlyFields, type WireField } from './protobuf-wire.ts';
import { buildTree, type TreeBuilder, type TreeTable } from './tree.ts';
import { decodeUtf8, isUtf8 } from './utf8.ts';

/**
 * Protocol buffers read without their schema: numbers for names, and for every value what the wire allows. Messages
 * framed by gRPC or gRPC-Web are recognised by type or by their lengths.
 */
export const protobuf: Decoder = {
  id: 'protobuf',
  name: 'Protobuf',
  bytesMax: 16_777_216,
  recognises: (sample) => {
    const mediaType = mediaTypeOf(sample.contentType);
    if (/[/.+-](protobuf|x-protobuf|protobuffer|proto)$|^application\/grpc/.test(mediaType))
      return sample.bytes.length > 0;
    return saysLittle(mediaType) && looksLikeProtobuf(sample);
  },
  decode: ({ contentType, bytes, complete }) => {
    const framed = /^application\/(grpc|connect)/.test(mediaTypeOf(contentType));
    const plain = mediaTypeOf(contentType).startsWith('application/grpc-web-text')
      ? decodePaddedBase64(bytes)
      : bytes;
    if (plain === null) return fail('not-base64', 'The body should be base64 text and is not.');
    const table = readProtobuf(plain, complete, framed);
    return table.count === 0
      ? fail('not-protobuf', table.problem ?? 'There are no fields in it.')
      : succeed(table);
  },
};

const guessBytesMax = 65_536;
const guessNumberMax = 1000;

function looksLikeProtobuf({ bytes, complete }: BodySample): boolean {
  if (!complete || bytes.length < 4 || bytes.length > guessBytesMax) return false;
  if (isUtf8(bytes) && !hasControl(bytes)) return false;
  return onlyFields(bytes, 0, bytes.length, guessNumberMax) || grpcMessages(bytes) !== null;
}

export function readProtobuf(bytes: Uint8Array, complete: boolean, framed: boolean): TreeTable {
  const tree = buildTree();
  const notes = [
    'Read without its schema: fields are numbers, and types are guesses. Hover a value for others.',
  ];
  const messages = framed || !onlyFields(bytes, 0, bytes.length) ? grpcMessages(bytes) : null;
  if (messages === null) {
    const problem = readMessage(tree, bytes, 0, bytes.length, complete);
    return tree.finish(problem, notes);
  }
  let problem: string | null = null;
  messages.forEach(({ from, to, compressed, trailers, cutOff }, index) => {
    if (tree.bound() !== null) return;
    if (trailers) return void tree.leaf('trailers', 'text', decodeUtf8(bytes, from, to).trim());
    if (cutOff) problem = complete ? 'The last message is cut off.' : 'The data goes on after what was read.';
    if (compressed)
      return void tree.leaf(
        `message ${index}`,
        'bytes',
        hexOf(bytes.subarray(from, to)),
        'compressed: not decoded',
      );
    if (!tree.open(`message ${index}`, 'message', '', byteCount(to - from))) return;
    problem = readMessage(tree, bytes, from, to, complete && !cutOff) ?? problem;
    tree.close();
  });
  return tree.finish(problem, ['Each message stands in a frame of gRPC.', ...notes]);
}

/** Adds the fields of one message; gives the reason where they end before the message does. */
function readMessage(
  tree: TreeBuilder,
  bytes: Uint8Array,
  from: number,
  to: number,
  complete: boolean,
): string | null {
  let at = from;
  while (at < to) {
    const field = nextField(bytes, at, to);
    if (field === null)
      return complete
        ? `At byte ${at.toLocaleString('en')} the data stops being protocol buffers.`
        : 'The data goes on after what was read.';
    if (!addField(tree, bytes, field)) return tree.bound();
    at = field.next;
  }
  return null;
}

function addField(tree: TreeBuilder, bytes: Uint8Array, field: WireField): boolean {
  const label = String(field.number);
  switch (field.wire) {
    case 'varint': {
      const { value } = field;
      const signed = BigInt.asIntN(64, value);
      const zigzag = (value >> 1n) ^ -(value & 1n);
      const notes = ['varint', ...(signed < 0n ? [`int64 ${signed}`] : []), `sint ${zigzag}`];
      if (value <= 1n) notes.push(`bool ${value === 1n ? 'true' : 'false'}`);
      return tree.leaf(label, 'number', String(value), notes.join(' · '));
    }
    case 'fixed32': {
      const float = field.view.getFloat32(0, true);
      const note = `fixed32 · float ${float} · int32 ${field.view.getInt32(0, true)}`;
      return tree.leaf(
        label,
        'number',
        plausible(float) ? String(float) : String(field.view.getUint32(0, true)),
        note,
      );
    }
    case 'fixed64': {
      const double = field.view.getFloat64(0, true);
      const whole = field.view.getBigUint64(0, true);
      const note = `fixed64 · uint64 ${whole} · double ${double} · int64 ${BigInt.asIntN(64, whole)}`;
      return tree.leaf(label, 'number', plausible(double) ? String(double) : String(whole), note);
    }
    case 'bytes':
      return addBytes(tree, label, bytes, field.from, field.to);
    case 'group': {
      if (!tree.open(label, 'message', '', 'group')) return false;
      readMessage(tree, bytes, field.from, field.to, true);
      tree.close();
      return tree.bound() === null;
    }
    default:
      return field satisfies never;
  }
}

function addBytes(tree: TreeBuilder, label: string, bytes: Uint8Array, from: number, to: number): boolean {
  const slice = bytes.subarray(from, to);
  const text = isUtf8(slice);
  const message = slice.length > 0 && onlyFields(bytes, from, to);
  if (text && !(message && hasControl(slice)))
    return tree.leaf(
      label,
      'string',
      decodeUtf8(slice),
      `${byteCount(slice.length)} of text${message ? ', or a message' : ''}`,
    );
  if (message) {
    if (!tree.open(label, 'message', '', byteCount(slice.length))) return false;
    readMessage(tree, bytes, from, to, true);
    tree.close();
    return tree.bound() === null;
  }
  const packed = packedVarints(slice);
  const note =
    packed === null ? byteCount(slice.length) : `${byteCount(slice.length)} · packed varints ${packed}`;
  return tree.leaf(label, 'bytes', hexOf(slice), note);
}

const packedShown = 8;

/** The numbers, where the bytes are varints through and through. */
function packedVarints(bytes: Uint8Array): string | null {
  if (bytes.length === 0 || (bytes.at(-1) ?? 0x80) >= 0x80) return null;
  const values: string[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (shift > 70n) return null;
    if (byte < 0x80) {
      if (values.length === packedShown) return `${values.join(', ')} …`;
      values.push(String(value));
      value = 0n;
      shift = 0n;
    }
  }
  return values.join(', ');
}

/** A number people use, rather than other data read as a float. */
function plausible(value: number): boolean {
  const size = Math.abs(value);
  return size >= 1e-6 && size < 1e12;
}

function hasControl(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 0x20 || byte === 0x7f);
}
