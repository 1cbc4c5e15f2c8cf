/** IP addresses as bytes and as text, for protocols that carry them. */

/** Dotted decimal of the first four bytes. */
export function ipv4Text(bytes: Uint8Array): string {
  if (bytes.length < 4) return Array.from(bytes).join('.');
  return `${bytes[0] ?? 0}.${bytes[1] ?? 0}.${bytes[2] ?? 0}.${bytes[3] ?? 0}`;
}

/** The first sixteen bytes as RFC 5952 writes them: lower case, the longest run of zeros (two groups or more) as `::`. */
export function ipv6Text(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0));
  const { from, length } = longestZeros(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`;
}

function longestZeros(groups: readonly number[]): { from: number; length: number } {
  let best = { from: 0, length: 0 };
  let run = 0;
  groups.forEach((group, index) => {
    run = group === 0 ? run + 1 : 0;
    if (run > best.length) best = { from: index - run + 1, length: run };
  });
  return best;
}

/** Four bytes of an IPv4 address, sixteen of an IPv6 one (a zone is passed over); null for any other text. */
export function ipBytes(text: string): Uint8Array | null {
  if (!text.includes(':')) return ipv4Bytes(text);
  const bare = text.replace(/%.*$/s, '');
  const lastColon = bare.lastIndexOf(':');
  const dotted = bare.includes('.') ? ipv4Bytes(bare.slice(lastColon + 1)) : null;
  if (bare.includes('.') && dotted === null) return null;
  const hex = dotted === null ? bare : `${bare.slice(0, lastColon + 1)}${hexGroups(dotted)}`;
  const halves = hex.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const before = head ?? [];
  const after = tail ?? [];
  const missing = 8 - before.length - after.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  const bytes = new Uint8Array(16);
  groups.forEach((group, index) => {
    const value = parseInt(group, 16);
    bytes[index * 2] = value >> 8;
    bytes[index * 2 + 1] = value & 255;
  });
  return bytes;
}

function ipv4Bytes(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    return null;
  return Uint8Array.from(parts.map(Number));
}

function hexGroups([a = 0, b = 0, c = 0, d = 0]: Uint8Array): string {
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
