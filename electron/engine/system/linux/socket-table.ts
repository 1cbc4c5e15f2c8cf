import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { clientKey, type ClientConnection } from '../client-process.ts';
import { parseProcNetTcp } from './proc-net-tcp.ts';
import type { SocketEntry } from './socket-entry.ts';
import { createSsLoop, findSs, type SsLoop } from './ss-loop.ts';

/** Finds the clients' sockets by the connections they are the other end of. */
export interface SocketTable {
  /** By `clientKey`. Those that are not there any more are missing. */
  readonly read: (connections: readonly ClientConnection[]) => Promise<ReadonlyMap<string, SocketEntry>>;
  readonly close: () => void;
}

/** After so many failures in a row ss is not asked again: it is too old, or the kernel does not let it. */
const failuresMax = 3;

/** `ss`: its program file, null to read /proc/net instead. */
export function createSocketTable(ss: string | null = findSs()): SocketTable {
  let loop: SsLoop | null = ss === null ? null : createSsLoop(ss);
  let failures = 0;

  async function askLoop(
    asked: SsLoop,
    byPort: ReadonlyMap<number, readonly number[]>,
  ): Promise<SocketEntry[] | null> {
    const entries: SocketEntry[] = [];
    for (const [toPort, fromPorts] of byPort) {
      const answered = await asked.ask(toPort, fromPorts);
      if (answered === null) {
        failures++;
        if (failures >= failuresMax) {
          loop?.close();
          loop = null;
        }
        return null;
      }
      entries.push(...answered);
    }
    failures = 0;
    return entries;
  }

  return {
    read: async (connections) => {
      const byPort = new Map<number, number[]>();
      for (const { localPort, remotePort } of connections) {
        const ports = byPort.get(localPort) ?? [];
        byPort.set(localPort, ports);
        ports.push(remotePort);
      }
      const entries =
        (loop === null ? null : await askLoop(loop, byPort)) ?? (await readProcNet(new Set(byPort.keys())));
      const wanted = new Set(connections.map(clientKey));
      return new Map(entries.filter(({ key }) => wanted.has(key)).map((entry) => [entry.key, entry]));
    },
    close: () => loop?.close(),
  };
}

async function readProcNet(ports: ReadonlySet<number>): Promise<SocketEntry[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
  );
  return tables.flatMap((text) => parseProcNetTcp(text, ports, endianness() === 'LE'));
}
