import { spawn } from 'node:child_process';
import type { AdbRun } from '../../../../core/devices/adb-failures.ts';

/** What is kept of each of the two outputs; more is read and dropped. */
const outputBytesMax = 256 * 1024;
/** How long outputs are read after adb has ended: the server that it may have started can hold them open for ever. */
const drainMs = 200;

/** Runs adb with these arguments, which no shell of this computer sees. It is killed after `timeoutMs`. Never rejects. */
export type RunAdb = (args: readonly string[], timeoutMs: number) => Promise<AdbRun>;

export function createRunAdb(program: string, env: NodeJS.ProcessEnv): RunAdb {
  return (args, timeoutMs) =>
    new Promise((resolve) => {
      const child = spawn(program, [...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env,
        windowsHide: true,
      });
      const out = keep(child.stdout);
      const err = keep(child.stderr);
      let isLate = false;
      const end = (how: AdbRun['end'], code: number | null): void => {
        clearTimeout(timer);
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ end: how, code, stdout: out(), stderr: err() });
      };
      const timer = setTimeout(() => {
        isLate = true;
        child.kill('SIGKILL');
      }, timeoutMs);
      const ended = (code: number | null): void => end(isLate ? 'timeout' : 'exit', code);
      child.once('error', () => end('gone', null));
      child.once('close', ended);
      child.once('exit', (code) => setTimeout(() => ended(code), drainMs).unref());
    });
}

function keep(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    const kept = chunk.subarray(0, outputBytesMax - bytes);
    bytes += kept.length;
    if (kept.length > 0) chunks.push(kept);
  });
  stream.on('error', () => undefined);
  return () => Buffer.concat(chunks).toString('utf8');
}
