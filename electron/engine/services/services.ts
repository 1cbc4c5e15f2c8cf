import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Handlers } from '../../../core/contract/dispatch.ts';
import type { EngineStatus } from '../../../core/contract/engine.ts';
import type { SessionState } from '../../../core/contract/session.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { newSessionPath, type Engine } from '../engine.ts';
import { transferHandlers } from './transfers.ts';
import type { Session } from '../session/session-api.ts';

const noSession = fail('no-session', 'No session is open. Make a new one or open a file.');

/** Handlers of every service: they translate, the engine does the work. */
export function createHandlers(engine: Engine, status: () => EngineStatus): Handlers<unknown> {
  const withSession = <T>(use: (session: Session) => Promise<Result<T>>): Promise<Result<T>> => {
    const session = engine.session();
    return session === null ? Promise.resolve(noSession) : use(session);
  };
  const opened = async (result: Result<Session>): Promise<Result<SessionState>> =>
    result.ok ? succeed(await describeSession(result.value)) : result;

  return {
    session: {
      state: () => withSession(async (session) => succeed(await describeSession(session))),
      create: async ({ path }) => {
        const target = path ?? newSessionPath(engine.dataDir, new Date());
        if (path === undefined) await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        return opened(await engine.openSession({ path: target, mode: 'create' }));
      },
      open: async ({ path }) => opened(await engine.openSession({ path, mode: 'open' })),
      recent: async () => {
        const paths = engine.settings.current().recentSessions.filter((path) => existsSync(path));
        const sessions = await Promise.all(
          paths.map(async (path) => ({
            path,
            name: sessionName(path),
            modifiedAtMs: (await stat(path)).mtimeMs,
          })),
        );
        return succeed({ sessions });
      },
    },
    recording: {
      state: () => Promise.resolve(succeed(engine.recording())),
      start: async ({ listen }) => {
        const started = await engine.startRecording(listen);
        if (started.ok && listen !== undefined) await engine.settings.update({ listen });
        return started;
      },
      stop: async () => succeed(await engine.stopRecording()),
      acceptHost: ({ host, accept }) => {
        if (accept) engine.insecureHosts.add(host);
        else engine.insecureHosts.remove(host);
        return engine.hostsChanged();
      },
      passThroughHost: ({ host, passThrough }) => {
        if (passThrough) engine.passThroughHosts.add(host);
        else engine.passThroughHosts.remove(host);
        return engine.hostsChanged();
      },
    },
    exchanges: {
      openView: ({ filter }) => withSession((session) => session.openView(filter)),
      closeView: ({ viewId }) => withSession((session) => session.closeView(viewId)),
      rows: ({ viewId, from, limit }) => withSession((session) => session.rows(viewId, from, limit)),
      position: ({ viewId, id }) => withSession((session) => session.position(viewId, id)),
      get: ({ id }) => withSession((session) => session.get(id)),
    },
    bodies: {
      read: ({ exchangeId, side, decoded, from, limit }) =>
        withSession(async (session) => {
          const page = await session.readBody(exchangeId, side, decoded, from, limit);
          return page.ok ? succeed({ ...page.value, codings: [...page.value.codings] }) : page;
        }),
    },
    transfers: transferHandlers(engine),
    engine: {
      status: () => Promise.resolve(succeed(status())),
      authority: () => {
        const { certificatePath, certificatePem, fingerprintSha256, notAfter } = engine.authority;
        return Promise.resolve(
          succeed({ certificatePath, certificatePem, fingerprintSha256, notAfter: notAfter.toISOString() }),
        );
      },
    },
  };
}

export async function describeSession(session: Session): Promise<SessionState> {
  return {
    path: session.path,
    name: sessionName(session.path),
    exchanges: session.exchangeCount(),
    diskBytes: await session.diskBytes(),
    notice: session.notice,
  };
}

function sessionName(path: string): string {
  return basename(path).replace(/\.plumb$/, '');
}
