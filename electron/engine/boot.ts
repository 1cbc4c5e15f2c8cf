import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { createEngine, newSessionPath, type Engine, type EngineOptions } from './engine.ts';

/** What a host with a window wants of a fresh engine. */
export interface BootOptions extends EngineOptions {
  /** Null: a new session in the data folder. */
  readonly sessionPath: string | null;
  /** What to do when nothing can be recorded into that session: give up, or record into a new one and say why. */
  readonly sessionRefused: 'fail' | 'record-elsewhere';
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
  const made = await createEngine({ addsPhones: true, ...options });
  if (!made.ok) return made;
  const engine = made.value;
  const session = await openFirst(engine, options);
  if (!session.ok) {
    await engine.close();
    return session;
  }
  if (options.record === null) await openLastOnes(engine);
  keepOpenOnes(engine);
  const said = session.value === null ? [] : [session.value];
  if (options.record ?? engine.settings.current().recordAtLaunch) {
    const started = await engine.startRecording(options.proxy ?? undefined);
    if (!started.ok) said.push(started.error.message);
  }
  if (said.length > 0) engine.setProblem(said.join(' '));
  return succeed(engine);
}

/** Opens what is recorded into; gives what the person must be told, or null. */
async function openFirst(engine: Engine, options: BootOptions): Promise<Result<string | null>> {
  const { sessionPath: path } = options;
  if (path === null) return recordIntoNew(engine, options.dataDir, null);
  const recorded = await recordInto(engine, path);
  if (recorded.ok || options.sessionRefused === 'fail') return recorded;
  const read = await engine.openSession({ path, mode: 'open' });
  const meanwhile = read.ok
    ? 'It is open for reading; what is recorded now goes into a new session.'
    : 'What is recorded now goes into a new session.';
  return recordIntoNew(engine, options.dataDir, `${recorded.error.message} ${meanwhile}`);
}

async function recordIntoNew(
  engine: Engine,
  dataDir: string,
  said: string | null,
): Promise<Result<string | null>> {
  const path = newSessionPath(dataDir, new Date());
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return fail('cannot-open', `The folder ${dirname(path)} for new sessions cannot be made: ${reason}.`);
  }
  const recorded = await recordInto(engine, path);
  return recorded.ok ? succeed(said) : recorded;
}

async function recordInto(engine: Engine, path: string): Promise<Result<null>> {
  const opened = await engine.openSession({ path, mode: 'create-or-open' });
  const recorded = opened.ok ? await engine.recordInto(opened.value.id) : opened;
  return recorded.ok ? succeed(null) : recorded;
}

/**
 * Opens for reading what was open beside the recording when the program ended. What cannot be opened is said in one
 * line and forgotten. After a crash of the engine the window does the same, and knows it better.
 */
async function openLastOnes(engine: Engine): Promise<void> {
  const recorded = engine.sessions.recorded()?.session.path;
  const problems: { readonly path: string; readonly message: string }[] = [];
  for (const path of engine.settings.current().openSessions) {
    if (path === recorded) continue;
    const opened = await engine.openSession({ path, mode: 'read' });
    if (!opened.ok) problems.push({ path, message: opened.error.message });
  }
  const [first] = problems;
  if (first === undefined) return;
  engine.setNotice(
    problems.length === 1
      ? `A session that was open last time is not opened again: ${first.message}`
      : `${problems.length} sessions that were open last time are not opened again: ${problems.map(({ path }) => path).join(', ')}.`,
  );
}

/** Programs that share a data folder share this list; the one that changed last has its sessions in it. */
function keepOpenOnes(engine: Engine): void {
  const keep = (): void => {
    const recordedId = engine.sessions.recorded()?.id;
    const beside = engine.sessions.list().filter(({ id }) => id !== recordedId);
    void engine.settings.update({ openSessions: beside.map(({ session }) => session.path) });
  };
  engine.events.on('sessions', keep);
  keep();
}
