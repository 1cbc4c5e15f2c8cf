import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A small program that answers lines with lines for as long as its standard input is open. */
export interface LineHelper {
  /**
   * Writes a line and hands over those that come back until `take` says that it was the last one. False when the
   * program ended or took too long; the next question starts it again. One question at a time.
   */
  readonly ask: (line: string, take: (line: string) => boolean) => Promise<boolean>;
  /** For good: nothing is started or answered any more. */
  readonly close: () => void;
}

const answerTimeoutMs = 3000;

interface Asked {
  readonly take: (line: string) => boolean;
  readonly settle: (answered: boolean) => void;
}

export function createLineHelper(command: string, args: readonly string[]): LineHelper {
  let running: ChildProcess | null = null;
  let asked: Asked | null = null;
  let isClosed = false;

  function settle(answered: boolean): void {
    const before = asked;
    asked = null;
    before?.settle(answered);
  }

  function start(): ChildProcess {
    const started = spawn(command, [...args], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
    });
    const gone = (): void => {
      if (running !== started) return;
      running = null;
      settle(false);
    };
    started.on('error', gone);
    started.on('exit', gone);
    started.stdin.on('error', () => undefined);
    createInterface({ input: started.stdout }).on('line', (line) => {
      if (running === started && asked?.take(line) === true) settle(true);
    });
    running = started;
    return started;
  }

  function stop(): void {
    const stopping = running;
    running = null;
    stopping?.stdin?.end();
    settle(false);
  }

  return {
    ask: (line, take) =>
      new Promise((resolve) => {
        if (isClosed) {
          resolve(false);
          return;
        }
        const { stdin } = running ?? start();
        const timer = setTimeout(stop, answerTimeoutMs);
        asked = {
          take,
          settle: (answered) => {
            clearTimeout(timer);
            resolve(answered);
          },
        };
        stdin?.write(`${line}\n`);
      }),
    close: () => {
      isClosed = true;
      stop();
    },
  };
}
