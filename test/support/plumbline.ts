import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { testElectron } from '../../build/electron-for-tests.ts';
import type { ExchangeJson } from '../../core/model/exchange-json.ts';
import { readProxyAuth } from '../../core/model/proxy-auth.ts';
import { readReverse } from '../../core/model/reverse-proxy.ts';
import { within } from './within.ts';

/** `node` has OpenSSL and runs the command line; `electron` has BoringSSL and runs the desktop program's engine. */
export type Runtime = 'node' | 'electron';

export interface PlumblineOptions {
  readonly runtime: Runtime;
  /** PEM of an authority that servers are believed by. */
  readonly upstreamCaPem?: string;
  readonly insecureHosts?: readonly string[];
  readonly passThroughHosts?: readonly string[];
  /** What its settings file holds at the start. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Further arguments of the command line; in Electron there is none. */
  readonly args?: readonly string[];
  readonly handshakeTimeoutMs?: number;
  /** `LISTEN=UPSTREAM`, as on the command line. */
  readonly reverse?: readonly string[];
  readonly rewriteHost?: boolean;
  /** `user:password` of the proxy. */
  readonly proxyAuth?: string;
}

/** A recording proxy in a process of its own. */
export interface Plumbline {
  readonly host: string;
  readonly port: number;
  readonly caPem: string;
  readonly session: string;
  /** Its reverse proxies, in the order they were asked for. */
  readonly reverse: readonly { readonly listen: string; readonly upstream: string }[];
  /** The process that does the work. */
  readonly pid: number;
  /** Ends it and reads what it recorded. */
  readonly stop: () => Promise<readonly ExchangeJson[]>;
  /** The TLS keys it recorded, a line each, after `stop`. */
  readonly keyLog: (filter?: string) => Promise<string[]>;
  /** One body as it rests in the session, after `stop`. */
  readonly body: (id: number, side: 'request' | 'response') => Promise<Buffer>;
  /** Ends it if it still runs and removes its files. */
  readonly dispose: () => void;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = path.join(root, 'dist/cli/cli.js');
const engine = path.join(root, 'dist/engine/process.js');
const startTimeoutMs = 30_000;
const stopTimeoutMs = 60_000;

/** Both, unless the test Electron has not been made here (build/electron-for-tests.ts makes it). */
export function hasRuntime(runtime: Runtime): boolean {
  return runtime === 'node' || existsSync(testElectron().executable);
}

export const runtimes: readonly Runtime[] = ['node', 'electron'];

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export async function startPlumbline(options: PlumblineOptions): Promise<Plumbline> {
  for (const file of [cli, engine]) {
    if (!existsSync(file))
      throw new Error(`${path.relative(root, file)} is not there: npm run build makes it.`);
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-proxy-'));
  writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(options.settings ?? {}));
  const child = (options.runtime === 'node' ? startNode : startElectron)(folder, options);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const dispose = (): void => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  let ready: Ready;
  try {
    ready = await within(startTimeoutMs, 'the proxy to be ready', readReady(child));
  } catch (error) {
    dispose();
    throw new Error(`${error instanceof Error ? error.message : String(error)} It said: ${complaints}`, {
      cause: error,
    });
  }
  const at = ready.proxy.lastIndexOf(':');
  return {
    host: ready.proxy.slice(0, at),
    port: Number(ready.proxy.slice(at + 1)),
    caPem: readFileSync(ready.ca, 'utf8'),
    session: ready.session,
    reverse: ready.reverse,
    pid: ready.pid ?? child.pid ?? 0,
    stop: async () => {
      if (options.runtime === 'node') child.kill('SIGINT');
      else child.stdin.end();
      await within(stopTimeoutMs, 'the proxy to end', exited);
      const lines = await runCli(['exchanges', ready.session, '--json'], folder);
      return lines
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ExchangeJson);
    },
    keyLog: async (filter) => {
      const args = ['keylog', ready.session, ...(filter === undefined ? [] : ['--filter', filter])];
      const lines = (await runCli(args, folder)).toString().split('\n');
      return lines.filter((line) => line !== '');
    },
    body: (id, side) => runCli(['body', ready.session, String(id), side], folder),
    dispose,
  };
}

