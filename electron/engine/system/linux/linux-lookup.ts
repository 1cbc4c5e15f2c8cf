import { readFileSync } from 'node:fs';
import { clientKey, type ClientConnection, type ClientProcess } from '../client-process.ts';
import type { Lookup } from '../lookup.ts';
import { parsePasswd } from './proc-files.ts';
import { createProcessSearch } from './process-search.ts';
import type { SocketEntry } from './socket-table.ts';
import { createClientSockets, findProgram, socketTables } from './client-sockets.ts';
import { createOpenSockets } from './open-sockets.ts';
import { createPerlRelay } from './perl-relay.ts';

/** Names of users are read again after so long. */
const usersKeptMs = 60_000;

/** Connection to socket by the kernel's list, socket to process by the open files in /proc. */
export function createLinuxLookup(nowMs: () => number): Lookup {
  const perl = findProgram('perl');
  const relay = perl === null ? null : createPerlRelay(perl);
  const table = createClientSockets(socketTables(relay));
  const search = createProcessSearch(createOpenSockets(relay), nowMs);
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

  /** Sockets of which processes may be asked. */
  function isMine({ inode, uid }: SocketEntry): boolean {
    return inode !== 0 && (ownUid === 0 || uid === ownUid);
  }

  /** The inodes of those that were not closed meanwhile: only they are worth a look at all processes. */
  async function stillOpen(
    keys: readonly string[],
    connections: ReadonlyMap<string, ClientConnection>,
    before: ReadonlyMap<string, SocketEntry>,
  ): Promise<readonly number[]> {
    const inodes = keys.flatMap((key) => before.get(key)?.inode ?? []);
    if (keys.length === 0 || !table.isCheap()) return inodes;
    const asked = new Map([...connections].filter(([key]) => keys.includes(key)));
    const open = new Set([...(await table.read(asked)).values()].map(({ inode }) => inode));
    return inodes.filter((inode) => open.has(inode));
  }

  return {
    find: async (connections) => {
      const keys = connections.map(clientKey);
      const byKey = new Map(connections.map((each, at) => [keys[at] ?? '', each]));
      const sockets = await table.read(byKey);
      const mine = [...sockets.values()].filter(isMine).map(({ inode }) => inode);
      const likely = await search.likely(mine);
      const missed = keys.filter((key) => {
        const socket = sockets.get(key);
        return socket !== undefined && isMine(socket) && !likely.has(socket.inode);
      });
      const anywhere = await search.anywhere(await stillOpen(missed, byKey, sockets));
      return keys.map((key) => {
        const socket = sockets.get(key);
        if (socket === undefined || socket.inode === 0) return null;
        if (!isMine(socket)) return otherUsers(socket.uid);
        return likely.get(socket.inode) ?? anywhere.get(socket.inode) ?? null;
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
