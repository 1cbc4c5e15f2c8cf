const PREFACE = prefaceBytes();

function prefaceBytes(): Uint8Array {
  return Uint8Array.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', (char) => char.charCodeAt(0));
}

/** Octets of the client's connection preface (RFC 9113 section 3.4). */
export const PREFACE_BYTES = PREFACE.length;

/** Whether `byte` stands at `index` of the client's connection preface. */
export function fitsPreface(byte: number, index: number): boolean {
  return PREFACE[index] === byte;
}

/**
 * Are the first `length` bytes of a client's stream the connection preface of HTTP/2 (RFC 9113 section 3.4)?
 *
 * `yes` takes all 24 octets, `no` comes with the first one that is wrong, `need-more` is answered for at most 23.
 */
export function looksLikeHttp2Preface(bytes: Uint8Array, length: number): 'yes' | 'no' | 'need-more' {
  const compared = Math.min(length, PREFACE_BYTES);
  for (let at = 0; at < compared; at++) {
    if (bytes[at] !== PREFACE[at]) return 'no';
  }
  return compared === PREFACE_BYTES ? 'yes' : 'need-more';
}
