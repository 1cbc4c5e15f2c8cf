import type { ClientProcess } from '../client-process.ts';
import { identify } from './identify.ts';
import type { OpenSockets } from './open-sockets.ts';
import { listProcesses, readProgramFile, readStat } from './proc.ts';

/** Processes that had a connection of ours, kept so that they are looked at first. */
const clientsMax = 128;
/** Processes that are looked at together. */
const atOnce = 8;
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
}

/** Sockets whose owner is looked for, and those found so far. */
interface Sought {
  readonly wanted: Set<number>;
  readonly found: Map<number, ClientProcess | 'later'>;
}

/** Finds the processes that hold sockets. */
export interface ProcessSearch {
  /** Who holds the sockets with these inodes, as far as clients and young processes do; the others are missing. */
  readonly likely: (inodes: Iterable<number>) => Promise<ReadonlyMap<number, ClientProcess>>;
  /**
   * The same among all processes, for what `likely` has just missed. Those that nobody seems to hold are missing;
   * `later` while not every process could be looked at, since that takes long: asked again, the search goes on.
   */
  readonly anywhere: (inodes: Iterable<number>) => Promise<ReadonlyMap<number, ClientProcess | 'later'>>;
}

/** `nowMs` is a clock that only goes forward. Notes which processes there are. One call at a time. */
export function createProcessSearch(sockets: OpenSockets, nowMs: () => number): ProcessSearch {
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
        };
    clients.delete(id);
    clients.set(id, client);
    for (const [oldest] of clients) {
      if (clients.size <= clientsMax) break;
      clients.delete(oldest);
    }
    return client.process;
  }

  /** Looks at these processes, the first ones first, until everything is found; gives those that are not there. */
  async function look(
    ids: readonly number[],
    all: boolean,
    { wanted, found }: Sought,
  ): Promise<readonly number[]> {
    const gone: number[] = [];
    for (let from = 0; from < ids.length && wanted.size > 0; from += atOnce) {
      const some = ids.slice(from, from + atOnce);
      const held = await sockets.read(some, all);
      for (const id of some) {
        const inodes = held.get(id);
        if (inodes === undefined) gone.push(id);
        const isKnown = clients.has(id);
        let owner: ClientProcess | null = null;
        for (const inode of inodes ?? []) {
          if (!wanted.delete(inode)) continue;
          owner ??= remember(isKnown ? id : await firstOwner(id, inode));
          if (owner !== null) found.set(inode, owner);
        }
      }
    }
    return gone;
  }

  /** All files of clients, and processes that were there before, as long as there is time for it. */
  async function goOnSweeping(now: number, search: Sought): Promise<void> {
    const { wanted, found } = search;
    savedMs = Math.min(sweepSavedMsMax, savedMs + (now - savedAtMs) * sweepShare);
    savedAtMs = now;
    const beganMs = nowMs();
    const hasTime = (): boolean => wanted.size > 0 && nowMs() - beganMs < savedMs;
    const all = [...seenMs.keys()].filter((id) => !clients.has(id)).concat([...clients.keys()]);
    const before = sought;
    sought = new Map([...wanted].map((inode) => [inode, before.get(inode) ?? swept]));
    const goal = Math.max(...sought.values()) + all.length;
    while (swept < goal && hasTime()) {
      if (sweep.length === 0) sweep = [...all];
      const some = sweep.splice(-atOnce).reverse();
      swept += some.length;
      await look(some, true, search);
    }
    savedMs -= nowMs() - beganMs;
    for (const inode of wanted) {
      if (swept < (sought.get(inode) ?? swept) + all.length) found.set(inode, 'later');
    }
  }

  /**
   * A process that was forked holds the sockets of its parent: the parent is the one that opened them. One that went
   * on to another program keeps few of them, and is looked at as it is.
   */
  async function firstOwner(id: number, inode: number): Promise<number> {
    const program = readProgramFile(id);
    let owner = id;
    for (let depth = 0; depth < inheritanceMax; depth++) {
      const parent = readStat(owner)?.parentId ?? 0;
      if (parent <= 1 || readProgramFile(parent) !== program) break;
      const held = await sockets.read([parent], true);
      if (held.get(parent)?.includes(inode) !== true) break;
      owner = parent;
    }
    return owner;
  }

  return {
    likely: async (inodes) => {
      const found = new Map<number, ClientProcess>();
      const search = { wanted: new Set(inodes), found };
      for (const id of await look([...clients.keys()].reverse(), false, search)) clients.delete(id);
      if (search.wanted.size === 0) return found;
      const now = nowMs();
      takeNote(now);
      const young = [...seenMs].filter(([id, sinceMs]) => now - sinceMs < youngMs && !clients.has(id));
      await look(young.map(([id]) => id).reverse(), true, search);
      return found;
    },
    anywhere: async (inodes) => {
      const search: Sought = { wanted: new Set(inodes), found: new Map() };
      if (search.wanted.size > 0) await goOnSweeping(nowMs(), search);
      return search.found;
    },
  };
}
