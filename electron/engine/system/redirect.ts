import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { redirectElsewhere } from '../../../core/model/redirect-words.ts';
import { fail, succeed, type Failure, type Result } from '../../../core/model/result.ts';
import type { UdpCounts } from '../../../core/model/udp-counts.ts';
import { readChannel, type RedirectedConnection } from './redirect-channel.ts';
import { systemNetwork, type SystemNetwork } from './system-network.ts';

export interface RedirectOptions {
  /** The program built from native/plumbline-redirect. */
  readonly helperPath: string;
  readonly onConnection: (connection: RedirectedConnection) => void;
  /** A connection that went nowhere, as one sentence. */
  readonly onTrouble: (sentence: string) => void;
}

export interface ListenOptions extends RedirectOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** At most four, all on the same port; those that `listenAddresses` names for the scope of the rules. */
  readonly addresses: readonly string[];
}

/** Accepts connections that rules of the machine redirect to its port. */
export interface RedirectListener {
  readonly port: number;
  /** Resolves when it does not accept any more: null after `stop`, else why. */
  readonly ended: Promise<Failure | null>;
  /** Connections handed over before go on. */
  readonly stop: () => Promise<void>;
}

export interface RunOptions extends RedirectOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether it shares our standard streams, or the engine reads what it writes. */
  readonly stdio: 'inherit' | 'pipe';
  /** By default what this machine uses. */
  readonly network?: SystemNetwork;
}

/** A program in a network of its own, whose TCP connections come here. */
export interface RedirectedProgram {
  readonly pid: number;
  /** Its output with `stdio: 'pipe'`. */
  readonly streams: Pick<ChildProcess, 'stdout' | 'stderr'>;
  /** 128 + n when signal n ended it. What it left running stays redirected until that ends too, or until `stop`. */
  readonly exitCode: Promise<number>;
  /** Resolves when nothing of it runs any more. */
  readonly ended: Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Datagrams refused and dropped so far, also after the end; null where that is not counted. */
  readonly udpCounts: () => Promise<UdpCounts | null>;
  /** SIGTERM, and SIGKILL after five seconds. */
  readonly stop: () => Promise<void>;
}

/** Longer than the helper's five seconds of grace. */
const stopTimeoutMs = 8000;

/**
 * Listens for redirected connections. Failures: `system-unsupported`, `helper-missing`, `helper-failed`, `port-taken`,
 * `listen-failed`.
 */
export async function listenRedirected(options: ListenOptions): Promise<Result<RedirectListener>> {
  const args = ['listen', '--channel', '3', '--port', String(options.port)];
  const started = await startHelper(
    options,
    [...args, ...options.addresses.flatMap((address) => ['--address', address])],
    (helperPath, all) => spawn(helperPath, all, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: {} }),
  );
  if (!started.ok) return started;
  const { ready, gone, stop } = started.value;
  return succeed({ port: ready.port, ended: gone, stop });
}

/**
 * Starts a program whose connections are redirected; no root is needed. Its own loopback is this machine's, except
 * for ports where it listens itself, which are `reached` already. Failures: `system-unsupported`, `helper-missing`,
 * `helper-failed`, `namespace-forbidden`, `network-failed`, `nft-missing`, `rules-refused`, `resolver-unreachable`,
 * `program-missing`, `folder-missing`, `start-failed`.
 */
export async function runRedirected(options: RunOptions): Promise<Result<RedirectedProgram>> {
  if (options.cwd !== undefined && !existsSync(options.cwd)) {
    return fail('folder-missing', `There is no folder ${options.cwd} to start the program in.`);
  }
  const { resolver, ipv6 } = options.network ?? systemNetwork();
  const args = ['run', '--channel', '3', '--resolver', resolver.address];
  args.push('--resolver-port', String(resolver.port), ...(ipv6 ? ['--ipv6'] : []));
  const { stdio } = options;
  const started = await startHelper(
    options,
    [...args, '--', options.program, ...options.args],
    (helperPath, all) =>
      spawn(helperPath, all, {
        stdio: [stdio === 'inherit' ? 'inherit' : 'ignore', stdio, stdio, 'ipc'],
        env: options.env ?? process.env,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      }),
  );
  if (!started.ok) return started;
  const { helper, ready, exitCode, gone, udpCounts, stop } = started.value;
  return succeed({
    pid: ready.program,
    streams: helper,
    exitCode,
    ended: gone.then(() => undefined),
    signal: (signal) => void helper.kill(signal),
    udpCounts,
    stop,
  });
}

interface Helper {
  readonly helper: ChildProcess;
  readonly ready: { readonly port: number; readonly program: number };
  readonly exitCode: Promise<number>;
  readonly gone: Promise<Failure | null>;
  readonly udpCounts: () => Promise<UdpCounts | null>;
  readonly stop: () => Promise<void>;
}

function startHelper(
  { helperPath, onConnection, onTrouble }: RedirectOptions,
  args: readonly string[],
  start: (helperPath: string, args: readonly string[]) => ChildProcess,
): Promise<Result<Helper>> {
  const elsewhere = redirectElsewhere(process.platform);
  if (elsewhere !== null) return Promise.resolve(fail('system-unsupported', elsewhere));
  if (!existsSync(helperPath)) return Promise.resolve(helperMissing());
  const helper = start(helperPath, args);
  return new Promise((resolve) => {
    let stopping = false;
    let programEnded: (code: number) => void = () => undefined;
    const exitCode = new Promise<number>((ended) => (programEnded = ended));
    let helperGone: (why: Failure | null) => void = () => undefined;
    const gone = new Promise<Failure | null>((ended) => (helperGone = ended));
    const end = (code: number | null, why: string): void => {
      channel.close();
      programEnded(code ?? 1);
      helperGone(stopping ? null : helperFailed(why).error);
      resolve(helperFailed(why));
    };
    const channel = readChannel(helper, {
      onConnection,
      onTrouble,
      onReady: (ready) => resolve(succeed({ helper, ready, exitCode, gone, udpCounts, stop })),
      onFailed: ({ code, message }) => resolve(fail(code, message)),
      onEnded: (code) => programEnded(code),
    });
    const { udpCounts } = channel;
    const stop = async (): Promise<void> => {
      stopping = true;
      if (helper.connected) helper.disconnect();
      const timer = setTimeout(() => helper.kill('SIGKILL'), stopTimeoutMs);
      await gone;
      clearTimeout(timer);
    };
    helper.once('error', (error) => end(null, error.message));
    // After `exit` there may still be messages in the channel; `close` also waits for the program's output.
    helper.once('exit', (code, signal) => {
      const over = (): void => end(code, signal ?? `exit code ${String(code)}`);
      if (helper.connected) helper.once('disconnect', over);
      else over();
    });
  });
}

function helperMissing(): Result<never> {
  return fail(
    'helper-missing',
    'The helper for redirected connections was not built, because there was no C compiler. Install one (Debian, Ubuntu: sudo apt install gcc libc6-dev), then run: npm run build',
  );
}

function helperFailed(why: string): { readonly ok: false; readonly error: Failure } {
  return fail('helper-failed', `The helper for redirected connections ended (${why}). Start it again.`);
}
