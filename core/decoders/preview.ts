import { readProtobuf } from './protobuf.ts';
import type { TreeTable } from './tree.ts';
import { decodeUtf8, isUtf8 } from './utf8.ts';

/** Bytes that a preview is made of; more do not fit into a line. */
export const previewBytesMax = 1024;
const hexBytes = 32;
const fieldsMax = 24;
const space = 0x20;

/** The beginning of a content as one line: text with its white space folded, else its first bytes in hexadecimal. */
export function previewOf(bytes: Uint8Array, charsMax: number): string {
  const head = bytes.subarray(0, previewBytesMax);
  if (isUtf8(head, 0, head.length, true) && !head.some(isBinary))
    return cutTo(
      decodeUtf8(head)
        .replace(/[\s\u007f-\u009f]+/g, ' ')
        .trim(),
      charsMax,
    );
  const hex = Array.from(head.subarray(0, hexBytes), (byte) => byte.toString(16).padStart(2, '0'));
  return cutTo(hex.join(' ') + (bytes.length > hexBytes ? ' …' : ''), charsMax);
}

/** Protocol buffers without their schema, the fields of the message itself in a line: `1: "Lamp", 2: 8812`. */
export function protobufPreview(bytes: Uint8Array, charsMax: number): string {
  const table = readProtobuf(bytes.subarray(0, previewBytesMax), bytes.length <= previewBytesMax, false);
  if (table.count === 0) return previewOf(bytes, charsMax);
  const fields: string[] = [];
  for (let node = 0; node < table.count && fields.length < fieldsMax; node = table.next[node] ?? table.count)
    fields.push(fieldText(table, node));
  return cutTo(fields.join(', '), charsMax);
}

function fieldText(table: TreeTable, node: number): string {
  const [from, labelTo, textTo] = [node * 3 - 1, node * 3, node * 3 + 1].map((at) =>
    at < 0 ? 0 : (table.ends[at] ?? 0),
  ) as [number, number, number];
  const label = table.strings.slice(from, labelTo);
  const text = table.strings.slice(labelTo, textTo).replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ');
  if ((table.members[node] ?? 0) > 0) return `${label}: {…}`;
  return `${label}: ${/^[\d.e+-]+$/i.test(text) ? text : `"${text}"`}`;
}

/** Whether a text that holds this byte would be none; tabs and line ends are none of these. */
function isBinary(byte: number): boolean {
  return byte < space && (byte < 0x09 || byte > 0x0d) && byte !== 0x1b;
}

function cutTo(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const to = charsMax - 1;
  return `${text.slice(0, isHighSurrogate(text.charCodeAt(to - 1)) ? to - 1 : to)}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
