/**
 * Bounds of the analysis of one TCP conversation. A conversation that was only opened and closed takes about 1 KiB; what data needs is
 * allocated with the first of it, at most 8 KiB besides the held segments.
 */
export const tcpLimits = {
  /** Segments of one end that wait for bytes before them. At either bound the first hole is given up and told as a gap. */
  heldSegmentsMax: 4096,
  heldBytesMax: 8 * 1024 * 1024,
  /** The same of all conversations that share one `TcpShared`, unless it is made with another figure. */
  allHeldBytesMax: 64 * 1024 * 1024,
  /** A hole that its receiver has acknowledged is given up after so many further packets: those before were only captured late. */
  lateCaptureMax: 16,
  /** Segments of one end that are timed at once; those beyond give no sample of the round trip. */
  timedSegmentsMax: 128,
  /** Samples of the round trip of one end that are kept as they are, before they are counted in buckets of 2 %. */
  exactSamplesMax: 32,
  /** Entries of the list of states. */
  statesMax: 32,
  /**
   * Nothing further from what is expected can be of this conversation, as no window is larger (RFC 7323 section 2.3), nor can bytes be that
   * are `strayMax` beyond a known window.
   */
  reachMax: 2 ** 30,
  strayMax: 2 ** 24,
} as const;
