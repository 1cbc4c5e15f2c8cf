import type { MessagePort } from 'node:worker_threads';
import type { Failure, Result } from '../../../core/model/result.ts';
import type { IdRun } from './annotations.ts';
import type { Batch } from './batch.ts';
import type { MarkChange } from './answers.ts';
import type { OpenSessionOptions, PacketMarkChange } from './session-api.ts';

/**
 * `draft`: the file is thrown away unless it is completed, as one that an import fills. `listing`: the same, and soon after in any case, so that what lists
 * filter and sort by is read from its rows and not packed by columns.
 */
export type WrittenKind = 'session' | 'draft' | 'listing';

/** `workerData` of the writer thread. */
export interface WriterStart {
  readonly path: string;
  readonly mode: Exclude<OpenSessionOptions['mode'], 'read'>;
  readonly programVersion: string;
  readonly kind: WrittenKind;
  /** Where the session is saved again when its file and folder were deleted; null: nowhere. */
  readonly rescueFolder: string | null;
  /** How long a batch that could not be written waits for the next try. */
  readonly retryMs: number;
  /** Carries `Committed` to the reader thread. */
  readonly changes: MessagePort;
  /** To the indexer thread: takes a `StoredPart`, gives a `FromStore`. */
  readonly indexer: MessagePort;
  /** As the port of a `feed` message; null for none yet. */
  readonly feed: MessagePort | null;
}

/** The exchange ids of a committed batch, or the path of the file that holds everything from now on. */
export type Committed = Float64Array | string;

/** What the file held when it was opened: numbering goes on from here. */
export interface OpenedInfo {
  readonly lastExchangeId: number;
  readonly lastConversationId: number;
  readonly lastSlabId: number;
  readonly exchangeCount: number;
  readonly lastPacket: number;
  readonly lastPacketConversation: number;
  readonly lastPacketBlock: number;
  readonly lastPacketInterface: number;
  readonly notice: string | null;
}

/** What a person does to recorded exchanges. */
export type Annotation =
  | { readonly act: 'mark'; readonly runs: readonly IdRun[]; readonly change: MarkChange }
  | { readonly act: 'remove'; readonly runs: readonly IdRun[] }
  | {
      readonly act: 'mark-packets';
      readonly numbers: readonly number[];
      readonly change: PacketMarkChange;
    }
  | { readonly act: 'restore'; readonly removalId: number };

export interface Annotated {
  readonly count: number;
  /** Of `remove`. */
  readonly removalId?: number;
}

export type ToWriter =
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'feed'; readonly port: MessagePort }
  | { readonly kind: 'annotate'; readonly id: number; readonly annotation: Annotation }
  | { readonly kind: 'close' };

/** What another thread sends through its own port, and gets back. */
export type ToWriterFeed = Batch;
export type FromWriterFeed = Extract<FromWriter, { readonly kind: 'written' }>;

export type FromWriter =
  | { readonly kind: 'opened'; readonly info: OpenedInfo }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** The batch is committed, or dropped after a mistake of ours; its buffers are free again. */
  | { readonly kind: 'written'; readonly number: number; readonly buffers: readonly ArrayBuffer[] }
  /** Packets were committed. */
  | { readonly kind: 'packets' }
  | { readonly kind: 'annotated'; readonly id: number; readonly outcome: Result<Annotated> }
  /** The file was deleted; all of it is in this one now. */
  | { readonly kind: 'rescued'; readonly path: string; readonly notice: string }
  | { readonly kind: 'problem'; readonly problem: string | null }
  /** `unwritten`: exchanges whose last state the disk took no more. */
  | { readonly kind: 'closed'; readonly unwritten: number };
