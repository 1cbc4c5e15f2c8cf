import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createInterface } from 'node:readline';
import type { SocketEntry } from './socket-entry.ts';
import { parseSsLine } from './ss-output.ts';

/**
 * Runs ss (iproute2) again and again. Each run is forked by a shell that does nothing else: a fork of the engine's own
 * process copies its page tables and holds all of its threads for milliseconds.
 */
export interface SsLoop {
  /**
   * Sockets of this machine that are connected from one of these ports to `toPort`. Null when ss could not say. One
   * question at a time.
   */
  readonly ask: (toPort: number, fromPorts: readonly number[]) => Promise<SocketEntry[] | null>;
  readonly close: () => void;
}

const places = ['/usr/bin/ss', '/bin/ss', '/usr/sbin/ss', '/sbin/ss'];
const answerTimeoutMs = 3000;

/**
 * A line is a number, the port of the listener and the clients' ports. It refuses everything but digits and spaces,
 * and ends with its standard input.
 */
const script = `set -f
while IFS= read -r line; do
  case $line in *[!0-9\\ ]*) exit 2;; esac
  set -- $line
  number=$1 to=$2 filter=
  shift 2
  for port; do filter="\${filter:+$filter or }sport = :$port"; done
  "$0" -tnHeO state established state close-wait state fin-wait-1 state fin-wait-2 state last-ack state closing \\
    "dport = :$to and ( $filter )"
  echo "= $number $?"
done`;

interface Asked {
  readonly number: number;
  readonly entries: SocketEntry[];
  readonly settle: (entries: SocketEntry[] | null) => void;
}

/** Where ss is; null when this machine has none. */
export function findSs(): string | null {
  return places.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function createSsLoop(ss: string): SsLoop {
  let shell: ChildProcess | null = null;
  let asked: Asked | null = null;
  let lastNumber = 0;

  function settle(entries: SocketEntry[] | null): void {
    const before = asked;
    asked = null;
    before?.settle(entries);
  }

  function onLine(line: string): void {
    if (asked === null) return;
    const end = /^= (\d+) (\d+)$/.exec(line);
    if (end === null) {
      const entry = parseSsLine(line);
      if (entry !== null) asked.entries.push(entry);
    } else if (Number(end[1]) === asked.number) {
      settle(end[2] === '0' ? asked.entries : null);
    }
  }

  function startShell(): ChildProcess {
    const started = spawn('/bin/sh', ['-c', script, ss], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
    });
    const gone = (): void => {
      if (shell !== started) return;
      shell = null;
      settle(null);
    };
    started.on('error', gone);
    started.on('exit', gone);
    started.stdin.on('error', () => undefined);
    createInterface({ input: started.stdout }).on('line', (line) => {
      if (shell === started) onLine(line);
    });
    shell = started;
    return started;
  }

  function stopShell(): void {
    const stopping = shell;
    shell = null;
    stopping?.stdin?.end();
    settle(null);
  }

  return {
    ask: (toPort, fromPorts) =>
      new Promise((resolve) => {
        const { stdin } = shell ?? startShell();
        const number = ++lastNumber;
        const timer = setTimeout(stopShell, answerTimeoutMs);
        asked = {
          number,
          entries: [],
          settle: (entries) => {
            clearTimeout(timer);
            resolve(entries);
          },
        };
        stdin?.write(`${[number, toPort, ...fromPorts].map(digits).join(' ')}\n`);
      }),
    close: stopShell,
  };
}

function digits(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${value} is no port.`);
  return value.toString();
}
