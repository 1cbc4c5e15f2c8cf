import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { parseClientCertificates } from './client-certificates.ts';
import {
  commandLine,
  dataDirOf,
  listenersOf,
  untilStopped,
  valueOrComplain,
  waysOutOf,
  type CommonOptions,
  type ListenerOptions,
  type UpstreamOptions,
} from './common.ts';
import { print, printError } from './output.ts';
import { runServedEngine, type ServedEngine } from './served-engine.ts';

export interface ServeOptions extends CommonOptions, ListenerOptions, UpstreamOptions {
  readonly listen: string;
  readonly proxy?: string;
  readonly session?: string;
  readonly upstreamCa: readonly string[];
  readonly insecureHost: readonly string[];
  readonly passThrough: readonly string[];
  readonly clientCert: readonly string[];
}

const childMessage = z.union([
  z.object({ type: z.literal('ready'), listen: z.string() }),
  z.object({
    type: z.literal('state'),
    sessionPath: z.string().nullable(),
    proxy: z.string().nullable(),
    record: z.boolean(),
  }),
]);

/**
 * For glibc, which else keeps what sorting a list has freed: arrays of 1 MiB and more go back to the system at once.
 * A tenth of the engine's memory with a million exchanges.
 */
const returnsMemory = { MALLOC_MMAP_THRESHOLD_: '1048576' };

/** More deaths than this within the time are not survived: something is wrong that a restart does not mend. */
const deathsMax = 5;
const deathsWithinMs = 10_000;
const servedMark = 'PLUMBLINE_SERVED';

/**
 * Serves the window to a browser. The engine runs in a child of its own; when it dies it is started again with
 * the same session, addresses and token, and the open tab finds it by itself.
 */
export async function serve(options: ServeOptions): Promise<void> {
  if (process.env[servedMark] !== undefined && process.send !== undefined) return runServedEngine();
  const certificates = valueOrComplain(parseClientCertificates(options.clientCert));
  if (certificates === null) return;
  const listeners = valueOrComplain(listenersOf(options));
  if (listeners === null) return;
  const token = randomBytes(24).toString('base64url');
  let wanted: ServedEngine = {
    token,
    listen: options.listen,
    dataDir: dataDirOf(options),
    sessionPath: options.session ?? null,
    proxy: options.proxy ?? null,
    record: null,
    proxyRequired: options.proxy !== undefined,
    upstreamCaFiles: [...options.upstreamCa],
    insecureHosts: [...options.insecureHost],
    passThroughHosts: [...options.passThrough],
    waysOut: waysOutOf(options),
    clientCertificates: certificates,
    reverse: [...listeners.reverse],
    proxyAuth: listeners.proxyAuth,
    anyDevice: listeners.anyDevice,
  };
  const deaths: number[] = [];
  let announced = false;
  let stopping = false;

  const start = (): ReturnType<typeof fork> => {
    const child = fork(commandLine, ['serve'], {
      env: { ...returnsMemory, ...process.env, [servedMark]: '1' },
      serialization: 'advanced',
    });
    child.send(wanted);
    child.on('message', (data) => {
      const parsed = childMessage.safeParse(data);
      if (!parsed.success) return;
      if (parsed.data.type === 'state') {
        const { sessionPath, proxy, record } = parsed.data;
        wanted = { ...wanted, sessionPath, proxy: proxy ?? wanted.proxy, record };
        return;
      }
      wanted = { ...wanted, listen: parsed.data.listen, proxyRequired: false };
      if (!announced) print(`Open http://${parsed.data.listen}/?token=${token}`);
      announced = true;
    });
    return child;
  };

  await new Promise<void>((resolve) => {
    let child = start();
    const watch = (): void => {
      child.once('exit', (code, signal) => {
        const now = Date.now();
        deaths.push(now);
        const recent = deaths.filter((at) => now - at < deathsWithinMs).length;
        if (stopping || !announced || code === 0 || recent > deathsMax) {
          if (!stopping && recent > deathsMax) printError('The engine keeps stopping; giving up.');
          process.exitCode = stopping ? 0 : (code ?? 1);
          resolve();
          return;
        }
        printError(`The engine stopped (${signal ?? `exit code ${code}`}) and is started again.`);
        child = start();
        watch();
      });
    };
    watch();
    void untilStopped(null).then(() => {
      stopping = true;
      child.kill('SIGTERM');
    });
  });
}
