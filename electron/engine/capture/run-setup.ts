import { spawn } from 'node:child_process';
import { fail, succeed, type Result } from '../../../core/model/result.ts';

/** A program that asks for the password by itself, and does one fixed thing as root. */
export interface SetupCommand {
  readonly command: readonly string[];
  /** What it reads; null for nothing. */
  readonly input: () => Uint8Array | null;
}

/** People look for their password; after that the question is taken away. */
const timeoutMs = 5 * 60_000;
const wordsMax = 2000;

/** pkexec: the question was closed, or nobody may answer it. */
const refusedCodes = [126, 127];

/** Failures: `not-allowed`, `cannot-install`. */
export function runSetup({ command, input }: SetupCommand): Promise<Result<null>> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { timeout: timeoutMs, windowsHide: true });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-wordsMax)));
    child.stdout.resume();
    child.once('error', (error) => resolve(cannot(error.message)));
    child.once('close', (code) => {
      if (code === 0) resolve(succeed(null));
      else if (
        refusedCodes.includes(code ?? 0) ||
        /not authorized|dismissed|incorrect password|User canceled/i.test(words)
      )
        resolve(fail('not-allowed', 'Nothing was changed, because the password was not given.'));
      else resolve(cannot(words.trim().split('\n').at(-1) ?? ''));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input() ?? '');
  });
}

function cannot(said: string): Result<never> {
  return fail(
    'cannot-install',
    said === '' ? 'The system did not do it, and did not say why.' : `The system did not do it: ${said}`,
  );
}
