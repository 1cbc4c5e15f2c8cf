/** The bytes that an even number of hexadecimal digits stands for. */
export function bytesOfHex(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = parseInt(digits.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

/** Two lower-case digits for each byte. */
export function hexOfBytes(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return digits;
}

/** Lower-case hexadecimal digits of the bytes `from` to `to`, at most `bytesMax` of them, then …. */
export function hexText(bytes: Uint8Array, from: number, to: number, bytesMax = 64): string {
  const end = Math.min(to, bytes.length);
  const shown = Math.min(end, from + bytesMax);
  let text = '';
  for (let at = from; at < shown; at++) text += (bytes[at] as number).toString(16).padStart(2, '0');
  return shown < end ? `${text}…` : text;
}
