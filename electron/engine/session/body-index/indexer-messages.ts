import type { MessagePort } from 'node:worker_threads';

/** `workerData` of the indexer thread. */
export interface IndexerStart {
  readonly path: string;
  /** To the writer thread. */
  readonly writer: MessagePort;
  /** How long nothing is written before the recording counts as quiet, ms. */
  readonly quietMs: number;
}

/** Pieces first, then the group: only that makes them count. */
export type StoredPart =
  | {
      readonly kind: 'pieces';
      readonly group: number;
      readonly first: number;
      readonly pieces: readonly Uint8Array[];
    }
  | {
      readonly kind: 'group';
      readonly group: number;
      readonly fromId: number;
      readonly toId: number;
      readonly owners: Uint8Array;
      /** A smaller group, whose exchanges are all in this one: it goes. */
      readonly replaces: number | null;
    };

/** Writer to indexer: what it was given is stored, or never will be; something else was written. */
export type FromStore = { readonly kind: 'stored'; readonly ok: boolean } | { readonly kind: 'wrote' };

export interface IndexProgress {
  readonly done: number;
  readonly total: number;
}

export interface ToIndexer {
  readonly kind: 'close';
}

export interface FromIndexer {
  readonly kind: 'progress';
  /** Null: nothing is left to index. */
  readonly progress: IndexProgress | null;
}
