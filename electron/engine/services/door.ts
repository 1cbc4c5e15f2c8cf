import { monitorEventLoopDelay } from 'node:perf_hooks';
import { contract } from '../../../core/contract/index.ts';
import { dispatch } from '../../../core/contract/dispatch.ts';
import type { EngineStatus } from '../../../core/contract/engine.ts';
import type { EngineMessage } from '../../../core/contract/wire.ts';
import { engineVersion } from '../version.ts';
import type { Engine } from '../engine.ts';
import { authorityState } from '../certificates/authority-keeper.ts';
import type { Session } from '../session/session-api.ts';
import { createHandlers, describeSessions, describeSettings } from './services.ts';
import { createWindowViews } from './window-views.ts';

/** Status and session figures are told this often. */
const statusEveryMs = 1000;
const packetsEveryMs = 250;

/** One window's connection, whatever carries it. */
export interface WindowPort {
  readonly send: (message: EngineMessage) => void;
}

/** The engine's side of the contract for any number of windows. */
export interface Door {
  /** Returns what takes the window's messages, and what to call when the window is gone. */
  readonly attach: (port: WindowPort) => {
    readonly receive: (message: unknown) => void;
    readonly detach: () => void;
  };
  readonly close: () => void;
}

export function createDoor(engine: Engine): Door {
  const ports = new Set<WindowPort>();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let endedBefore = engine.recorder.endedCount();
  let status: EngineStatus = readStatus(0, 0);

  function readStatus(perSecond: number, loopDelayMs: number): EngineStatus {
    const session = engine.sessions.recorded()?.session ?? null;
    return {
      version: engineVersion,
      runtime:
        process.versions['electron'] === undefined
          ? `Node ${process.versions.node}`
          : `Electron ${process.versions['electron']}`,
      dataDir: engine.dataDir,
      exchangesPerSecond: perSecond,
      loopDelayMs,
      queueBytes: session?.queueBytes() ?? 0,
      queueBytesMax: session?.queueBytesMax ?? 0,
      memoryBytes: process.memoryUsage.rss(),
    };
  }
  const handlers = createHandlers(engine, () => status);
  const tellAll = (service: string, event: string, payload: unknown): void => {
    for (const port of ports) port.send({ kind: 'event', service, event, payload });
  };
  const tellPackets = (sessionId: number, session: Session): void => {
    let timer: NodeJS.Timeout | null = null;
    session.onPackets(() => {
      timer ??= setTimeout(() => {
        timer = null;
        tellAll('packets', 'changed', { sessionId, ...session.packetCounts() });
      }, packetsEveryMs).unref();
    });
  };
  const watched = new Set<Session>();
  const watchSessions = (): void => {
    for (const { id, session } of engine.sessions.list()) {
      if (watched.has(session)) continue;
      watched.add(session);
      tellPackets(id, session);
      session.packets.onViewChanged((change) => tellAll('packets', 'viewChanged', change));
      session.onViewChanged((change) => {
        tellAll('exchanges', 'viewChanged', change);
      });
    }
  };
  engine.events.on('recording', (state) => {
    tellAll('recording', 'changed', state);
  });
  engine.events.on('settings', () => {
    tellAll('settings', 'changed', describeSettings(engine));
  });
  engine.events.on('authority', () => {
    void authorityState(engine.dataDir, engine.authority).then((state) => {
      tellAll('authority', 'changed', state);
    });
  });
  engine.events.on('sessions', () => {
    watchSessions();
    void describeSessions(engine).then((sessions) => {
      tellAll('session', 'listChanged', { sessions });
    });
  });
  watchSessions();
  engine.devices.events.on('changed', (state) => tellAll('devices', 'changed', state));
  engine.captures.events.on('changed', (state) => tellAll('capture', 'changed', state));
  engine.transfers.events.on('progress', (told) => tellAll('transfers', 'progress', told));
  engine.transfers.events.on('finished', (told) => tellAll('transfers', 'finished', told));
  engine.transfers.events.on('failed', (told) => tellAll('transfers', 'failed', told));

  const timer = setInterval(() => {
    const ended = engine.recorder.endedCount();
    status = readStatus(ended - endedBefore, Math.max(0, delay.percentile(99) / 1e6 - 10));
    endedBefore = ended;
    delay.reset();
    if (ports.size === 0) return;
    tellAll('engine', 'status', status);
    void describeSessions(engine).then((sessions) => {
      for (const state of sessions) tellAll('session', 'changed', state);
    });
  }, statusEveryMs);
  timer.unref();

  return {
    attach: (port) => {
      ports.add(port);
      const views = createWindowViews((viewId) => void handlers.exchanges.closeView({ viewId }, null));
      return {
        receive: (message) => {
          void dispatch(contract, handlers, message, views).then((answer) => {
            if (answer !== null && ports.has(port)) port.send(answer);
          });
        },
        detach: () => {
          ports.delete(port);
          views.leave();
          void engine.devices.leave(views);
        },
      };
    },
    close: () => {
      clearInterval(timer);
      delay.disable();
      ports.clear();
    },
  };
}
