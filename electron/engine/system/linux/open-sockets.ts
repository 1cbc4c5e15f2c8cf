import { filesMax, manyFiles, rememberedMax, type PerlRelay } from './perl-relay.ts';
import { listFiles, socketInode } from './proc.ts';

/** Perl is not asked again after it failed so often in a row. */
const failuresMax = 3;

/** The sockets that processes hold, by their open files in /proc. One call at a time. */
export interface OpenSockets {
  /**
   * Inodes by process. Processes that are gone or not ours to look at are missing. Unless `all` files are asked for,
   * those that were no sockets at the last look are passed over, and of a process with many files all that it had then.
   */
  readonly read: (ids: readonly number[], all: boolean) => Promise<ReadonlyMap<number, readonly number[]>>;
}

/** Through perl if there is one that answers. */
export function createOpenSockets(relay: PerlRelay | null): OpenSockets {
  const own = createProcSockets();
  let failures = 0;
  return {
    read: async (ids, all) => {
      if (relay !== null && failures < failuresMax) {
        const answer = await relay.files(ids, all);
        failures = answer === null ? failures + 1 : 0;
        if (answer !== null) return answer;
      }
      return own.read(ids, all);
    },
  };
}

function createProcSockets(): OpenSockets {
  const unlikely = new Map<number, ReadonlySet<string>>();

  function socketsOf(id: number, files: readonly string[], all: boolean): readonly number[] {
    const known = unlikely.get(id) ?? new Set<string>();
    const isMany = files.length > manyFiles;
    const later = new Set(isMany ? files : files.filter((file) => known.has(file)));
    const inodes: number[] = [];
    for (const file of files) {
      if (!all && known.has(file)) continue;
      const inode = socketInode(id, file);
      if (inode !== null) inodes.push(inode);
      if (inode === null) later.add(file);
      else if (!isMany) later.delete(file);
    }
    if (unlikely.size >= rememberedMax) unlikely.clear();
    unlikely.set(id, later);
    return inodes;
  }

  return {
    read: (ids, all) => {
      const sockets = new Map<number, readonly number[]>();
      for (const id of ids) {
        const files = listFiles(id).slice(0, filesMax);
        if (files.length > 0) sockets.set(id, socketsOf(id, files, all));
        else unlikely.delete(id);
      }
      return Promise.resolve(sockets);
    },
  };
}
