import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { parseProcNetTcp } from './proc-net-tcp.ts';
import type { SocketTable } from './socket-table.ts';

/** Sockets from /proc/net, whole: works everywhere, and takes the longer the more sockets there are. */
export function createProcTable(): SocketTable {
  return {
    isCheap: false,
    read: async (connections) => {
      const ports = new Set(connections.map(({ localPort }) => localPort));
      const tables = await Promise.all(
        ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
      );
      return tables.flatMap((text) => parseProcNetTcp(text, ports, endianness() === 'LE'));
    },
    close: () => undefined,
  };
}
