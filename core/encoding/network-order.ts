/** Numbers in network byte order; 0 for what lies behind the end. */

export function u16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function u24At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | u16At(bytes, at + 1);
}

export function u32At(bytes: Uint8Array, at: number): number {
  return u16At(bytes, at) * 65_536 + u16At(bytes, at + 2);
}
