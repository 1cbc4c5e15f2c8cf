import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { root } from './program.ts';
import { within } from './within.ts';

export const builtHelper = path.join(root, 'dist/native/plumbline-capture');
export const tcpdumpPath = existsSync('/usr/bin/tcpdump') ? '/usr/bin/tcpdump' : '/usr/sbin/tcpdump';
/** CAP_NET_RAW alone, as /proc shows it. */
export const netRawOnly = '0000000000002000';
const nobody = 65_534;

/** Runs what follows as an ordinary user. */
export const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] as const;

/** A copy of the helper with the one right that installing gives it. Anybody may run it. */
export function helperWithRight(): string {
  const copy = helperCopy();
  execFileSync('setcap', ['cap_net_raw=p', copy]);
  return copy;
}

/** A copy that ordinary users may run, without any right. */
export function helperCopy(): string {
  if (!existsSync(builtHelper)) throw new Error(`${builtHelper} is not there: npm run build makes it.`);
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-helper-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  const copy = path.join(folder, 'plumbline-capture');
  copyFileSync(builtHelper, copy);
  chmodSync(copy, 0o755);
  return copy;
}

/** A program with pipes on its standard streams; what it writes is kept. It is killed with the test. */
export interface Piped {
  readonly child: ChildProcess;
  readonly output: () => Buffer;
  readonly words: () => string;
  readonly ended: () => Promise<number | NodeJS.Signals>;
  /** Resolves when it has written so many bytes to standard output. */
  readonly wrote: (bytes: number) => Promise<void>;
}

const pcapHeaderBytes = 24;

export function startPiped(
  command: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly more?: readonly number[] } = {},
): Piped {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe', ...(options.more ?? [])],
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const chunks: Buffer[] = [];
  let words = '';
  child.stdin?.on('error', () => undefined);
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => (words += chunk.toString()));
  const closed = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  closed.catch(() => undefined);
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = (): Buffer => Buffer.concat(chunks);
  return {
    child,
    output,
    words: () => words,
    ended: () => within(10_000, `${program} to end`, closed),
    wrote: (bytes) =>
      within(
        15_000,
        `${bytes} bytes of ${program}`,
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (output().length >= bytes) resolve();
          };
          child.stdout?.on('data', look);
          look();
          void closed.then((code) => reject(new Error(`ended with ${String(code)}: ${words}`)));
        }),
      ),
  };
}

/** A helper that captures already, and the tcpdump it runs. */
export async function startCapturing(
  command: readonly string[],
  options: Parameters<typeof startPiped>[1] = {},
): Promise<Piped & { readonly tcpdump: number }> {
  const started = startPiped(command, options);
  await started.wrote(pcapHeaderBytes);
  return { ...started, tcpdump: tcpdumpBelow(started.child.pid ?? 0) };
}

/** The tcpdump that a process started, or one it started. */
export function tcpdumpBelow(pid: number): number {
  const found = descendants(pid).find((each) => nameOf(each) === 'tcpdump');
  if (found === undefined) throw new Error(`no tcpdump below ${pid}`);
  return found;
}

/** Of all its threads. */
function descendants(pid: number): number[] {
  const children = orIfGone([], () => readdirSync(`/proc/${pid}/task`)).flatMap((thread) =>
    orIfGone('', () => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'))
      .split(' ')
      .map(Number),
  );
  return children.filter((each) => each > 0).flatMap((each) => [each, ...descendants(each)]);
}

function nameOf(pid: number): string {
  return orIfGone('', () => readFileSync(`/proc/${pid}/comm`, 'utf8')).trim();
}

/** Threads and processes may end between two looks. */
function orIfGone<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise;
    throw error;
  }
}

/** The lines of /proc/PID/status by their names. */
export function statusOf(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2) as [string, string]));
}

/** Whether the process has ended; one that nobody has waited for counts as ended. */
export function isGone(pid: number): boolean {
  try {
    return statusOf(pid)['State']?.startsWith('Z') === true;
  } catch {
    return true;
  }
}

/** What its open descriptors are. */
export function descriptorsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).map((fd) =>
    execFileSync('readlink', [path.join(folder, fd)], { encoding: 'utf8' }).trim(),
  );
}

/** Packets in a pcap stream of this machine's byte order. */
export function countPackets(pcap: Uint8Array): number {
  const view = new DataView(pcap.buffer, pcap.byteOffset, pcap.length);
  let packets = 0;
  for (let at = pcapHeaderBytes; at + 16 <= pcap.length; packets++) at += 16 + view.getUint32(at + 8, true);
  return packets;
}
