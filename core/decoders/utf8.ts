const unitsAtOnce = 8192;

/** UTF-8 as text; every byte that belongs to no character becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, from = 0, to = bytes.length): string {
  const parts: string[] = [];
  let units: number[] = [];
  let at = from;
  while (at < to) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : sequenceLength(bytes, at, to);
    if (length === 0) {
      units.push(0xfffd);
      at += 1;
    } else {
      const point = length === 1 ? first : codePoint(bytes, at, length);
      if (point > 0xffff)
        units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
      else units.push(point);
      at += length;
    }
    if (units.length >= unitsAtOnce) {
      parts.push(String.fromCharCode(...units));
      units = [];
    }
  }
  parts.push(String.fromCharCode(...units));
  return parts.join('');
}

/** Text as UTF-8; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    let point = text.codePointAt(index) ?? 0;
    if (point > 0xffff) index += 1;
    else if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) bytes[length++] = point;
    else if (point < 0x800) {
      bytes[length++] = 0xc0 | (point >> 6);
      bytes[length++] = 0x80 | (point & 0x3f);
    } else if (point < 0x10000) {
      bytes[length++] = 0xe0 | (point >> 12);
      bytes[length++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[length++] = 0x80 | (point & 0x3f);
    } else {
      bytes[length++] = 0xf0 | (point >> 18);
      bytes[length++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[length++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[length++] = 0x80 | (point & 0x3f);
    }
  }
  return bytes.slice(0, length);
}

/** Whether all bytes are UTF-8 (RFC 3629). `cutOff`: the last character may be incomplete. */
export function isUtf8(bytes: Uint8Array, from = 0, to = bytes.length, cutOff = false): boolean {
  let at = from;
  while (at < to) {
    const length = (bytes[at] ?? 0) < 0x80 ? 1 : sequenceLength(bytes, at, to);
    if (length === 0)
      return cutOff && to - at < 4 && (bytes[at] ?? 0) >= 0xc2 && onlyTails(bytes, at + 1, to);
    at += length;
  }
  return true;
}

function onlyTails(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return false;
  return true;
}

/** Length of the well-formed sequence at `at`, 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number, to: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > to || !onlyTails(bytes, at + 1, at + length)) return 0;
  const second = bytes[at + 1] ?? 0;
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  return first === 0xf4 && second > 0x8f ? 0 : length;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  let point = (bytes[at] ?? 0) & (0xff >> (length + 1));
  for (let index = 1; index < length; index += 1) point = (point << 6) | ((bytes[at + index] ?? 0) & 0x3f);
  return point;
}

/** One character a byte (ISO 8859-1), lossless. */
export function decodeLatin1(bytes: Uint8Array, from = 0, to = bytes.length): string {
  const parts: string[] = [];
  for (let at = from; at < to; at += unitsAtOnce)
    parts.push(String.fromCharCode(...bytes.subarray(at, Math.min(to, at + unitsAtOnce))));
  return parts.join('');
}
