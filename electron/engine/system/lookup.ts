import type { ClientConnection, ClientProcess } from './client-process.ts';

/** `later`: it would cost too much now; asked again, it may be known. */
export type Found = ClientProcess | null | 'later';

/** How one platform finds out which process holds the other end of connections that began on this machine. */
export interface Lookup {
  /** One answer for each, in order. Null: not to be found. Never rejects. One call at a time. */
  readonly find: (connections: readonly ClientConnection[]) => Promise<readonly Found[]>;
  /** Whether what the last call took is next to nothing, however long it waited for a processor. */
  readonly isCheap: () => boolean;
  readonly close: () => void;
}
