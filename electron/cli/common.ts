import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultDataDir } from '../../core/contract/data-dir.ts';
import type { EngineUrls } from '../engine/engine.ts';
import { readFileSync } from 'node:fs';
import { readProxyAuth, type ProxyAuth } from '../../core/model/proxy-auth.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { readReverse, type ReverseProxy } from '../../core/model/reverse-proxy.ts';
import type { WaysOutText } from '../engine/proxy/upstream/ways-out.ts';
import { printError } from './output.ts';

/** Options of every command. */
export interface CommonOptions {
  readonly dataDir?: string;
}

/** Options of commands that reach servers. */
export interface UpstreamOptions {
  readonly upstream?: string;
  readonly upstreamPac?: string;
  readonly noUpstream: readonly string[];
  readonly resolve: readonly string[];
}

type OwnWaysOut = {
  -readonly [K in keyof WaysOutText]: WaysOutText[K] extends readonly string[] ? string[] : WaysOutText[K];
};

export function waysOutOf({
  upstream,
  upstreamPac,
  noUpstream,
  resolve: overrides,
}: UpstreamOptions): OwnWaysOut {
  return {
    upstream: upstream ?? null,
    upstreamPac:
      upstreamPac === undefined || /^(?:https?|file):/i.test(upstreamPac)
        ? (upstreamPac ?? null)
        : resolve(upstreamPac),
    noUpstream: [...noUpstream],
    resolve: [...overrides],
  };
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
  pac: new URL('../engine/pac-worker.js', import.meta.url),
  finder: new URL('../engine/finder-worker.js', import.meta.url),
  capture: new URL('../engine/capture-worker.js', import.meta.url),
  packetReader: new URL('../engine/packet-reader-worker.js', import.meta.url),
  dissection: new URL('../dissection/main.js', import.meta.url),
  captureHelper: new URL('../native/plumbline-capture', import.meta.url),
};

/** The command line itself, to run it in a child. */
export const commandLine = fileURLToPath(new URL('./cli.js', import.meta.url));
/** Takes redirected connections; built on Linux where there is a C compiler. */
export const redirectHelper = fileURLToPath(new URL('../native/plumbline-redirect', import.meta.url));

/** Options of the commands that listen. */
export interface ListenerOptions {
  readonly reverse: readonly string[];
  readonly rewriteHost?: boolean;
  readonly anyDevice?: boolean;
  readonly proxyAuth?: string;
  readonly proxyAuthFile?: string;
}

/** Who comes in, and where; `anyDevice`: from the network also who is not paired. */
export interface Listeners {
  readonly reverse: readonly ReverseProxy[];
  readonly proxyAuth: ProxyAuth | null;
  readonly anyDevice: boolean;
}

/** Who comes in, and where, for this run. Failures: those of `readReverse` and `readProxyAuth`, `cannot-read`. */
export function listenersOf(options: ListenerOptions): Result<Listeners> {
  const reverse: ReverseProxy[] = [];
  for (const text of options.reverse) {
    const read = readReverse(text, options.rewriteHost === true ? 'rewrite' : 'keep');
    if (!read.ok) return read;
    reverse.push(read.value);
  }
  const given = proxyAuthText(options);
  if (!given.ok) return given;
  const anyDevice = options.anyDevice === true;
  if (given.value === null) return succeed({ reverse, proxyAuth: null, anyDevice });
  const proxyAuth = readProxyAuth(given.value);
  return proxyAuth.ok ? succeed({ reverse, proxyAuth: proxyAuth.value, anyDevice }) : proxyAuth;
}

function proxyAuthText({ proxyAuth, proxyAuthFile }: ListenerOptions): Result<string | null> {
  if (proxyAuthFile === undefined) return succeed(proxyAuth ?? null);
  if (proxyAuth !== undefined) {
    return fail('bad-proxy-auth', 'Give the password of the proxy once: --proxy-auth or --proxy-auth-file.');
  }
  try {
    return succeed(readFileSync(proxyAuthFile, 'utf8').split(/\r?\n/, 1)[0] ?? '');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return fail(
      'cannot-read',
      `The file ${proxyAuthFile} with the password of the proxy cannot be read (${reason}).`,
    );
  }
}

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
