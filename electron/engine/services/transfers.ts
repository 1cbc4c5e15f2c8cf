import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '../../../core/contract/dispatch.ts';
import type { TransferSelection } from '../../../core/contract/transfers.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { newSessionPath, type Engine } from '../engine.ts';
import { isCaptureFile } from '../transfer/detect.ts';
import type { Session } from '../session/session-api.ts';

/** Handlers of `transfers`: they say which exchanges, the transfer thread does the work. */
export function transferHandlers(engine: Engine): Handlers<unknown>['transfers'] {
  /** Paths of sessions that running imports make. */
  const filling = new Set<string>();
  return {
    startExport: async ({ selection, format, path: file, redact, overwrite, password }) => {
      const { sessions } = engine;
      const found =
        selection.kind === 'all' ? sessions.get(selection.sessionId) : sessions.ofView(selection.viewId);
      if (found === null)
        return fail('no-session', 'This session is not open. Make a new one or open a file.');
      const { session } = found;
      await session.flush();
      const ids = await idsOf(session, selection);
      if (!ids.ok) return ids;
      if (path.dirname(file) === exportsFolder(engine.dataDir))
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      return engine.transfers.start({
        kind: 'export',
        sessionPath: session.path,
        live: !found.readOnly,
        ids: ids.value,
        totalExchanges: ids.value?.length ?? session.exchangeCount(),
        format,
        path: file,
        redact,
        overwrite,
        password: password ?? null,
      });
    },
    startImport: async (request) => {
      const target = request.session ?? importedPath(engine.dataDir, request.path, filling);
      if (request.session === undefined) filling.add(target);
      const started = await startImport(engine, request, target);
      if (started.ok) {
        void engine.transfers.ended(started.value.transferId).then((outcome) => {
          filling.delete(target);
          const asksAgain = !outcome.ok && passwordFailures.includes(outcome.error.code);
          return asksAgain ? undefined : engine.uploads.forget(request.path);
        });
      } else filling.delete(target);
      return started;
    },
    upload: (part) => engine.uploads.put(part),
    discardUpload: async ({ uploadId }) => {
      await engine.uploads.discard(uploadId);
      return succeed({});
    },
    list: () => Promise.resolve(succeed({ transfers: engine.transfers.list() })),
    cancel: ({ transferId }) => {
      engine.transfers.cancel(transferId);
      return Promise.resolve(succeed({}));
    },
  };
}

/** After these the same file is tried again with another password. */
const passwordFailures: readonly string[] = ['password-needed', 'wrong-password'];

/** Where the window proposes to put exports; made when it is needed. */
function exportsFolder(dataDir: string): string {
  return path.join(dataDir, 'exports');
}

/** A copy of an open session's file (left out: the one that is recorded into); never in place of one that is open. */
export async function startCopy(
  engine: Engine,
  sessionId: number | undefined,
  file: string,
  overwrite: boolean,
): Promise<Result<{ transferId: number }>> {
  const found = engine.sessions.get(sessionId);
  if (found === null) return fail('no-session', 'This session is not open. Make a new one or open a file.');
  const target = path.resolve(file);
  if (engine.sessions.list().some(({ session }) => session.path === target)) {
    return fail(
      'session-in-use',
      `“${path.basename(target)}” is open here. Choose another name for the copy.`,
    );
  }
  await found.session.flush();
  return engine.transfers.start({
    kind: 'copy',
    sessionPath: found.session.path,
    live: !found.readOnly,
    path: target,
    overwrite,
  });
}

interface ImportRequest {
  readonly path: string;
  readonly session?: string | undefined;
  readonly password?: string | undefined;
  readonly keyLog?: string | undefined;
}

/** A capture is shown while it is read into a session of its own. */
async function startImport(
  engine: Engine,
  { path: file, session, password, keyLog }: ImportRequest,
  target: string,
): Promise<Result<{ transferId: number; showing: string | null }>> {
  if (session === undefined) await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  const isShown = session === undefined && (await isCaptureFile(file));
  const prepared = isShown ? engine.transfers.prepare() : undefined;
  const shown = isShown ? await engine.openSession({ path: target, mode: 'create' }) : succeed(null);
  if (!shown.ok) {
    void prepared?.terminate();
    return shown;
  }
  shown.value?.session.packets.prepare();
  const started = engine.transfers.start(
    {
      kind: 'import',
      path: file,
      sessionPath: target,
      feed: shown.value?.session.openFeed() ?? null,
      password: password ?? null,
      keyLogPath: keyLog ?? null,
    },
    async ({ ok }) => {
      if (!ok && shown.value !== null) await engine.discardSession(shown.value.id);
    },
    prepared,
  );
  if (!started.ok && shown.value !== null) await engine.discardSession(shown.value.id);
  return started.ok ? succeed({ ...started.value, showing: shown.value?.session.path ?? null }) : started;
}

/** Null for all. */
async function idsOf(session: Session, selection: TransferSelection): Promise<Result<Float64Array | null>> {
  if (selection.kind === 'all') return succeed(null);
  const selected = await session.selectedRuns(selection.viewId, selection.ids);
  if (!selected.ok) return selected;
  const ids = new Float64Array(selected.value.count);
  let at = 0;
  for (const { fromId, toId } of selected.value.runs) for (let id = fromId; id <= toId; id++) ids[at++] = id;
  return succeed(ids);
}

/** In the data folder, named by the time of day and the file; numbered where a file or an import has the name already. */
function importedPath(dataDir: string, file: string, filling: ReadonlySet<string>): string {
  const name = path
    .basename(file)
    .replace(/\.[^.]*$/, '')
    .slice(0, 80);
  const base = newSessionPath(dataDir, new Date()).replace(/\.plumb$/, ` ${name}`);
  let target = `${base}.plumb`;
  for (let number = 2; filling.has(target) || existsSync(target); number++)
    target = `${base} ${number}.plumb`;
  return target;
}
