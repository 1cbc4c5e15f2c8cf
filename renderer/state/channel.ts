import type { Channel } from '../../core/contract/wire.ts';
import { startPortChannels } from './port-channel.ts';
import { startSocketChannels } from './socket-channel.ts';

declare global {
  interface Window {
    /** Set by the preload script of the desktop program, absent in a browser tab. */
    readonly plumbline?: { readonly desktop: true };
  }
}

export interface ChannelEvents {
  /** A working channel to the engine; it takes the place of the one before. */
  readonly opened: (channel: Channel) => void;
  /** The engine does not let this window in: only a fresh address with its token helps. */
  readonly refused: () => void;
}

/** Keeps a channel to the engine, for ever: a lost one is replaced as soon as the engine is back. */
export function startChannels(events: ChannelEvents): void {
  if (window.plumbline?.desktop === true) startPortChannels(events);
  else startSocketChannels(events);
}
