/**
 * What a capture file or a live stream of packets holds, in its order. Every reader of `core/packets/files` and every live source tells
 * it in these words. Bytes handed over are only valid during the call.
 */
export interface CaptureEvents {
  /** An interface; packets name it by its number, from 0 in the order of these calls. */
  readonly interface: (info: CaptureInterface) => void;
  /**
   * One packet. `seconds` since the Unix epoch and `nanos` 0 … 999,999,999, exactly as the source has them, also when time runs backwards.
   * What was captured of `originalBytes` lies in `bytes` from `from` up to `to`: most packets are looked at where they were read, and a view of
   * each would cost more than decoding it.
   */
  readonly packet: (
    interfaceNumber: number,
    seconds: number,
    nanos: number,
    originalBytes: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    more: PacketMore | null,
  ) => void;
  /** Lines of a TLS key log (RFC 9850) that a Decryption Secrets Block carries. */
  readonly secrets: (keyLog: string) => void;
  /** A name for an address, from a Name Resolution Block. */
  readonly name: (address: string, name: string) => void;
  /** Drop counters, from an Interface Statistics Block or from tcpdump's last words; null where the source does not tell. */
  readonly statistics: (interfaceNumber: number, counts: CaptureCounts) => void;
  /** A comment on the whole file or section. */
  readonly comment: (text: string) => void;
  /** Something is wrong at this byte of the (uncompressed) stream; what follows is read if it can be. One plain sentence. */
  readonly problem: (sentence: string, atByte: number) => void;
}

export interface CaptureInterface {
  /** Empty where the source does not tell. */
  readonly name: string;
  readonly description: string;
  /** LINKTYPE_ value (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  /** 0: no limit. */
  readonly snapBytes: number;
  /** Capture filter, empty for none. */
  readonly filter: string;
  /** Operating system or hardware, empty where the source does not tell. */
  readonly system: string;
  /** Timestamps count so many in a second: 1e6 for microseconds. Kept for writing the same resolution again. */
  readonly unitsPerSecond: number;
}

/** What a packet has besides its bytes; null as a whole where nothing of it is known. */
export interface PacketMore {
  readonly comment: string | null;
  /** As the capturing system saw it: from its own machine or towards it. */
  readonly direction: 'in' | 'out' | null;
  readonly processId: number | null;
  readonly threadId: number | null;
  /** Packets lost between this one and the one before on the same interface. */
  readonly droppedBefore: number | null;
}

export interface CaptureCounts {
  readonly received: number | null;
  readonly droppedByKernel: number | null;
  readonly droppedByInterface: number | null;
}

/** Reads one capture file or stream, pushed in any chunks. Never throws, never keeps a chunk. */
export interface CaptureReader {
  readonly bytes: (chunk: Uint8Array) => void;
  /** The stream is over; tells a problem when it ends inside something. */
  readonly end: () => void;
}
