import { spawn } from 'node:child_process';
import { within } from './within.ts';

/** An X display of the test's own, so that windows open where there is no screen. */
export interface Display {
  /** For the environment variable `DISPLAY`. */
  readonly name: string;
  readonly stop: () => void;
}

/** Xvfb picks a free number itself and says which. Null where windows need no X display. */
export async function startDisplay(): Promise<Display | null> {
  if (process.platform !== 'linux') return null;
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const stop = (): void => {
    child.kill('SIGTERM');
  };
  const number = new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) resolve(text.trim());
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`Xvfb ended with exit code ${String(code)} before it had a display.`));
    });
  });
  try {
    return { name: `:${await within(15_000, 'Xvfb to have a display', number)}`, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
