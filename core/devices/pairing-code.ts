/** Letters and digits that are not taken for each other when read aloud or typed (Crockford's Base32 without U, I, L, O). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 40 random bits: 8 characters. */
export const pairingCodeBytes = 5;
const codeChars = 8;

/** `K7QM2XWD`, from 5 random bytes. */
export function pairingCode(random: Uint8Array): string {
  let bits = 0n;
  for (const byte of random.subarray(0, pairingCodeBytes)) bits = (bits << 8n) | BigInt(byte);
  let code = '';
  for (let at = codeChars - 1; at >= 0; at -= 1)
    code += alphabet[Number((bits >> BigInt(at * 5)) & 31n)] ?? '';
  return code;
}

/** As it is shown: `K7QM-2XWD`. */
export function spacedCode(code: string): string {
  return `${code.slice(0, codeChars / 2)}-${code.slice(codeChars / 2)}`;
}

/** What a person typed, as a code; null if it cannot be one. Case, spaces, hyphens and the letters that look like digits do not matter. */
export function readPairingCode(typed: string): string | null {
  const text = typed
    .slice(0, 64)
    .toUpperCase()
    .replace(/[\s\-‐-―]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return text.length === codeChars && [...text].every((char) => alphabet.includes(char)) ? text : null;
}

/** The path that a QR code leads to. */
export function pairingPath(code: string): string {
  return `/pair/${code}`;
}

/** The code of a request for the pairing page, by link or by form; null: it gives none. */
export function codeOfPath(path: string): string | null {
  const [place = '', query = ''] = path.split('?', 2);
  const linked = /^\/pair\/([^/]{1,64})$/.exec(place)?.[1];
  const typed = place === '/pair' ? /(?:^|&)code=([^&]{1,64})(?:&|$)/.exec(query)?.[1] : undefined;
  const given = linked ?? typed;
  return given === undefined ? null : given.replaceAll('+', ' ').replace(/%20|%2D/gi, '-');
}
