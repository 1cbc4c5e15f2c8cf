import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { defaultDataDir } from '../../core/contract/data-dir.ts';
import type { Result } from '../../core/model/result.ts';
import type { EngineUrls } from '../engine/engine.ts';
import { printError } from './output.ts';

/** Options of every command. */
export interface CommonOptions {
  readonly dataDir?: string;
}

/** `--data-dir`, else `PLUMBLINE_DATA_DIR`, else the platform's place for application data. */
export function dataDirOf(options: CommonOptions): string {
  const given = options.dataDir ?? process.env['PLUMBLINE_DATA_DIR'];
  return given === undefined || given === ''
    ? defaultDataDir(process.platform, homedir(), process.env)
    : resolve(given);
}

/** The session's worker files lie beside the engine in `dist/engine`; every bundle is one folder below `dist`. */
export const workers: EngineUrls = {
  writer: new URL('../engine/writer-worker.js', import.meta.url),
  reader: new URL('../engine/reader-worker.js', import.meta.url),
  transfer: new URL('../engine/transfer-worker.js', import.meta.url),
  indexer: new URL('../engine/indexer-worker.js', import.meta.url),
  finder: new URL('../engine/finder-worker.js', import.meta.url),
};

/** The value, or null after one line on standard error and exit code 1. */
export function valueOrComplain<T>(result: Result<T>): T | null {
  if (result.ok) return result.value;
  printError(result.error.message);
  process.exitCode = 1;
  return null;
}

/** Resolves with SIGINT, SIGTERM or SIGHUP, or after `seconds`. */
export function untilStopped(seconds: number | null): Promise<void> {
  return new Promise((done) => {
    const finish = (): void => {
      clearTimeout(timer);
      done();
    };
    const timer = seconds === null ? undefined : setTimeout(finish, seconds * 1000);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, finish);
  });
}
