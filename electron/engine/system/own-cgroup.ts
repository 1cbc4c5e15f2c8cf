import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { fail, succeed, type Result } from '../../../core/model/result.ts';

/** A cgroup (v2) for our purposes, and the way back. */
export interface Cgroup {
  /** Below /sys/fs/cgroup, as rules name it. */
  readonly path: string;
  /** The file to which a process's id is written to move it here; its children follow it. */
  readonly processesFile: string;
  /** Removes it; who is still in it stays, and then it stays too. */
  readonly remove: () => void;
}

const mountPoint = '/sys/fs/cgroup';
const ownName = 'plumbline';

/** Makes an empty one, or takes one that is there. Failures: `no-cgroups`, `needs-root`. */
export function makeCgroup(name: string): Result<Cgroup> {
  const folder = cgroupFolder();
  if (folder === null) {
    return fail(
      'no-cgroups',
      'This system has no cgroups of version 2, by which connections of one program are told from others. Redirect those of one user instead.',
    );
  }
  const full = `${mountPoint}/${folder}${name}`;
  try {
    mkdirSync(full, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'ERROR';
    return fail('needs-root', `A cgroup for Plumbline cannot be made (${code}): that needs root.`);
  }
  return succeed({
    path: `${folder}${name}`,
    processesFile: `${full}/cgroup.procs`,
    remove: () => {
      try {
        rmdirSync(full);
      } catch {
        // Somebody is in it: an empty one is taken again next time, so nothing piles up.
      }
    },
  });
}

/**
 * Moves this process into a cgroup of its own, so that the rules for `this-machine` can leave its connections alone:
 * those made from now on. `remove` moves it back. Failures: as `makeCgroup`.
 */
export function enterOwnCgroup(): Result<Cgroup> {
  const made = makeCgroup(ownName);
  if (!made.ok) return made;
  const before = currentCgroup();
  try {
    writeFileSync(made.value.processesFile, String(process.pid));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'ERROR';
    return fail('needs-root', `Plumbline cannot move to a cgroup of its own (${code}): that needs root.`);
  }
  return succeed({
    ...made.value,
    remove: () => {
      try {
        writeFileSync(before, String(process.pid));
      } catch {
        // Where we came from is gone; where we are does no harm.
      }
      made.value.remove();
    },
  });
}

/** Where `enterOwnCgroup` goes, as rules name it. */
export function ownCgroupPath(): string {
  return `${cgroupFolder() ?? ''}${ownName}`;
}

/** Whether this process is in the cgroup of that path, or in one below it. */
export function isInCgroup(path: string): boolean {
  return currentCgroup().startsWith(`${mountPoint}/${path}/`);
}

/** Typed by a person whose Plumbline is not root, before setting the rules for `this-machine` by hand. */
export function ownCgroupCommands(pid: number): readonly string[] {
  const folder = `${mountPoint}/${ownCgroupPath()}`;
  return [`sudo mkdir -p ${folder}`, `echo ${pid} | sudo tee ${folder}/cgroup.procs`];
}

/** Where version 2 is below the mount point; beside version 1 it has a folder of its own. Null without it. */
function cgroupFolder(): '' | 'unified/' | null {
  if (existsSync(`${mountPoint}/cgroup.procs`)) return '';
  return existsSync(`${mountPoint}/unified/cgroup.procs`) ? 'unified/' : null;
}

/** The file of the cgroup that this process is in: the line `0::/path` of cgroups(7). */
function currentCgroup(): string {
  const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
  return `${mountPoint}/${cgroupFolder() ?? ''}${path === '/' ? '' : path.slice(1)}/cgroup.procs`;
}
