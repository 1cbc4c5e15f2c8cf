/** A TCP socket of this machine, as the kernel lists it. */
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
