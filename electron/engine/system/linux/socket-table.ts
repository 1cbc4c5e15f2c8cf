import type { ClientConnection } from '../client-process.ts';

/** A TCP socket of this machine, as the kernel tells it. */
export interface SocketEntry {
  /** `connectionKey`, the socket's own end first. */
  readonly key: string;
  /** 0 when no process holds it any more. */
  readonly inode: number;
  /** The user that made it. */
  readonly uid: number;
}

/** Sockets and their users are numbered with 32 bits. */
export const uint32Max = 2 ** 32 - 1;

/** One way of finding the clients' sockets. One call at a time. */
export interface SocketTable {
  /** Whether what it takes does not depend on how many sockets there are. */
  readonly isCheap: boolean;
  /** Theirs, and maybe others. Null when this way does not work. */
  readonly read: (connections: readonly ClientConnection[]) => Promise<readonly SocketEntry[] | null>;
  readonly close: () => void;
}
