import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron';

export interface SupervisorOptions {
  /** `dist/engine/process.js`. */
  readonly entry: string;
  readonly dataDir: string;
  readonly sessionPath: string | null;
  readonly proxy: string | null;
  readonly upstreamCaFiles: readonly string[];
  readonly insecureHosts: readonly string[];
  readonly passThroughHosts: readonly string[];
  /** The engine cannot start, or keeps stopping: one sentence for the person. */
  readonly onGivingUp: (message: string) => void;
}

/** Keeps one engine running: after a crash it is started again into the same session, and windows get new ports. */
export interface Supervisor {
  readonly start: () => void;
  /** Gives this window a port; again after every restart of the engine, until the window is gone. */
  readonly connect: (window: WebContents) => void;
  readonly stop: () => Promise<void>;
}

const deathsMax = 5;
const deathsWithinMs = 10_000;
/** An engine that does not end by itself in this time is ended: everything older than a second is on disk. */
const stopTimeoutMs = 5_000;

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const windows = new Set<WebContents>();
  const deaths: number[] = [];
  let engine: UtilityProcess | null = null;
  let stopping = false;
  /** The engine said that it is up: only then may a window believe that it records. */
  let ready = false;
  let known: { sessionPath: string | null; proxy: string | null; record: boolean | null } = {
    sessionPath: options.sessionPath,
    proxy: options.proxy,
    record: null,
  };

  const givePort = (window: WebContents): void => {
    if (engine === null || !ready || window.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    engine.postMessage({ type: 'window' }, [port1]);
    window.postMessage('plumbline-port', null, [port2]);
  };

  const onMessage = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('type' in message)) return;
    if (message.type === 'state') {
      const state = message as unknown as {
        sessionPath: string | null;
        proxy: string | null;
        record: boolean;
      };
      known = {
        sessionPath: state.sessionPath ?? known.sessionPath,
        proxy: state.proxy ?? known.proxy,
        record: state.record,
      };
      if (ready) return;
      ready = true;
      for (const window of windows) givePort(window);
    }
    if (message.type === 'failed') {
      stopping = true;
      options.onGivingUp(String((message as { message?: unknown }).message));
    }
  };

  const start = (): void => {
    const started = utilityProcess.fork(options.entry, [], {
      serviceName: 'Plumbline engine',
      env: { ...process.env, UV_THREADPOOL_SIZE: '64' },
    });
    engine = started;
    ready = false;
    started.on('message', onMessage);
    started.once('exit', (code) => {
      if (engine === started) engine = null;
      if (stopping) return;
      const now = Date.now();
      deaths.push(now);
      if (deaths.filter((at) => now - at < deathsWithinMs).length > deathsMax) {
        options.onGivingUp(
          `The engine keeps stopping (exit code ${code}). What was recorded until then is in the session.`,
        );
        return;
      }
      start();
    });
    started.postMessage({
      type: 'start',
      dataDir: options.dataDir,
      ...known,
      upstreamCaFiles: options.upstreamCaFiles,
      insecureHosts: options.insecureHosts,
      passThroughHosts: options.passThroughHosts,
    });
  };

  return {
    start,
    connect: (window) => {
      if (!windows.has(window)) {
        windows.add(window);
        window.once('destroyed', () => windows.delete(window));
      }
      givePort(window);
    },
    stop: () =>
      new Promise((resolve) => {
        stopping = true;
        const running = engine;
        if (running === null) {
          resolve();
          return;
        }
        const timer = setTimeout(() => running.kill(), stopTimeoutMs);
        running.once('exit', () => {
          clearTimeout(timer);
          resolve();
        });
        running.postMessage({ type: 'stop' });
      }),
  };
}
