/** What one Redis observer keeps at most. */
export interface RedisLimits {
  /** Commands that wait for their reply; nothing is told of further ones until all of these are answered. */
  readonly waitingMax: number;
  /** Bytes kept of one argument, one line or one string of a reply. */
  readonly textBytesMax: number;
  /** Bytes of one inline command (PROTO_INLINE_MAX_SIZE of Redis). */
  readonly inlineBytesMax: number;
  /** Characters kept of the arguments of one command. */
  readonly argumentCharsMax: number;
  /** Replies within replies. */
  readonly depthMax: number;
  /** Channels whose messages are counted apart. */
  readonly channelsMax: number;
  /** `fact` events told of one conversation, counts at its end left out. */
  readonly factsMax: number;
}

export const REDIS_LIMITS: RedisLimits = {
  waitingMax: 65_536,
  textBytesMax: 1000,
  inlineBytesMax: 65_536,
  argumentCharsMax: 65_536,
  depthMax: 32,
  channelsMax: 20,
  factsMax: 100,
};
