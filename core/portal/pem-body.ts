/** The Base64 of the first block of a PEM text (RFC 7468), without line breaks; empty when there is none. */
export function pemBody(pem: string): string {
  const block = /-----BEGIN [^-]+-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)?.[1] ?? '';
  return block.replaceAll(/\s/g, '');
}
