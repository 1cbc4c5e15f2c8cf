/**
 * `npm run bench -- who`: 500 connections a second from four processes, with curl and python among them and tens of
 * thousands of sockets in TIME_WAIT around. Says how many clients were named, how soon, and what that cost.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { createClientFinder, type ClientFinder } from '../../electron/engine/system/client-finder.ts';
import { repoRoot } from './processes.ts';
import { judge, median, table } from './table.ts';
import type { WhoClient } from './who-client.ts';

const seconds = 10;
const clientProcesses = 4;
const ratePerProcess = 125;
/** Of a process that goes on; and what curl and python wait for their answer, so that they live for 200 ms. */
const holdMs = 250;
const answerAfterMs = 180;
/** Between two short-lived clients. */
const sprinkleEveryMs = 100;
const timeWaitWanted = 24_000;

interface Round {
  named: number;
  wrong: number;
  asked: number;
  readonly latenciesMs: number[];
  cpuShare: number;
  loopDelayP99Ms: number;
}

export async function benchWho(rounds: number, print: (line: string) => void): Promise<boolean> {
  if (process.platform !== 'linux') {
    print('This benchmark reads /proc: it runs on Linux only.');
    return false;
  }
  const timeWait = await makeTimeWait(timeWaitWanted);
  print(`${timeWait} sockets in TIME_WAIT`);
  const results: Round[] = [];
  const without: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const idle = await run(null);
    without.push(idle.loopDelayP99Ms);
    const result = await run(startFinder());
    result.cpuShare -= idle.cpuShare;
    results.push(result);
  }
  const latencies = results.flatMap((each) => each.latenciesMs).sort((a, b) => a - b);
  const quantile = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  const asked = results.reduce((sum, each) => sum + each.asked, 0);
  const named = (results.reduce((sum, each) => sum + each.named, 0) / asked) * 100;
  const wrong = results.reduce((sum, each) => sum + each.wrong, 0);
  const cpu = median(results.map((each) => each.cpuShare)) * 100;
  const rate = asked / rounds / seconds;
  print(
    table(
      ['connections/s', 'named %', 'wrong', 'p50 ms', 'p99 ms', 'CPU % of a core', 'loop p99 ms', 'without'],
      [
        [
          rate.toFixed(0),
          named.toFixed(2),
          wrong.toFixed(0),
          quantile(0.5).toFixed(0),
          quantile(0.99).toFixed(0),
          cpu.toFixed(2),
          median(results.map((each) => each.loopDelayP99Ms)).toFixed(2),
          median(without).toFixed(2),
        ],
      ],
    ),
  );
  return judge(
    [
      { what: 'clients named by their own process, %', measured: named, wanted: 99, sense: 'min' },
      { what: 'processor time of thread and helpers, % of a core', measured: cpu, wanted: 5, sense: 'max' },
    ],
    print,
  );
}

function startFinder(): ClientFinder {
  return createClientFinder(pathToFileURL(join(repoRoot, 'dist/engine/finder-worker.js')));
}

