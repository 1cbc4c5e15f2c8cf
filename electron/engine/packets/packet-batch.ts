import type { CaptureInterface, PacketMore } from '../../../core/packets/capture-events.ts';

/** What a capture hands to the writer thread in one batch. */
export interface PacketBatch {
  readonly blocks: readonly FrameBlock[];
  /** Insert or replace, by id. */
  readonly interfaces: readonly PacketInterfaceRecord[];
  readonly conversations: readonly PacketConversationRecord[];
  readonly more: readonly { readonly number: number; readonly more: PacketMore }[];
  readonly names: readonly { readonly address: string; readonly name: string }[];
}

/** Consecutive packets. Both buffers are transferred. */
export interface FrameBlock {
  readonly id: number;
  readonly firstNumber: number;
  readonly count: number;
  readonly slabId: number;
  /** What is stored of it begins at `framesFrom` and has `frameBytes`; other bytes may lie between the frames. Null: it is left in the capture, from there on. */
  readonly frames: ArrayBuffer | null;
  readonly framesFrom: number;
  readonly frameBytes: number;
  /** As block-format.ts packs them; all of it. */
  readonly columns: ArrayBuffer;
}

export interface PacketInterfaceRecord extends CaptureInterface {
  readonly id: number;
  readonly received: number | null;
  readonly droppedByKernel: number | null;
  readonly droppedByInterface: number | null;
  /** Read, and left out because the disk or the processor could not keep up. */
  readonly droppedByUs: number;
}

/** One row of `packet_conversations`; ends `a` and `b` as in tcp-events.ts. Times are µs since the epoch. */
export interface PacketConversationRecord {
  readonly id: number;
  readonly transport: string;
  /** What was spoken on it, such as `http/1.1`; empty while nobody knows. */
  readonly application: string;
  readonly addressA: string;
  readonly portA: number | null;
  readonly addressB: string;
  readonly portB: number | null;
  /** Which end opened it. */
  readonly opener: 'a' | 'b';
  readonly startedAtUs: number;
  readonly endedAtUs: number;
  readonly firstPacket: number;
  readonly lastPacket: number;
  readonly packetsA: number;
  readonly packetsB: number;
  readonly bytesA: number;
  readonly bytesB: number;
  /** Sum of `packetTroubles` over all packets. */
  readonly troubles: number;
  readonly exchanges: number;
  /** Why what is in its TLS cannot be read, in a sentence or two; null where it can, or there is none. */
  readonly locked: string | null;
  /** Of the round trip, the median; null where none was seen. */
  readonly rttUs: number | null;
  /** Of both ends. */
  readonly retransmissions: number;
  readonly zeroWindowUs: number;
  /** Its `TcpSummary` as JSON: a text goes from thread to thread in a tenth of the time. Null where nothing is told, which leaves what was told before. */
  readonly summary: string | null;
}

/** What the batch adds to the log, about. */
export function packetBatchBytes({ blocks, conversations }: PacketBatch): number {
  const rowBytes = 1000;
  return blocks.reduce(
    (sum, { frameBytes, columns }) => sum + frameBytes + columns.byteLength,
    conversations.length * rowBytes,
  );
}
