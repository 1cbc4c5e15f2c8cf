/** What one http1 observer keeps at most. Past a bound the bytes are reported as `unreadable`. */
export interface Http1Limits {
  /** Bytes of one head, start line to empty line. At least 64. */
  readonly headBytesMax: number;
  /** Bytes of one trailer section with its empty line. */
  readonly trailersBytesMax: number;
  /** Bytes of one chunk-size line, extensions and line end included. */
  readonly chunkLineBytesMax: number;
  /** Bytes of one sender kept while it is open whether they are still HTTP. */
  readonly earlyBytesMax: number;
  /** Requests waiting for an answer. */
  readonly waitingMax: number;
  /** The raw bytes of a head may be a view of the chunk, good for as long as its event; else they are a copy, which the receiver may keep. */
  readonly headViews: boolean;
}

export const HTTP1_LIMITS: Http1Limits = {
  headBytesMax: 256 * 1024,
  trailersBytesMax: 64 * 1024,
  chunkLineBytesMax: 16 * 1024,
  earlyBytesMax: 1024 * 1024,
  waitingMax: 65_536,
  headViews: false,
};
