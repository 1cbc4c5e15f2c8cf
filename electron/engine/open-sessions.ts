import { resolve } from 'node:path';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { openSession, type WorkerUrls } from './session/session.ts';
import type { OpenSessionOptions, Session } from './session/session-api.ts';
import { engineVersion } from './version.ts';

/** Sessions open at once, each with two threads. */
export const sessionsMax = 12;
/** Views of one session before their numbers would meet those of the next. */
const viewIdsPerSession = 1_000_000_000;

export interface OpenSession {
  readonly id: number;
  readonly session: Session;
  /** Nothing in it can be changed: the file is read-only, or another Plumbline writes it. */
  readonly readOnly: boolean;
}

/** The sessions that are open; one of them is recorded into. */
export interface OpenSessions {
  readonly list: () => readonly OpenSession[];
  /** Null before the first one is open. */
  readonly recorded: () => OpenSession | null;
  /** Left out: the one that is recorded into. */
  readonly get: (id?: number) => OpenSession | null;
  /** The session that a view belongs to. */
  readonly ofView: (viewId: number) => OpenSession | null;
  /** A file that is open already is not opened again. Failures: those of `openSession`, `too-many-sessions`. */
  readonly open: (options: OpenSessionOptions) => Promise<Result<OpenSession>>;
  /** New exchanges go there from now on. Failures: `no-such-session`, `read-only`. */
  readonly record: (id: number) => Result<OpenSession>;
  /** Failures: `no-such-session`, `session-recorded`. */
  readonly close: (id: number) => Promise<Result<OpenSession>>;
  readonly closeAll: () => Promise<void>;
}

/** With these a file can still be looked at. */
const readableFailures: readonly string[] = ['session-in-use', 'permission-denied', 'read-only', 'disk-full'];

/** `rescueFolder`: where a session is saved again whose file and folder were deleted. */
export function createOpenSessions(workers: WorkerUrls, rescueFolder: string): OpenSessions {
  const sessions = new Map<number, OpenSession>();
  let recordedId: number | null = null;
  let lastId = 0;

  async function openFile(
    id: number,
    options: OpenSessionOptions,
  ): Promise<Result<{ session: Session; readOnly: boolean }>> {
    const firstViewId = id * viewIdsPerSession;
    const settings = { programVersion: engineVersion, rescueFolder };
    const opened = await openSession({ ...options, firstViewId }, workers, settings);
    if (opened.ok) return succeed({ session: opened.value, readOnly: options.mode === 'read' });
    if (options.mode !== 'open' || !readableFailures.includes(opened.error.code)) return opened;
    const read = await openSession({ ...options, mode: 'read', firstViewId }, workers, settings);
    return read.ok ? succeed({ session: read.value, readOnly: true }) : opened;
  }

  const recorded = (): OpenSession | null =>
    recordedId === null ? null : (sessions.get(recordedId) ?? null);
  const noSuchSession = (): ReturnType<typeof fail> =>
    fail('no-such-session', 'This session is no longer open. Open its file again.');

  return {
    list: () => [...sessions.values()],
    recorded,
    get: (id) => (id === undefined ? recorded() : (sessions.get(id) ?? null)),
    ofView: (viewId) => sessions.get(Math.floor(viewId / viewIdsPerSession)) ?? null,
    open: async (options) => {
      const path = resolve(options.path);
      const known = [...sessions.values()].find(({ session }) => session.path === path);
      if (known !== undefined && options.mode !== 'create') return succeed(known);
      if (sessions.size >= sessionsMax) {
        return fail(
          'too-many-sessions',
          `At most ${sessionsMax} sessions can be open at once. Close one first.`,
        );
      }
      const id = ++lastId;
      const opened = await openFile(id, { ...options, path });
      if (!opened.ok) return opened;
      const added = { id, ...opened.value };
      sessions.set(id, added);
      return succeed(added);
    },
    record: (id) => {
      const wanted = sessions.get(id);
      if (wanted === undefined) return noSuchSession();
      if (wanted.readOnly) {
        return fail(
          'read-only',
          'This session is open for reading only, so nothing can be recorded into it.',
        );
      }
      recordedId = id;
      return succeed(wanted);
    },
    close: async (id) => {
      const closing = sessions.get(id);
      if (closing === undefined) return noSuchSession();
      if (id === recordedId) {
        return fail(
          'session-recorded',
          'This session is being recorded into. Record into another one first, then close it.',
        );
      }
      sessions.delete(id);
      await closing.session.close();
      return succeed(closing);
    },
    closeAll: async () => {
      const closing = [...sessions.values()];
      sessions.clear();
      recordedId = null;
      await Promise.all(closing.map(({ session }) => session.close()));
    },
  };
}
