import type { MessagePort } from 'node:worker_threads';
import type { Failure } from '../../../core/model/result.ts';
import type { Batch } from './batch.ts';
import type { OpenSessionOptions } from './session-api.ts';

/** `workerData` of the writer thread. */
export interface WriterStart {
  readonly path: string;
  readonly mode: Exclude<OpenSessionOptions['mode'], 'read'>;
  readonly programVersion: string;
  /** How long a batch that could not be written waits for the next try. */
  readonly retryMs: number;
  /** Carries a `Float64Array` of the exchange ids of each committed batch to the reader thread. */
  readonly changes: MessagePort;
}

/** What the file held when it was opened: numbering goes on from here. */
export interface OpenedInfo {
  readonly lastExchangeId: number;
  readonly lastConversationId: number;
  readonly lastSlabId: number;
  readonly exchangeCount: number;
  readonly notice: string | null;
}

export type ToWriter = { readonly kind: 'batch'; readonly batch: Batch } | { readonly kind: 'close' };

export type FromWriter =
  | { readonly kind: 'opened'; readonly info: OpenedInfo }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** The batch is committed, or dropped after a mistake of ours; its buffers are free again. */
  | { readonly kind: 'written'; readonly number: number; readonly buffers: readonly ArrayBuffer[] }
  | { readonly kind: 'problem'; readonly problem: string | null }
  | { readonly kind: 'closed' };
