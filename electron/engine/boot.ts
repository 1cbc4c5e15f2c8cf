import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { succeed, type Result } from '../../core/model/result.ts';
import { createEngine, newSessionPath, type Engine, type EngineOptions } from './engine.ts';

/** What a host with a window wants of a fresh engine. */
export interface BootOptions extends EngineOptions {
  /** Null: a new session in the data folder. */
  readonly sessionPath: string | null;
  /** Null: the address of the settings. */
  readonly proxy: string | null;
  /** As it was before a crash; null at the first start: as the settings say. */
  readonly record: boolean | null;
}

/**
 * An engine with a session, recording. That the proxy cannot listen is no failure here: the window says so and
 * lets the person choose another address.
 */
export async function bootEngine(options: BootOptions): Promise<Result<Engine>> {
  const made = await createEngine(options);
  if (!made.ok) return made;
  const engine = made.value;
  const path = options.sessionPath ?? newSessionPath(options.dataDir, new Date());
  if (options.sessionPath === null) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const opened = await engine.openSession({ path, mode: 'create-or-open' });
  const session = opened.ok ? await engine.recordInto(opened.value.id) : opened;
  if (!session.ok) {
    await engine.close();
    return session;
  }
  if (options.record ?? engine.settings.current().recordAtLaunch) {
    const started = await engine.startRecording(options.proxy ?? undefined);
    if (!started.ok) engine.setProblem(started.error.message);
  }
  return succeed(engine);
}
