import { formatBytesAs, hexRowBytes, type HexForm } from './hex.ts';

export type ByteForm = HexForm | 'dump' | 'escaped';

/** Ways to copy bytes, as a menu names them behind “Bytes”. */
export const byteForms: readonly { readonly form: ByteForm; readonly label: string }[] = [
  { form: 'hex', label: 'as hex' },
  { form: 'dump', label: 'as hex dump' },
  { form: 'c', label: 'as C array' },
  { form: 'text', label: 'as text' },
  { form: 'escaped', label: 'as escaped string' },
  { form: 'base64', label: 'as base64' },
];

/** Bytes as something to paste elsewhere. */
export function formatPacketBytes(bytes: Uint8Array, form: ByteForm): string {
  switch (form) {
    case 'dump':
      return hexDump(bytes);
    case 'escaped':
      return `"${Array.from(bytes, escaped).join('')}"`;
    case 'hex':
    case 'c':
    case 'base64':
    case 'text':
      return formatBytesAs(bytes, form);
    default:
      return form satisfies never;
  }
}

/** Offset, sixteen bytes, and their characters on each line. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += hexRowBytes) {
    const part = bytes.subarray(at, at + hexRowBytes);
    const hex = formatBytesAs(part, 'hex').padEnd(hexRowBytes * 3 - 1);
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex}  ${printable(part)}`);
  }
  return lines.join('\n');
}

/** ASCII where it can be shown, dots for the rest. */
export function printable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(
    '',
  );
}

const names: Readonly<Record<number, string>> = {
  ...{ 0x09: '\\t', 0x0a: '\\n', 0x0d: '\\r', 0x22: '\\"', 0x5c: '\\\\' },
};

/** As a string of C and of most other languages; octal, since a hex escape would take in digits that follow it. */
function escaped(byte: number): string {
  const name = names[byte];
  if (name !== undefined) return name;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}
