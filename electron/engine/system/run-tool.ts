import { execFile } from 'node:child_process';

/** What a tool may print, and how long it may take. */
const outputBytesMax = 16 * 1024 * 1024;
const timeoutMs = 10_000;

/**
 * What a program of the system prints, or null when there is none or it failed without printing anything. Arguments
 * are numbers and fixed words: nothing captured ever reaches a command line.
 */
export function runTool(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      { encoding: 'utf8', maxBuffer: outputBytesMax, timeout: timeoutMs, windowsHide: true },
      (error, stdout) => {
        resolve(error !== null && stdout === '' ? null : stdout);
      },
    );
  });
}
