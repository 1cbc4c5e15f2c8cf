import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Handlers } from '../../../core/contract/dispatch.ts';
import type { EngineStatus } from '../../../core/contract/engine.ts';
import type { SessionState } from '../../../core/contract/session.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { SettingsState } from '../../../core/contract/settings.ts';
import type { AuthorityState } from '../../../core/contract/authority.ts';
import { authorityState, exportAuthority } from '../certificates/authority-keeper.ts';
import type { Authority } from '../certificates/authority.ts';
import { newSessionPath, type Engine } from '../engine.ts';
import type { OpenSession } from '../open-sessions.ts';
import { createAdbHandlers } from './adb-handlers.ts';
import { createCaptureHandlers } from './capture-handlers.ts';
import { createDeviceHandlers } from './device-handlers.ts';
import { createExchangeHandlers, createSessionFinder } from './exchange-handlers.ts';
import { createMessageHandlers } from './message-handlers.ts';
import { createPacketHandlers } from './packet-handlers.ts';
import { startCopy, transferHandlers } from './transfers.ts';
import type { WindowViews } from './window-views.ts';

/** Handlers of every service: they translate, the engine does the work. */
export function createHandlers(engine: Engine, status: () => EngineStatus): Handlers<WindowViews | null> {
  const finder = createSessionFinder(engine.sessions);
  const described = async (result: Result<OpenSession>): Promise<Result<SessionState>> =>
    result.ok ? succeed(await describeSession(engine, result.value)) : result;

  const changedAuthority = async (changed: Promise<Result<Authority>>): Promise<Result<AuthorityState>> => {
    const authority = await changed;
    return authority.ok ? succeed(await authorityState(engine.dataDir, authority.value)) : authority;
  };

  return {
    session: {
      state: ({ sessionId }) => {
        const found = engine.sessions.get(sessionId);
        const none = fail('no-session', 'This session is not open. Make a new one or open a file.');
        return described(found === null ? none : succeed(found));
      },
      list: async () => succeed({ sessions: await describeSessions(engine) }),
      create: async ({ path }) => {
        const target = path ?? newSessionPath(engine.dataDir, new Date());
        if (path === undefined) await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        const opened = await engine.openSession({ path: target, mode: 'create' });
        return described(opened.ok ? await engine.recordInto(opened.value.id) : opened);
      },
      open: async ({ path }) => described(await engine.openSession({ path, mode: 'open' })),
      record: async ({ sessionId }) => described(await engine.recordInto(sessionId)),
      close: async ({ sessionId }) => {
        const closed = await engine.closeSession(sessionId);
        return closed.ok ? succeed({}) : closed;
      },
      saveCopy: ({ sessionId, path, overwrite }) => startCopy(engine, sessionId, path, overwrite),
      recent: async () => {
        const paths = engine.settings.current().recentSessions.filter((path) => existsSync(path));
        const sessions = await Promise.all(
          paths.map(async (path) => {
            const { mtimeMs, size } = await stat(path);
            return { path, name: sessionName(path), modifiedAtMs: mtimeMs, sizeBytes: size };
          }),
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
    proxy: {
      route: async ({ url }) => {
        const words = await engine.route(url);
        return words.ok ? succeed({ words: words.value }) : words;
      },
    },
    exchanges: createExchangeHandlers(finder),
    bodies: {
      read: ({ sessionId, exchangeId, side, decoded, from, limit }) =>
        finder.with(sessionId, async (session) => {
          const page = await session.readBody(exchangeId, side, decoded, from, limit);
          return page.ok ? succeed({ ...page.value, codings: [...page.value.codings] }) : page;
        }),
    },
    messages: createMessageHandlers(finder, () => engine.settings.current().protoFiles),
    packets: createPacketHandlers(finder),
    capture: createCaptureHandlers(engine.captures, engine.captureSetup),
    devices: createDeviceHandlers(engine),
    adb: createAdbHandlers(engine),
    settings: {
      get: () => Promise.resolve(succeed(describeSettings(engine))),
      update: async ({ change }) => {
        const changed = await engine.changeSettings(change);
        return changed.ok ? succeed(describeSettings(engine)) : changed;
      },
    },
    authority: {
      state: async () => succeed(await authorityState(engine.dataDir, engine.authority)),
      export: ({ format, password }) => Promise.resolve(exportAuthority(engine.authority, format, password)),
      import: (own) => changedAuthority(engine.authorities.importOwn(own)),
      rotate: ({ keyKind }) => changedAuthority(engine.authorities.rotate(keyKind)),
      reset: () => changedAuthority(engine.authorities.rotate('ec')),
      restore: ({ number }) => changedAuthority(engine.authorities.restore(number)),
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

export function describeSettings({ settings }: Engine): SettingsState {
  return {
    settings: settings.current(),
    path: settings.path,
    folder: settings.folder,
    problem: settings.problem(),
  };
}

export async function describeSession(
  engine: Engine,
  { id, session, readOnly }: OpenSession,
): Promise<SessionState> {
  const recorded = engine.sessions.recorded()?.id === id;
  return {
    sessionId: id,
    path: session.path,
    name: sessionName(session.path),
    exchanges: session.exchangeCount(),
    diskBytes: await session.diskBytes(),
    notice: inOneLine([session.notice, recorded ? engine.notice() : null]),
    recorded,
    readOnly,
    bodyIndex: session.bodyIndex(),
  };
}

export function describeSessions(engine: Engine): Promise<SessionState[]> {
  return Promise.all(engine.sessions.list().map((each) => describeSession(engine, each)));
}

function inOneLine(said: readonly (string | null)[]): string | null {
  const lines = said.filter((each) => each !== null);
  return lines.length === 0 ? null : lines.join(' ');
}

function sessionName(path: string): string {
  return basename(path).replace(/\.plumb$/, '');
}
