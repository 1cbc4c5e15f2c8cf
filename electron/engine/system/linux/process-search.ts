import type { ClientProcess } from '../client-process.ts';
import { identify } from './identify.ts';
import type { ProcessStat } from './proc-files.ts';
import { listFiles, listProcesses, readStat, socketInode } from './proc.ts';

/** Processes that had a connection of ours, kept so that they are looked at first. */
const clientsMax = 128;
/** A process with more open files is looked at in two parts: first only those it did not have before. */
const manyFiles = 256;
/** So long after it was first seen, a process may be about to open its first connection. */
const youngMs = 4000;
/** Looking at every process may be done again after this many times what it took. */
const restFactor = 20;
/** Whoever a process inherited a socket from is at most so many parents away. */
const inheritanceMax = 4;

interface Client {
  readonly startTicks: number;
  readonly processName: string;
  readonly process: ClientProcess;
  /** The open files at the last look, when there were many. */
  files: ReadonlySet<string>;
}

/** Finds the processes that hold sockets. */
export interface ProcessSearch {
  /**
   * Who holds the sockets with these inodes. Those that nobody seems to hold are missing; `later` when not every
   * process was looked at, because that was done a moment ago.
   */
  readonly owners: (inodes: Iterable<number>) => ReadonlyMap<number, ClientProcess | 'later'>;
}

/** `nowMs` is a clock that only goes forward. */
export function createProcessSearch(nowMs: () => number): ProcessSearch {
  /** By process id, in the order in which they were last found. */
  const clients = new Map<number, Client>();
  let firstSeenMs = new Map<number, number>();
  let everyoneAgainMs = 0;

  /** Processes there are, and when each was first seen; those that went are forgotten. */
  function takeNote(): void {
    const now = nowMs();
    const seen = new Map<number, number>();
    for (const id of listProcesses()) seen.set(id, firstSeenMs.get(id) ?? now);
    firstSeenMs = seen;
  }

  function remember(id: number, stat: ProcessStat): Client {
    const known = clients.get(id);
    clients.delete(id);
    const same = known?.startTicks === stat.startTicks && known.processName === stat.name;
    const client = same
      ? known
      : {
          startTicks: stat.startTicks,
          processName: stat.name,
          process: identify(id, stat),
          files: new Set<string>(),
        };
    clients.set(id, client);
    for (const [oldest] of clients) {
      if (clients.size <= clientsMax) break;
      clients.delete(oldest);
    }
    return client;
  }

  return {
    owners: (inodes) => {
      const wanted = new Set(inodes);
      const found = new Map<number, ClientProcess | 'later'>();
      if (wanted.size === 0) return found;
      const look = (id: number, files: readonly string[], isOwn: boolean): void => {
        for (let at = files.length - 1; at >= 0 && wanted.size > 0; at--) {
          const inode = socketInode(id, files[at] ?? '');
          if (inode === null || !wanted.delete(inode)) continue;
          const owner = isOwn ? id : firstOwner(id, inode);
          const stat = readStat(owner);
          if (stat !== null) found.set(inode, remember(owner, stat).process);
        }
      };

      const rest = new Map<number, string[]>();
      for (const [id, client] of [...clients].reverse()) {
        if (wanted.size === 0) return found;
        if (readStat(id)?.startTicks !== client.startTicks) {
          clients.delete(id);
          continue;
        }
        const files = listFiles(id);
        if (files.length <= manyFiles) {
          look(id, files, true);
          continue;
        }
        const before = client.files;
        client.files = new Set(files);
        look(
          id,
          files.filter((file) => !before.has(file)),
          true,
        );
        rest.set(
          id,
          files.filter((file) => before.has(file)),
        );
      }
      if (wanted.size === 0) return found;
      takeNote();
      const now = nowMs();
      const others = [...firstSeenMs].filter(([id]) => !clients.has(id)).reverse();
      for (const [id, since] of others) if (now - since < youngMs) look(id, listFiles(id), false);
      for (const [id, files] of rest) look(id, files, true);
      if (wanted.size === 0) return found;
      if (nowMs() < everyoneAgainMs) {
        for (const inode of wanted) found.set(inode, 'later');
        return found;
      }
      const beganMs = nowMs();
      for (const [id, since] of others) if (now - since >= youngMs) look(id, listFiles(id), false);
      everyoneAgainMs = nowMs() + (nowMs() - beganMs) * restFactor;
      return found;
    },
  };
}

/** A process that was forked holds the sockets of its parent: the parent is the one that opened them. */
function firstOwner(id: number, inode: number): number {
  let owner = id;
  for (let depth = 0; depth < inheritanceMax; depth++) {
    const parent = readStat(owner)?.parentId ?? 0;
    if (parent <= 1) break;
    const files = listFiles(parent);
    if (files.length > manyFiles || !files.some((file) => socketInode(parent, file) === inode)) break;
    owner = parent;
  }
  return owner;
}
