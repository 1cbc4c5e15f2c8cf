import type { SessionFeed } from '../session/session-api.ts';
import type { CaptureReader } from '../../../core/packets/capture-events.ts';

/** Takes the pcap of one capture, in the capture's own thread, and tells how far it is. */
export interface PacketTaker extends CaptureReader {
  readonly packets: () => number;
  /** Bytes of these packets, as far as they were captured. */
  readonly packetBytes: () => number;
  /** Packets that came and could not be kept. */
  readonly dropped: () => number;
  /** When the last packet was captured, in milliseconds since the Unix epoch; 0 before the first. */
  readonly newestMs: () => number;
  /** After `end`: resolves when everything is stored. */
  readonly finished: () => Promise<void>;
  /** Lines of a TLS key log that the engine's own proxy wrote meanwhile. */
  readonly secrets: (keyLog: string) => void;
  /** Connections of the engine's own proxy, as `legKey` names them: it reads them itself. */
  readonly own: (keys: readonly string[]) => void;
}

/** What a taker is made for. */
export interface TakerContext {
  /** The session that packets belong into. */
  readonly feed: SessionFeed;
  /** Of the interface: tcpdump's pcap does not say it. */
  readonly name: string;
  /** The capture filter, empty for none. */
  readonly filter: string;
}

export type MakeTaker = (context: TakerContext) => PacketTaker;
