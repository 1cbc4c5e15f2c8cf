/**
 * Does something as soon as a handshake is really over. The runtime says that it is from within a read of OpenSSL, with
 * which everything ends that follows without leaving the stack, promises included: a socket that is destroyed there takes
 * the process with it (use after free in `ssl3_read_bytes`; Node 20 to 24).
 */
export function afterHandshake(act: () => void): void {
  setImmediate(act);
}
