import type { ClientConnection, ClientProcess } from './client-process.ts';

/** Engine to finder thread. */
export type ToFinder =
  { readonly kind: 'find'; readonly questions: readonly Question[] } | { readonly kind: 'close' };

export interface Question {
  readonly id: number;
  readonly connection: ClientConnection;
}

/** Finder thread to engine: what came of some questions. */
export interface FromFinder {
  readonly answers: readonly Answer[];
}

export interface Answer {
  readonly id: number;
  readonly process: ClientProcess | null;
}
