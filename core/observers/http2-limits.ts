/**
 * What one http2 observer keeps at most. Past a bound a defect says so, the bytes are followed on, and memory stays
 * bounded.
 */
export interface Http2Limits {
  /** Octets of one header block on the wire, CONTINUATION included. Of a longer one the first part is read, and its table is lost. */
  readonly blockBytesMax: number;
  /** Decoded size of one head: names, values and 32 a field (RFC 7541 section 4.1). Further fields are left out. */
  readonly decodedBytesMax: number;
  /** Size of one dynamic table that is kept (RFC 7541 section 4.1), whatever SETTINGS allow. Older entries are unknown. */
  readonly tableBytesMax: number;
  /** Open streams remembered; nothing is told of further ones. A stream is forgotten when both sides have ended it. */
  readonly streamsMax: number;
  /** Streams whose waiting for a flow-control window is timed at once, for each sender. */
  readonly timedStreamsMax: number;
  /** Octets kept of one frame that is neither DATA nor part of a header block; what follows in it is passed over. */
  readonly controlBytesMax: number;
  /** Pings of one sender remembered until they are answered. */
  readonly pingsMax: number;
  /** SETTINGS of one sender remembered until they are acknowledged; beyond it the oldest counts as acknowledged. */
  readonly settingsMax: number;
  /** `defect` events told of one sender. */
  readonly defectsMax: number;
}

export const HTTP2_LIMITS: Http2Limits = {
  blockBytesMax: 256 * 1024,
  decodedBytesMax: 1024 * 1024,
  tableBytesMax: 64 * 1024,
  streamsMax: 10_000,
  timedStreamsMax: 1024,
  controlBytesMax: 16 * 1024,
  pingsMax: 16,
  settingsMax: 16,
  defectsMax: 64,
};
