/** TCP sequence numbers: 32 bits that wrap (RFC 9293 section 3.4). */

/** How far `a` is behind `b`, -2^31 … 2^31 - 1: negative when it comes before it. */
export function seqDistance(a: number, b: number): number {
  return (a - b) | 0;
}

export function seqBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

/** The number with these low 32 bits that is nearest to `near`, which does not wrap; never below `near` - 2^31. */
export function unwrapSeq(seq: number, near: number): number {
  return near + ((seq - (near % 4_294_967_296)) | 0);
}
