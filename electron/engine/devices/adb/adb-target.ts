import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { adbFailure, hasSucceeded, type AdbRun } from '../../../../core/devices/adb-failures.ts';
import { succeed, type Result } from '../../../../core/model/result.ts';
import type { RunAdb } from './run-adb.ts';

const commandTimeoutMs = 10_000;
const pushTimeoutMs = 30_000;

/** One device that adb lists as ready. Failures are those of `adbFailure`; `doing` says what was tried, as in “while it set the proxy”. */
export interface AdbTarget {
  readonly serial: string;
  readonly run: (args: readonly string[], timeoutMs?: number) => Promise<AdbRun>;
  /** Standard output of a command that succeeded. */
  readonly ask: (doing: string, args: readonly string[], timeoutMs?: number) => Promise<Result<string>>;
  /** Puts a text into a file of the device. */
  readonly push: (text: string, file: string) => Promise<Result<string>>;
}

export function createAdbTarget(runAdb: RunAdb, serial: string): AdbTarget {
  const run = (args: readonly string[], timeoutMs = commandTimeoutMs): Promise<AdbRun> =>
    runAdb(['-s', serial, ...args], timeoutMs);
  const ask: AdbTarget['ask'] = async (doing, args, timeoutMs) => {
    const ran = await run(args, timeoutMs);
    return hasSucceeded(ran) ? succeed(ran.stdout) : adbFailure(ran, doing);
  };
  return {
    serial,
    run,
    ask,
    push: async (text, file) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'plumbline-adb-'));
      try {
        const local = path.join(folder, path.posix.basename(file));
        await writeFile(local, text, { mode: 0o600 });
        return await ask('took a file', ['push', local, file], pushTimeoutMs);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
