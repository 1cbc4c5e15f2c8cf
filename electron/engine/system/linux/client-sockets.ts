import { accessSync, constants } from 'node:fs';
import { clientKey, type ClientConnection } from '../client-process.ts';
import { createDiagTable } from './diag-table.ts';
import { createProcTable } from './proc-table.ts';
import type { PerlRelay } from './perl-relay.ts';
import type { SocketEntry, SocketTable } from './socket-table.ts';
import { createSsTable } from './ss-table.ts';

/** Finds the clients' sockets in the cheapest way that works here. */
export interface ClientSockets {
  /** Connections and sockets by `clientKey`. Those that are not there any more are missing. */
  readonly read: (
    connections: ReadonlyMap<string, ClientConnection>,
  ) => Promise<ReadonlyMap<string, SocketEntry>>;
  /** Whether the last call needed no more than the cheapest way there is. */
  readonly isCheap: () => boolean;
  readonly close: () => void;
}

/** A way that failed so often in a row is not asked again. */
const failuresMax = 3;

interface Way {
  readonly table: SocketTable;
  failures: number;
  /** It found something before: what it does not find is not there. */
  isTrusted: boolean;
}

/** The ways of this machine, cheapest first. */
export function socketTables(relay: PerlRelay | null): SocketTable[] {
  const ss = findProgram('ss');
  return [
    ...(relay === null ? [] : [createDiagTable(relay)]),
    ...(ss === null ? [] : [createSsTable(ss)]),
    createProcTable(),
  ];
}

/** Where a program of the system lies; null when there is none. */
export function findProgram(name: string): string | null {
  const places = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].map((folder) => `${folder}/${name}`);
  return places.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function createClientSockets(tables: readonly SocketTable[]): ClientSockets {
  const ways: Way[] = tables.map((table) => ({ table, failures: 0, isTrusted: false }));
  let isCheap = true;
  return {
    read: async (connections) => {
      const found = new Map<string, SocketEntry>();
      let missing = [...connections.values()];
      isCheap = true;
      for (const way of ways) {
        if (missing.length === 0) break;
        if (way.failures >= failuresMax) continue;
        isCheap &&= way.table.isCheap;
        const entries = await way.table.read(missing);
        if (entries === null) {
          way.failures++;
          if (way.failures >= failuresMax) way.table.close();
          continue;
        }
        way.failures = 0;
        for (const entry of entries) if (connections.has(entry.key)) found.set(entry.key, entry);
        way.isTrusted ||= found.size > 0;
        if (way.isTrusted) break;
        missing = missing.filter((each) => !found.has(clientKey(each)));
      }
      return found;
    },
    isCheap: () => isCheap,
    close: () => {
      for (const { table } of ways) table.close();
    },
  };
}
