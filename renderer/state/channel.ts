import type { ChannelEvents } from './channel-events.ts';
import { startPortChannels } from './port-channel.ts';
import { startSocketChannels } from './socket-channel.ts';

declare global {
  interface Window {
    /** Set by the preload script of the desktop program, absent in a browser tab. */
    readonly plumbline?: {
      readonly desktop: true;
      /** Where a dropped file is. */
      readonly pathOf: (file: File) => string;
      /** Asks the person where to write, with the system's dialog; it has asked whether to replace a file. Null: nowhere. */
      readonly chooseTarget: (suggested: string) => Promise<string | null>;
    };
  }
}

/** Keeps a channel to the engine, for ever: a lost one is replaced as soon as the engine is back. */
export function startChannels(events: ChannelEvents): void {
  if (window.plumbline?.desktop === true) startPortChannels(events);
  else startSocketChannels(events);
}
