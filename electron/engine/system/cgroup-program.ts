import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { succeed, type Result } from '../../../core/model/result.ts';
import { makeCgroup } from './own-cgroup.ts';

export interface CgroupProgramOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Whom it runs as, since we are root; null: root as well. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  readonly stdio: 'inherit' | 'pipe';
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A cgroup in which a program will run, so that rules can name its connections before it makes the first: unlike in a
 * network of its own it can be reached from outside and sends UDP, but that takes root.
 */
export interface CgroupProgram {
  /** For the scope `cgroup` of `transparentRules`. */
  readonly cgroup: string;
  readonly start: (options: CgroupProgramOptions) => StartedInCgroup;
  /** Ends whatever runs in it, SIGTERM first and SIGKILL after five seconds, and removes it. */
  readonly stop: () => Promise<void>;
}

export interface StartedInCgroup {
  readonly pid: number;
  /** Its output with `stdio: 'pipe'`. */
  readonly streams: Pick<ChildProcess, 'stdout' | 'stderr'>;
  /** 127 when there is no such program, 128 + n when signal n ended it. */
  readonly exitCode: Promise<number>;
  readonly signal: (signal: NodeJS.Signals) => void;
}

const graceMs = 5000;
const checkMs = 20;
/** Failures: `no-cgroups`, `needs-root`. */
export function prepareCgroupProgram(): Result<CgroupProgram> {
  const made = makeCgroup(`plumbline-run-${process.pid}`);
  if (!made.ok) return made;
  const { path, processesFile, remove } = made.value;
  return succeed({
    cgroup: path,
    start: (options) => start(processesFile, options),
    stop: async () => {
      const killAtMs = performance.now() + graceMs;
      signalAll(processesFile, 'SIGTERM');
      while (processesIn(processesFile).length > 0) {
        if (performance.now() >= killAtMs) signalAll(processesFile, 'SIGKILL');
        await new Promise((later) => setTimeout(later, checkMs));
      }
      remove();
    },
  });
}

/** A shell moves itself into the cgroup and then becomes the program, so that it is in there from its first moment. */
function start(processesFile: string, options: CgroupProgramOptions): StartedInCgroup {
  const { program, args, user, stdio } = options;
  const become =
    user === null
      ? []
      : ['setpriv', '--reuid', String(user.uid), '--regid', String(user.gid), '--init-groups', '--'];
  const child = spawn(
    '/bin/sh',
    ['-c', 'echo $$ > "$0" && exec "$@"', processesFile, ...become, program, ...args],
    {
      stdio: [stdio === 'inherit' ? 'inherit' : 'ignore', stdio, stdio],
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    },
  );
  const exitCode = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
  return { pid: child.pid ?? 0, streams: child, exitCode, signal: (signal) => void child.kill(signal) };
}

function processesIn(processesFile: string): readonly number[] {
  try {
    return readFileSync(processesFile, 'latin1').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function signalAll(processesFile: string, signal: 'SIGTERM' | 'SIGKILL'): void {
  for (const pid of processesIn(processesFile)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
