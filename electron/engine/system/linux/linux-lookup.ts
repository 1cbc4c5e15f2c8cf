import { readFileSync } from 'node:fs';
import { clientKey, type ClientProcess } from '../client-process.ts';
import type { Lookup } from '../lookup.ts';
import { parsePasswd } from './proc-files.ts';
import { createProcessSearch } from './process-search.ts';
import type { SocketTable } from './socket-table.ts';
import { createClientSockets, socketTables } from './client-sockets.ts';

/** Names of users are read again after so long. */
const usersKeptMs = 60_000;

/** Connection to socket by the kernel's list, socket to process by the open files in /proc. */
export function createLinuxLookup(
  nowMs: () => number,
  tables: readonly SocketTable[] = socketTables(),
): Lookup {
  const table = createClientSockets(tables);
  const search = createProcessSearch(nowMs);
  const ownUid = process.geteuid?.() ?? 0;
  let users: ReadonlyMap<number, string> = new Map();
  let usersReadMs = -Infinity;

  function otherUsers(uid: number): ClientProcess {
    if (nowMs() - usersReadMs > usersKeptMs) {
      usersReadMs = nowMs();
      users = readUsers();
    }
    const name = `a program of user ${users.get(uid) ?? uid}`;
    return { id: null, name, detail: null, path: null, app: null };
  }

  return {
    find: async (connections) => {
      const keys = connections.map(clientKey);
      const sockets = await table.read(new Map(connections.map((each, at) => [keys[at] ?? '', each])));
      const mine: number[] = [];
      for (const { inode, uid } of sockets.values()) {
        if (inode !== 0 && (ownUid === 0 || uid === ownUid)) mine.push(inode);
      }
      const owners = search.owners(mine);
      return keys.map((key) => {
        const socket = sockets.get(key);
        if (socket === undefined || socket.inode === 0) return null;
        if (ownUid !== 0 && socket.uid !== ownUid) return otherUsers(socket.uid);
        return owners.get(socket.inode) ?? null;
      });
    },
    isCheap: table.isCheap,
    close: table.close,
  };
}

function readUsers(): ReadonlyMap<number, string> {
  try {
    return parsePasswd(readFileSync('/etc/passwd', 'utf8').slice(0, 1024 * 1024));
  } catch {
    return new Map();
  }
}
