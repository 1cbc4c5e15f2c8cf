/** Numbers in network byte order; 0 for what lies behind the end. */

export function u16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function u32At(bytes: Uint8Array, at: number): number {
  return u16At(bytes, at) * 65_536 + u16At(bytes, at + 2);
}

/** Lower-case hexadecimal digits of the bytes `from` to `to`, at most `bytesMax` of them, then …. */
export function hexText(bytes: Uint8Array, from: number, to: number, bytesMax = 64): string {
  const end = Math.min(to, bytes.length);
  const shown = Math.min(end, from + bytesMax);
  let text = '';
  for (let at = from; at < shown; at++) text += (bytes[at] as number).toString(16).padStart(2, '0');
  return shown < end ? `${text}…` : text;
}
