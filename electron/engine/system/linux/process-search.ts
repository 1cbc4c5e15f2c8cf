import type { ClientProcess } from '../client-process.ts';
import { identify } from './identify.ts';
import { listFiles, listProcesses, readStat, socketInode } from './proc.ts';

/** Processes that had a connection of ours, kept so that they are looked at first. */
const clientsMax = 128;
/** A process with more open files is looked at in two parts: first only those it did not have before. */
const manyFiles = 256;
/** So long after it was first seen, a process may be about to open its first connection. */
const youngMs = 4000;
/** For looking at all other processes there is this share of the time, saved up to so many ms. */
const sweepShare = 0.05;
const sweepSavedMsMax = 60;
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
   * Who holds the sockets with these inodes. Those that nobody seems to hold are missing; `later` while not every
   * process could be looked at, since that takes long: asked again, the search goes on.
   */
  readonly owners: (inodes: Iterable<number>) => ReadonlyMap<number, ClientProcess | 'later'>;
}

/** `nowMs` is a clock that only goes forward. Notes which processes there are. */
export function createProcessSearch(nowMs: () => number): ProcessSearch {
  /** By process id, in the order in which they were last found. */
  const clients = new Map<number, Client>();
  /** When each process was first seen. */
  let seenMs: ReadonlyMap<number, number> = new Map(listProcesses().map((id) => [id, -Infinity]));
  /** Processes still to be looked at before all were, the last one first. */
  let sweep: number[] = [];
  let swept = 0;
  let savedMs = sweepSavedMsMax;
  let savedAtMs = nowMs();
  /** How many had been swept when somebody was first looked for, by inode. */
  let sought: ReadonlyMap<number, number> = new Map();

  function takeNote(now: number): void {
    const seen = new Map<number, number>();
    for (const id of listProcesses()) seen.set(id, seenMs.get(id) ?? now);
    seenMs = seen;
  }

  function remember(id: number): ClientProcess | null {
    const stat = readStat(id);
    if (stat === null) return null;
    const known = clients.get(id);
    const isSame = known?.startTicks === stat.startTicks && known.processName === stat.name;
    const client = isSame
      ? known
      : {
          startTicks: stat.startTicks,
          processName: stat.name,
          process: identify(id, stat),
          files: new Set<string>(),
        };
    clients.delete(id);
    clients.set(id, client);
    for (const [oldest] of clients) {
      if (clients.size <= clientsMax) break;
      clients.delete(oldest);
    }
    return client.process;
  }

  return {
    owners: (inodes) => {
      const wanted = new Set(inodes);
      const found = new Map<number, ClientProcess | 'later'>();

      function look(id: number, files: readonly string[]): void {
        const isKnown = clients.has(id);
        let owner: ClientProcess | null = null;
        for (let at = files.length - 1; at >= 0 && wanted.size > 0; at--) {
          const inode = socketInode(id, files[at] ?? '');
          if (inode === null || !wanted.delete(inode)) continue;
          owner ??= remember(isKnown ? id : firstOwner(id, inode));
          if (owner !== null) found.set(inode, owner);
        }
      }

      /** Clients, but only what is new of those with many open files; gives what is left of these. */
      function lookAtClients(): Map<number, string[]> {
        const rest = new Map<number, string[]>();
        for (const [id, client] of [...clients].reverse()) {
          if (wanted.size === 0) break;
          if (readStat(id)?.startTicks !== client.startTicks) {
            clients.delete(id);
            continue;
          }
          const files = listFiles(id);
          const before = client.files;
          const isNew = (file: string): boolean => files.length <= manyFiles || !before.has(file);
          client.files = files.length <= manyFiles ? new Set() : new Set(files);
          look(id, files.filter(isNew));
          rest.set(
            id,
            files.filter((file) => !isNew(file)),
          );
        }
        return rest;
      }

      /** Processes that were there before, as long as there is time for it. */
      function goOnSweeping(now: number): void {
        savedMs = Math.min(sweepSavedMsMax, savedMs + (now - savedAtMs) * sweepShare);
        savedAtMs = now;
        const beganMs = nowMs();
        const all = [...seenMs.keys()].filter((id) => !clients.has(id));
        const before = sought;
        sought = new Map([...wanted].map((inode) => [inode, before.get(inode) ?? swept]));
        const goal = Math.max(...sought.values()) + all.length;
        while (wanted.size > 0 && swept < goal && nowMs() - beganMs < savedMs) {
          if (sweep.length === 0) sweep = [...all];
          const id = sweep.pop();
          swept++;
          if (id !== undefined) look(id, listFiles(id));
        }
        savedMs -= nowMs() - beganMs;
        for (const inode of wanted) {
          if (swept < (sought.get(inode) ?? swept) + all.length) found.set(inode, 'later');
        }
      }

      if (wanted.size === 0) return found;
      const rest = lookAtClients();
      if (wanted.size === 0) return found;
      const now = nowMs();
      takeNote(now);
      for (const [id, sinceMs] of [...seenMs].reverse()) {
        if (now - sinceMs < youngMs && !clients.has(id)) look(id, listFiles(id));
      }
      for (const [id, files] of rest) look(id, files);
      if (wanted.size > 0) goOnSweeping(now);
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
