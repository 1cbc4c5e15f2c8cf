import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fail, succeed, type Failure, type Result } from '../../../core/model/result.ts';
import type { CaptureEnd, CaptureStream } from './capture-stream.ts';
import { failureOf, noCounts, readCounts } from './tcpdump-words.ts';

/** A program that writes pcap to its standard output, and what became of it to standard error. */
export interface SourceCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A line on its standard input asks for counters; its end ends it. Else a signal does. */
  readonly listens: boolean;
  /** How long it may take until it captures. */
  readonly startTimeoutMs: number;
  /** What to say of an exit code; null: by what it said. `began`: packets could come before. */
  readonly failureOfCode: (code: number | null, lines: readonly string[], began: boolean) => Failure | null;
}

export interface StreamLimits {
  /** 0: none. */
  readonly maxBytes: number;
  readonly maxSeconds: number;
}

/** tcpdump hands packets on at most a second late (its timeout); newer versions need less. */
const drainMs = 1200;
const drainLookMs = 25;
const askEveryMs = 1000;
/** How long a source may take for its last words. */
const endTimeoutMs = 3000;
const linesMax = 40;
const lineMax = 500;

/**
 * Starts a source, whose pcap goes to `onBytes` from its first byte: that call may come before this one resolves, which it does when packets
 * can come. Chunks are only valid during the call. Failures: those of `CaptureEnd`, `stopped`.
 */
export async function startSource(
  command: SourceCommand,
  limits: StreamLimits,
  onBytes: (chunk: Uint8Array) => void,
  giveUp: AbortSignal,
): Promise<Result<CaptureStream>> {
  if (giveUp.aborted) return fail('stopped', 'The capture was stopped before it began.');
  const child = spawn(command.program, [...command.args], { env: { ...command.env }, windowsHide: true });
  child.stdin.on('error', () => undefined);
  const words = listenTo(child);
  const exited = exitOf(child);
  const stream = createStream(child, command, limits, words, exited, onBytes);
  const began = await raceTo(command.startTimeoutMs, [
    new Promise((resolve) => child.stdout.once('data', () => resolve('begun'))),
    new Promise((resolve) => giveUp.addEventListener('abort', () => resolve('late'), { once: true })),
    exited.then(() => 'over'),
  ]);
  if (began === 'begun') return succeed(stream);
  if (began === 'late') {
    child.kill('SIGKILL');
    return fail('cannot-capture', 'The capture did not start in time. Try again.');
  }
  const { failure } = await stream.ended;
  return { ok: false, error: failure ?? failureOf(words.lines()) };
}

type Beginning = 'begun' | 'over' | 'late';

async function raceTo(ms: number, outcomes: readonly Promise<Beginning>[]): Promise<Beginning> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Beginning>((resolve) => (timer = setTimeout(resolve, ms, 'late')));
  const first = await Promise.race([...outcomes, late]);
  clearTimeout(timer);
  return first;
}

/** Resolves with its exit code, null for a signal or a program that could not be started, when all its output has come. */
function exitOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
}

interface Words {
  /** The last ones. */
  readonly lines: () => readonly string[];
  readonly counts: () => CaptureEnd['counts'];
}

function listenTo(child: ChildProcessWithoutNullStreams): Words {
  const lines: string[] = [];
  let counts = noCounts;
  let rest = '';
  const take = (line: string): void => {
    counts = readCounts(line, counts);
    lines.push(line.slice(0, lineMax).trim());
    if (lines.length > linesMax) lines.shift();
  };
  child.once('error', (error) => take(error.message));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = (parts.pop() ?? '').slice(0, lineMax);
    for (const line of parts) take(line);
  });
  child.stderr.once('end', () => take(rest));
  return { lines: () => lines, counts: () => counts };
}

function createStream(
  child: ChildProcessWithoutNullStreams,
  command: SourceCommand,
  { maxBytes, maxSeconds }: StreamLimits,
  words: Words,
  exited: Promise<number | null>,
  onBytes: (chunk: Uint8Array) => void,
): CaptureStream {
  let reason: 'stopped' | 'limit' | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  let isEnding = false;
  let bytesRead = 0;
  const asking = command.listens ? setInterval(() => child.stdin.write('\n'), askEveryMs) : undefined;

  const end = (why: 'stopped' | 'limit'): void => {
    reason ??= why;
    if (isEnding) return;
    isEnding = true;
    clearInterval(asking);
    child.stdin.end();
    if (!command.listens) child.kill('SIGTERM');
    killTimer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs);
    child.stdout.resume();
  };
  const drain = (why: 'stopped' | 'limit', isDrained: () => boolean): void => {
    reason ??= why;
    // Counted, not timed: after a standstill of the machine nothing was read meanwhile.
    let looksLeft = Math.ceil(drainMs / drainLookMs);
    const look = setInterval(() => {
      looksLeft--;
      if (!isEnding && looksLeft > 0 && !isDrained()) return;
      clearInterval(look);
      end(why);
    }, drainLookMs);
  };
  const limit = maxSeconds > 0 ? setTimeout(() => drain('limit', () => false), maxSeconds * 1000) : undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    bytesRead += chunk.length;
    onBytes(chunk);
    if (maxBytes > 0 && bytesRead >= maxBytes) end('limit');
  });

  const ended = exited.then((code): CaptureEnd => {
    clearInterval(asking);
    clearTimeout(limit);
    clearTimeout(killTimer);
    isEnding = true;
    const counts = words.counts();
    if (reason !== null) return { reason, failure: null, counts };
    if (code === 0) return { reason: 'ended', failure: null, counts };
    const failure = command.failureOfCode(code, words.lines(), bytesRead > 0) ?? failureOf(words.lines());
    return { reason: 'failed', failure, counts };
  });
  return {
    pause: () => {
      if (!isEnding) child.stdout.pause();
    },
    resume: () => void child.stdout.resume(),
    ended,
    counts: words.counts,
    stop: (isDrained) => drain('stopped', isDrained),
    end: () => end('stopped'),
  };
}
