import type { ClientProcess } from '../client-process.ts';
import { identify } from './identify.ts';
import { listFiles, listProcesses, readProgramFile, readStat, socketInode } from './proc.ts';

/** Processes that had a connection of ours, kept so that they are looked at first. */
const clientsMax = 128;
/** A process with more open files is looked at in parts: first only those it did not have before. */
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
  /** Open files that are looked at last: at the last look they were no sockets, or there were many. */
  unlikely: ReadonlySet<string>;
}

/** Sockets whose owner is looked for, and those found so far. */
interface Sought {
  readonly wanted: Set<number>;
  readonly found: Map<number, ClientProcess | 'later'>;
}

/** Finds the processes that hold sockets. */
export interface ProcessSearch {
  /** Who holds the sockets with these inodes, as far as clients and young processes do; the others are missing. */
  readonly likely: (inodes: Iterable<number>) => ReadonlyMap<number, ClientProcess>;
  /**
   * The same among all processes, for what `likely` has just missed. Those that nobody seems to hold are missing;
   * `later` while not every process could be looked at, since that takes long: asked again, the search goes on.
   */
  readonly anywhere: (inodes: Iterable<number>) => ReadonlyMap<number, ClientProcess | 'later'>;
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
  /** Files of clients that the last look passed over. */
  let rest = new Map<number, readonly string[]>();

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
          unlikely: new Set<string>(),
        };
    clients.delete(id);
    clients.set(id, client);
    for (const [oldest] of clients) {
      if (clients.size <= clientsMax) break;
      clients.delete(oldest);
    }
    return client.process;
  }

  /** Looks at these files of a process, the latest first. Gives those that are no sockets. */
  function look(id: number, files: readonly string[], { wanted, found }: Sought): string[] {
    const isKnown = clients.has(id);
    const others: string[] = [];
    let owner: ClientProcess | null = null;
    for (let at = files.length - 1; at >= 0 && wanted.size > 0; at--) {
      const file = files[at] ?? '';
      const inode = socketInode(id, file);
      if (inode === null) others.push(file);
      if (inode === null || !wanted.delete(inode)) continue;
      owner ??= remember(isKnown ? id : firstOwner(id, inode));
      if (owner !== null) found.set(inode, owner);
    }
    return others;
  }

  /** Clients, but of their files only the likely ones; notes the others. */
  function lookAtClients(search: Sought): void {
    rest = new Map();
    for (const [id, client] of [...clients].reverse()) {
      if (search.wanted.size === 0) break;
      const files = listFiles(id);
      if (files.length === 0) clients.delete(id);
      const { unlikely } = client;
      const later = files.filter((file) => unlikely.has(file));
      const others = look(
        id,
        files.filter((file) => !unlikely.has(file)),
        search,
      );
      client.unlikely = new Set(files.length > manyFiles ? files : [...later, ...others]);
      if (later.length > 0) rest.set(id, later);
    }
  }

  /** Clients with many files, and processes that were there before, as long as there is time for it. */
  function goOnSweeping(now: number, search: Sought): void {
    const { wanted, found } = search;
    savedMs = Math.min(sweepSavedMsMax, savedMs + (now - savedAtMs) * sweepShare);
    savedAtMs = now;
    const beganMs = nowMs();
    const hasTime = (): boolean => wanted.size > 0 && nowMs() - beganMs < savedMs;
    const all = [...seenMs.keys()].filter((id) => !clients.has(id));
    const before = sought;
    sought = new Map([...wanted].map((inode) => [inode, before.get(inode) ?? swept]));
    const goal = Math.max(...sought.values()) + all.length;
    for (const [id, files] of rest) if (hasTime()) look(id, files, search);
    while (swept < goal && hasTime()) {
      if (sweep.length === 0) sweep = [...all];
      const id = sweep.pop();
      swept++;
      if (id !== undefined) look(id, listFiles(id), search);
    }
    savedMs -= nowMs() - beganMs;
    for (const inode of wanted) {
      if (swept < (sought.get(inode) ?? swept) + all.length) found.set(inode, 'later');
    }
  }

  return {
    likely: (inodes) => {
      const found = new Map<number, ClientProcess>();
      const search = { wanted: new Set(inodes), found };
      lookAtClients(search);
      if (search.wanted.size === 0) return found;
      const now = nowMs();
      takeNote(now);
      for (const [id, sinceMs] of [...seenMs].reverse()) {
        if (now - sinceMs < youngMs && !clients.has(id)) look(id, listFiles(id), search);
      }
      return found;
    },
    anywhere: (inodes) => {
      const search: Sought = { wanted: new Set(inodes), found: new Map() };
      if (search.wanted.size > 0) goOnSweeping(nowMs(), search);
      return search.found;
    },
  };
}

/**
 * A process that was forked holds the sockets of its parent: the parent is the one that opened them. One that went on
 * to another program keeps few of them, and is looked at as it is.
 */
function firstOwner(id: number, inode: number): number {
  const program = readProgramFile(id);
  let owner = id;
  for (let depth = 0; depth < inheritanceMax; depth++) {
    const parent = readStat(owner)?.parentId ?? 0;
    if (parent <= 1 || readProgramFile(parent) !== program) break;
    if (!listFiles(parent).some((file) => socketInode(parent, file) === inode)) break;
    owner = parent;
  }
  return owner;
}
