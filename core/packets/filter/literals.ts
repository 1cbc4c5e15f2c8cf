import type { Operand } from './ast.ts';

/** Values as a display filter writes them; null for what is none of the kind. */

/** Decimal, 0x…, 0… (octal), 0b…, or a character; whole and not negative. */
export function numberOf(operand: Operand): number | null {
  if (operand.kind === 'char') return operand.code;
  if (operand.kind !== 'word') return null;
  const { text } = operand;
  if (/^0[xX][0-9a-fA-F]{1,13}$/.test(text) || /^0[bB][01]{1,53}$/.test(text)) return Number(text);
  if (/^0[0-7]{1,17}$/.test(text)) return Number.parseInt(text, 8);
  return /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : null;
}

export function flagOf(operand: Operand): number | null {
  if (operand.kind !== 'word') return null;
  if (/^(?:True|TRUE|true)$/.test(operand.text)) return 1;
  if (/^(?:False|FALSE|false)$/.test(operand.text)) return 0;
  const number = numberOf(operand);
  return number === null ? null : Math.min(number, 1);
}

/** An IPv4 address and how many of its bits count. */
export function ipv4Of(operand: Operand): { readonly address: number; readonly bits: number } | null {
  if (operand.kind !== 'word') return null;
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(operand.text);
  if (match === null) return null;
  const parts = match.slice(1, 5).map(Number);
  const bits = match[5] === undefined ? 32 : Number(match[5]);
  if (parts.some((part) => part > 255) || bits > 32) return null;
  return { address: parts.reduce((sum, part) => sum * 256 + part, 0), bits };
}

/** RFC 4291 section 2.2: an IPv6 address as four words, and how many of its bits count. */
export function ipv6Of(operand: Operand): { readonly words: Uint32Array; readonly bits: number } | null {
  if (operand.kind !== 'word') return null;
  const [address = '', prefix] = operand.text.split('/');
  const bits = prefix === undefined ? 128 : Number(prefix);
  const [head = '', tail, ...more] = address.split('::');
  const first = groupsOf(head);
  const last = tail === undefined ? [] : groupsOf(tail);
  if (first === null || last === null || more.length > 0 || bits > 128) return null;
  const missing = 8 - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...first, ...new Array<number>(missing).fill(0), ...last];
  return {
    words: Uint32Array.from(
      { length: 4 },
      (_, word) => (groups[2 * word] ?? 0) * 65_536 + (groups[2 * word + 1] ?? 0),
    ),
    bits,
  };
}

function groupsOf(text: string): readonly number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  return parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))
    ? parts.map((part) => Number.parseInt(part, 16))
    : null;
}

/** `00:11:22:33:44:55`, also with dashes, or three groups with dots. */
export function macOf(operand: Operand): number | null {
  if (operand.kind !== 'word') return null;
  const pairs = /^(?:[0-9a-fA-F]{2}([:-]))(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}$/.test(operand.text);
  const groups = /^[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}$/.test(operand.text);
  return pairs || groups ? Number.parseInt(operand.text.replaceAll(/[:.-]/g, ''), 16) : null;
}

/** Seconds with a fraction of at most nine digits; `nanos` is counted upwards from `seconds` also in negative ones. */
export function timeOf(operand: Operand): { readonly seconds: number; readonly nanos: number } | null {
  if (operand.kind !== 'word') return null;
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?$/.exec(operand.text);
  if (match === null) return null;
  const seconds = Number(match[2]);
  const nanos = Number((match[3] ?? '').padEnd(9, '0'));
  if (match[1] === '') return { seconds, nanos };
  return nanos === 0 ? { seconds: -seconds, nanos } : { seconds: -seconds - 1, nanos: 1e9 - nanos };
}
