/** Numbers with the lowest byte first; 0 for what lies behind the end. */

export function u32LittleAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) +
    (bytes[at + 1] ?? 0) * 256 +
    (bytes[at + 2] ?? 0) * 65_536 +
    (bytes[at + 3] ?? 0) * 16_777_216
  );
}

export function i32LittleAt(bytes: Uint8Array, at: number): number {
  return u32LittleAt(bytes, at) | 0;
}