/** Ten seconds of connections. Without a finder only the event loop is measured. */
async function run(finder: ClientFinder | null): Promise<Round> {
  const result: Round = { named: 0, wrong: 0, asked: 0, latenciesMs: [], cpuShare: 0, loopDelayP99Ms: 0 };
  const answers: Promise<void>[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const found = ask(finder, socket);
    const claimed = claimOf(socket);
    if (finder !== null) answers.push(note(result, found, claimed));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // The thread has begun, and compiled what it runs.
  if (finder !== null) await warmUp(port);
  await Promise.all(answers);
  Object.assign(result, { named: 0, wrong: 0, asked: 0 });
  result.latenciesMs.length = 0;
  answers.length = 0;

  const delay = monitorEventLoopDelay({ resolution: 5 });
  const beforeMs = cpuMs();
  const beganMs = performance.now();
  delay.enable();
  const sprinkled = setInterval(() => sprinkle(port), sprinkleEveryMs);
  await Promise.all(
    Array.from({ length: clientProcesses }, () =>
      ended(process.execPath, whoClient({ port, ratePerSecond: ratePerProcess, seconds, holdMs })),
    ),
  );
  clearInterval(sprinkled);
  await Promise.all(answers);
  delay.disable();
  result.cpuShare = (cpuMs() - beforeMs) / (performance.now() - beganMs);
  result.loopDelayP99Ms = delay.percentile(99) / 1e6;
  await finder?.close();
  for (const socket of sockets) socket.destroy();
  server.close();
  return result;
}

async function ask(finder: ClientFinder | null, socket: Socket): Promise<{ id: number | null; ms: number }> {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  const beganMs = performance.now();
  const found = await finder?.find({ localAddress, localPort, remoteAddress, remotePort });
  return { id: found?.id ?? null, ms: performance.now() - beganMs };
}

async function note(
  result: Round,
  found: Promise<{ id: number | null; ms: number }>,
  claimed: Promise<number | null>,
): Promise<void> {
  const { id, ms } = await found;
  const pid = await claimed;
  result.asked++;
  result.latenciesMs.push(ms);
  if (id !== null && id === pid) result.named++;
  else if (id !== null) result.wrong++;
}

/** The process id that the client says it has: as `pid N`, or in an HTTP header field; answered after a while. */
function claimOf(socket: Socket): Promise<number | null> {
  return new Promise((resolve) => {
    socket.once('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      const id = /pid:? (\d+)/i.exec(text)?.[1];
      resolve(id === undefined ? null : Number(id));
      if (text.startsWith('GET')) {
        setTimeout(() => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'), answerAfterMs);
      }
    });
    socket.once('close', () => resolve(null));
  });
}

let sprinkledCount = 0;
/** A short-lived client: curl, and now and then python. */
function sprinkle(port: number): void {
  const url = `http://127.0.0.1:${port}/`;
  const python = `import os,urllib.request as u;u.urlopen(u.Request('${url}',headers={'pid':str(os.getpid())})).read()`;
  const [command, ...args]: [string, ...string[]] =
    ++sprinkledCount % 5 === 0
      ? ['python3', '-c', python]
      : ['/bin/sh', '-c', `exec curl -s -o /dev/null -H "pid: $$" ${url}`];
  spawn(command, args, { stdio: 'ignore' }).on('error', () => undefined);
}

async function warmUp(port: number): Promise<void> {
  await ended(process.execPath, whoClient({ port, ratePerSecond: 10, seconds: 1, holdMs }));
}

function whoClient(client: WhoClient): string[] {
  return [join(repoRoot, 'test/bench/who-client.ts'), JSON.stringify(client)];
}

/**
 * Processor time so far, ms, of all threads of this process but the first, and of the finder's helper. Threads that
 * collect garbage for the first one are among them: what they take without a finder is taken off.
 */
function cpuMs(): number {
  const tasks = readdirSync('/proc/self/task');
  const children = tasks.flatMap((id) =>
    readFileSync(`/proc/self/task/${id}/children`, 'utf8').split(' ').filter(Boolean),
  );
  let ticks = 0;
  for (const id of tasks) {
    if (Number(id) !== process.pid) ticks += ticksOf(`/proc/self/task/${id}/stat`, false);
  }
  for (const id of children) {
    if (readFileSync(`/proc/${id}/cmdline`, 'latin1').includes('socket(my $kernel')) {
      ticks += ticksOf(`/proc/${id}/stat`, true);
    }
  }
  return ticks * 10;
}

/** utime and stime, and those of its children that ended, in clock ticks of 10 ms (proc_pid_stat(5)). */
function ticksOf(path: string, withChildren: boolean): number {
  const text = readFileSync(path, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const taken = fields.slice(11, withChildren ? 15 : 13);
  return taken.reduce((sum, value) => sum + Number(value), 0);
}

function ended(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: 'ignore' });
  return new Promise((resolve) => child.on('close', () => resolve()));
}

/** Sockets in TIME_WAIT, which the end that closes first keeps for a minute. */
async function makeTimeWait(wanted: number): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
  });
  server.listen(0, '0.0.0.0', 4096);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let left = wanted;
  const closeSome = async (host: string): Promise<void> => {
    while (left-- > 0) {
      const socket = connect(port, host);
      await once(socket, 'connect').catch(() => undefined);
      socket.end();
      await once(socket, 'close').catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: 64 }, (_, at) => closeSome(`127.0.0.${2 + (at % 8)}`)));
  server.close();
  return Number(/tw (\d+)/.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1] ?? 0);
}
