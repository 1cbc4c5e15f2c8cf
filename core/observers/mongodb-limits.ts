/** What one MongoDB observer keeps at most. */
export interface MongodbLimits {
  /** Bytes kept of one message, before and after decompression; of a longer one the beginning is read, and the documents of a batch are counted on. */
  readonly messageBytesMax: number;
  /** Questions that wait for their replies; beyond it the oldest is told as unanswered. */
  readonly waitingMax: number;
  /** Open cursors whose question is remembered. */
  readonly cursorsMax: number;
  /** `fact` events told of one conversation. */
  readonly factsMax: number;
}

export const MONGODB_LIMITS: MongodbLimits = {
  messageBytesMax: 1024 * 1024,
  waitingMax: 1000,
  cursorsMax: 1000,
  factsMax: 100,
};

/** Longest message (maxMessageSizeBytes), with room for what wraps it. */
export const mongodbMessageMax = 48_000_000 + 65_536;
