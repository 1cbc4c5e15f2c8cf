/** Where `wanted` occurs in `bytes` at or after `from`, -1 for nowhere. `anyCase`: ASCII letters match in either case. */
export function findBytes(bytes: Uint8Array, wanted: Uint8Array, from: number, anyCase: boolean): number {
  const last = bytes.length - wanted.length;
  const first = wanted[0];
  if (first === undefined) return -1;
  const other = anyCase ? swappedCase(first) : first;
  for (
    let at = nextOf(bytes, first, other, from);
    at !== -1 && at <= last;
    at = nextOf(bytes, first, other, at + 1)
  ) {
    let same = 1;
    while (same < wanted.length && equal(bytes[at + same] ?? 0, wanted[same] ?? 0, anyCase)) same += 1;
    if (same === wanted.length) return at;
  }
  return -1;
}

function nextOf(bytes: Uint8Array, first: number, other: number, from: number): number {
  if (first === other) return bytes.indexOf(first, from);
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] === first || bytes[at] === other) return at;
  return -1;
}

function equal(a: number, b: number, anyCase: boolean): boolean {
  return a === b || (anyCase && swappedCase(a) === b);
}

function swappedCase(byte: number): number {
  const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return letter ? byte ^ 0x20 : byte;
}

/** What a person typed: `0x1f8b` or `1f 8b` as bytes where `hex`, else its UTF-8. Null where the digits are no pairs. */
export function typedBytes(typed: string, hex: boolean): Uint8Array | null {
  if (!hex) return typed === '' ? null : new TextEncoder().encode(typed);
  const digits = typed.replace(/0x|[\s,]/gi, '');
  if (digits === '' || digits.length % 2 === 1 || /[^0-9a-f]/i.test(digits)) return null;
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
}
