/** What the engine and the thread that runs a PAC script say to each other. */

/** Handed to the thread at its start. */
export interface PacThreadData {
  readonly script: string;
  /** Answers to lookups: an Int32 state (0 waiting, n: n bytes of JSON follow), then the bytes. */
  readonly shared: SharedArrayBuffer;
}

/** From the engine: one question at a time. */
export interface PacQuestion {
  readonly id: number;
  readonly url: string;
  readonly host: string;
}

/** From the thread. `id` of a script that could not be loaded is 0. */
export type PacReply =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly text: string }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string }
  | { readonly type: 'lookup'; readonly name: string };

/** Size of the shared buffer: one state and the addresses of one name. */
export const lookupBytes = 4096;
export const lookupHeadBytes = 4;
/** How long one question may take, lookups included; the script is interrupted then, and its thread ended a little later. */
export const questionMs = 1000;