interface Ready {
  readonly proxy: string;
  readonly ca: string;
  readonly session: string;
  readonly reverse: readonly { readonly listen: string; readonly upstream: string }[];
  readonly pid?: number;
}

function startNode(folder: string, options: PlumblineOptions): Child {
  const repeated = (flag: string, values: readonly string[]): string[] =>
    values.flatMap((value) => [flag, value]);
  return spawn(
    process.execPath,
    [
      cli,
      'record',
      ...['--session', path.join(folder, 'test.plumb'), '--proxy', '127.0.0.1:0', '--data-dir', folder],
      ...repeated('--upstream-ca', upstreamCaFiles(folder, options)),
      ...repeated('--insecure-host', options.insecureHosts ?? []),
      ...repeated('--pass-through', options.passThroughHosts ?? []),
      ...(options.args ?? []),
      ...(options.handshakeTimeoutMs === undefined
        ? []
        : ['--handshake-timeout', String(options.handshakeTimeoutMs / 1000)]),
      ...repeated('--reverse', options.reverse ?? []),
      ...(options.rewriteHost === true ? ['--rewrite-host'] : []),
      ...(options.proxyAuth === undefined ? [] : ['--proxy-auth', options.proxyAuth]),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  );
}

function startElectron(folder: string, options: PlumblineOptions): Child {
  const { executable, args, env } = testElectron();
  const record = {
    entry: engine,
    dataDir: folder,
    sessionPath: path.join(folder, 'test.plumb'),
    proxy: '127.0.0.1:0',
    upstreamCaFiles: upstreamCaFiles(folder, options),
    insecureHosts: options.insecureHosts ?? [],
    passThroughHosts: options.passThroughHosts ?? [],
    handshakeTimeoutMs: options.handshakeTimeoutMs,
    reverse: (options.reverse ?? []).map((text) => {
      const read = readReverse(text, options.rewriteHost === true ? 'rewrite' : 'keep');
      if (!read.ok) throw new Error(read.error.message);
      return read.value;
    }),
    ...proxyAuthOf(options),
  };
  const app = fileURLToPath(new URL('electron-record', import.meta.url));
  const profile = `--user-data-dir=${path.join(folder, 'profile')}`;
  return spawn(executable, [...args, '--ozone-platform=headless', '--disable-gpu', profile, app], {
    env: { ...process.env, ...env, ...options.env, PLUMBLINE_TEST_RECORD: JSON.stringify(record) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function proxyAuthOf({ proxyAuth }: PlumblineOptions): object {
  if (proxyAuth === undefined) return {};
  const read = readProxyAuth(proxyAuth);
  return read.ok ? { proxyAuth: read.value } : {};
}

function upstreamCaFiles(folder: string, { upstreamCaPem }: PlumblineOptions): string[] {
  if (upstreamCaPem === undefined) return [];
  const file = path.join(folder, 'upstream-ca.pem');
  writeFileSync(file, upstreamCaPem);
  return [file];
}

function readReady(child: Child): Promise<Ready> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = /^\{.*"event":"ready".*\}$/m.exec(text)?.[0];
      if (line !== undefined) resolve(JSON.parse(line) as Ready);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`The proxy ended with exit code ${String(code)} before it was ready.`));
    });
  });
}

async function runCli(args: readonly string[], folder: string): Promise<Buffer> {
  const child = spawn(process.execPath, [cli, ...args, '--data-dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await within(
    30_000,
    `plumbline ${args.join(' ')}`,
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  );
  if (code !== 0) throw new Error(`plumbline ${args.join(' ')} ended with exit code ${String(code)}.`);
  return Buffer.concat(chunks);
}
