import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const repoRoot = fileURLToPath(new URL('../..', import.meta.url));

/** A process that a benchmark started; ended with `stop`. */
export interface Started {
  readonly child: ChildProcess;
  /** The first line it printed. */
  readonly firstLine: string;
  readonly nextLine: () => Promise<string>;
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/** How a program is started beside what every one has. */
export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** How long each line is waited for; 20 s if not given. */
  readonly answerWithinMs?: number;
  /** Its standard input is written to. */
  readonly input?: boolean;
}

/** Starts a program and waits for its first line of output. */
export async function start(
  command: string,
  args: readonly string[],
  { env = {}, answerWithinMs = 20_000, input = false }: StartOptions = {},
): Promise<Started> {
  const child = spawn(command, args, {
    cwd: repoRoot,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (!input) child.stdin.end();
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2000);
  });
  const lines = createInterface({ input: child.stdout });
  const queue: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  lines.on('line', (line) => {
    const next = waiting.shift();
    if (next === undefined) queue.push(line);
    else next(line);
  });
  const nextLine = (): Promise<string> => {
    const line = queue.shift();
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new Error(`${command} ${args.join(' ')} said nothing for ${answerWithinMs / 1000} s. ${errors}`),
        );
      }, answerWithinMs);
      waiting.push((text) => {
        clearTimeout(timer);
        resolve(text);
      });
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`${command} ended with ${code}. ${errors}`));
      });
    });
  };
  const firstLine = await nextLine();
  return {
    child,
    firstLine,
    nextLine,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

/** Runs a program to its end and gives its standard output. */
export async function output(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { cwd: repoRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2000);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}. ${errors}`);
  return Buffer.concat(chunks).toString();
}
