import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import { within } from './within.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = path.join(root, 'dist/cli/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** `Date.now()` when it was gone. */
  readonly endedAtMs: number;
}

/** A program that a test started: its output is kept, its end is waited for with a limit. */
export interface Program {
  readonly child: ChildProcess;
  /** The first match in what it wrote to standard output; rejects when it ends before. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** The same in its standard error. */
  readonly complains: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: () => Promise<Ended>;
  readonly dispose: () => void;
}

const startTimeoutMs = 30_000;
const endTimeoutMsDefault = 30_000;

/** `endTimeoutMs`: how long its end is waited for. */
export function startProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  endTimeoutMs = endTimeoutMsDefault,
): Program {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  let exitedAtMs = NaN;
  // A character may be cut between two chunks.
  const decoders = [new StringDecoder(), new StringDecoder()] as const;
  child.stdout.on('data', (chunk: Buffer) => (stdout += decoders[0].write(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (stderr += decoders[1].write(chunk)));
  child.once('exit', () => (exitedAtMs = Date.now()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr, endedAtMs: exitedAtMs });
    });
  });
  ended.catch(() => undefined);
  const name = path.basename(command);
  const waitFor = (
    pattern: RegExp,
    stream: typeof child.stdout,
    written: () => string,
  ): Promise<RegExpExecArray> =>
    within(
      startTimeoutMs,
      `${name} to say ${String(pattern)}`,
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(written());
          if (match !== null) resolve(match);
        };
        stream.on('data', look);
        look();
        ended.then(() => {
          look();
          reject(new Error(`${name} ended before it said ${String(pattern)}: ${stdout}${stderr}`));
        }, reject);
      }),
    );
  return {
    child,
    says: (pattern) => waitFor(pattern, child.stdout, () => stdout),
    complains: (pattern) => waitFor(pattern, child.stderr, () => stderr),
    ended: () => within(endTimeoutMs, `${name} ${args.join(' ')} to end`, ended),
    dispose: () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    },
  };
}

/** The built command line under this Node. */
export function startCli(args: readonly string[], env?: Readonly<Record<string, string>>): Program {
  return startProgram(process.execPath, [cli, ...args], env);
}

export function runCli(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
  return startCli(args, env).ended();
}

/** Quiet, never through a proxy of the environment, and never longer than some seconds. */
export function runCurl(args: readonly string[]): Promise<Ended> {
  return startProgram('curl', ['-q', '--silent', '--show-error', '--max-time', '15', ...args], {
    no_proxy: '',
    NO_PROXY: '',
  }).ended();
}
