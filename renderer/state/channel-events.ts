import type { Channel } from '../../core/contract/wire.ts';

export interface ChannelEvents {
  /** A working channel to the engine; it takes the place of the one before. */
  readonly opened: (channel: Channel) => void;
  /** The engine does not let this window in: only a fresh address with its token helps. */
  readonly refused: () => void;
}
