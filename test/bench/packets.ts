/**
 * `npm run bench -- packets`: how fast one command turns a capture into a session and lists its conversations, and another one imports it, beside one of
 * tshark that only numbers its packets, interleaved; what a capture of 1 GB takes of memory and when its first packets are listed in the window; how long the tree of any packet takes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { openSession } from '../../electron/engine/session/session.ts';
import { openChromium } from './frame-windows.ts';
import { writePacketMix, type PacketMix } from './packet-mix.ts';
import { output, repoRoot } from './processes.ts';
import { judge, median, table } from './table.ts';

const packetsMin = 1_000_000;
/** About 1 GB. */
const largePacketsMin = 1_280_000;
const tinyPacketsMin = 100;
const treesAsked = 50;
const lookEveryMs = 20;
/** More than either program needs, with what it writes. */
const touchedBytes = 2_500_000_000;

const program = join(repoRoot, 'dist/cli/cli.js');
const workers = {
  writer: pathToFileURL(join(repoRoot, 'dist/engine/writer-worker.js')),
  reader: pathToFileURL(join(repoRoot, 'dist/engine/reader-worker.js')),
  indexer: pathToFileURL(join(repoRoot, 'dist/engine/indexer-worker.js')),
  packetReader: pathToFileURL(join(repoRoot, 'dist/engine/packet-reader-worker.js')),
  dissection: pathToFileURL(join(repoRoot, 'dist/dissection/main.js')),
};

/** Seconds. */
async function timed(run: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1000;
}

function numberWithTshark(file: string): Promise<number> {
  return timed(async () => {
    const child = spawn('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.number'], { stdio: 'ignore' });
    await ended(child, 'tshark');
  });
}

async function ended(child: ChildProcess, name: string): Promise<void> {
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}.`);
}

/**
 * From the start of the process to the first page of its conversations, all that was read from the capture being committed; what follows is read in peace.
 * The session is a temporary one, and the packets stay in the capture.
 */
async function analyseAndList(file: string, mix: PacketMix): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, program, 'conversations', file, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = ended(child, 'conversations');
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const run = await timed(async () => {
    await once(child.stdout, 'data');
  });
  await exited;
  const listed = Buffer.concat(chunks)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly packets: { readonly a: number; readonly b: number } });
  const packets = listed.reduce((sum, each) => sum + each.packets.a + each.packets.b, 0);
  if (listed.length !== mix.conversations || packets !== mix.packets)
    throw new Error(`Listed ${listed.length} conversations of ${packets} packets.`);
  return run;
}

/** From the start of the process to its end: a session that holds a copy of each packet. */
async function importInto(session: string, file: string): Promise<number> {
  return timed(async () => {
    await output(process.execPath, [...process.execArgv, program, 'import', file, '--session', session]);
  });
}

/**
 * A virtual machine may have lost the memory it does not use to its host. To get it back costs up to 2 s a gigabyte, whoever touches it first: here nobody
 * who is measured.
 */
function touchMemory(folder: string): void {
  const path = join(folder, 'scratch');
  const file = openSync(path, 'w');
  const chunk = Buffer.alloc(4 * 1024 * 1024);
  for (let written = 0; written < touchedBytes; written += chunk.length) writeSync(file, chunk);
  closeSync(file);
  rmSync(path);
}

/** Throws where what was read is not what was made. */
function compare(session: string, mix: PacketMix): void {
  const db = new Database(session, { readonly: true });
  const packets = db.prepare('SELECT coalesce(sum(count), 0) FROM packet_blocks').pluck().get() as number;
  const conversations = db.prepare('SELECT count(*) FROM packet_conversations').pluck().get() as number;
  const rows = db.prepare('SELECT protocol, count(*) AS count FROM exchanges GROUP BY protocol').all() as {
    protocol: string;
    count: number;
  }[];
  db.close();
  const exchanges = Object.fromEntries(rows.map(({ protocol, count }) => [protocol, count]));
  const read = { packets, conversations, exchanges: sorted(exchanges) };
  const made = {
    packets: mix.packets,
    conversations: mix.conversations,
    exchanges: sorted(mix.exchanges),
  };
  if (JSON.stringify(read) !== JSON.stringify(made))
    throw new Error(`Read ${JSON.stringify(read)} of ${JSON.stringify(made)}.`);
}

function sorted(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
}

interface WatchedImport {
  /** Highest resident memory of the process. */
  readonly peakMb: number;
  readonly seconds: number;
}

/** Imports while looking at the process's memory. */
async function watchedImport(file: string, folder: string, session: string): Promise<WatchedImport> {
  const began = performance.now();
  const child = spawn(process.execPath, [program, 'import', file, '--session', join(folder, session)], {
    stdio: 'ignore',
  });
  let peakMb = 0;
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, highWaterMb(child.pid ?? 0));
  }, lookEveryMs);
  try {
    await ended(child, 'import');
  } finally {
    clearInterval(timer);
  }
  return { peakMb, seconds: (performance.now() - began) / 1000 };
}

function highWaterMb(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** From asking for the file in the window until its packets are listed there, ms. */
async function firstRowsInWindow(file: string, folder: string): Promise<number> {
  const window = await openChromium(join(folder, 'window.plumb'), join(folder, 'data'));
  const { page } = window;
  try {
    await page.goto(window.address);
    // Keys count once the window is there.
    await page
      .getByText(/^127\.0\.0\.1:\d+$/)
      .first()
      .waitFor();
    await page.keyboard.press('Control+2');
    await page.getByRole('heading', { name: 'No packets yet' }).waitFor();
    await page.keyboard.press('Control+o');
    await page.getByRole('dialog', { name: 'Sessions' }).getByLabel('Path of a session').fill(file);
    const began = performance.now();
    await page.keyboard.press('Enter');
    // Looked for in each frame: a locator waits up to half a second between two looks.
    await page.waitForFunction(() => (document.querySelector('.packet-row')?.clientHeight ?? 0) > 0);
    return performance.now() - began;
  } finally {
    await window.close();
  }
}

/** How long the trees of packets all over the session take once the process is up, ms. */
async function treeTimes(path: string, packets: number): Promise<readonly number[]> {
  const opened = await openSession({ path, mode: 'read' }, workers);
  if (!opened.ok) throw new Error(opened.error.message);
  const session = opened.value;
  const times: number[] = [];
  try {
    for (let asked = 0; asked <= treesAsked; asked++) {
      // Golden-ratio steps: all over the capture, the same each time.
      const number = 1 + Math.floor(((asked * 0.618_034) % 1) * packets);
      const began = performance.now();
      const answer = await session.packets.call('get', { sessionId: 1, number });
      if (!answer.ok) throw new Error(answer.error.message);
      if (asked > 0) times.push(performance.now() - began);
    }
  } finally {
    await session.close();
  }
  return times;
}

export async function benchPackets(rounds: number, print: (line: string) => void): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const session = join(folder, 'mix.plumb');
  try {
    const file = join(folder, 'mix.pcap');
    const mix = writePacketMix(file, packetsMin);
    const numbered: number[] = [];
    const listed: number[] = [];
    const imported: number[] = [];
    for (let round = 0; round < rounds; round++) {
      touchMemory(folder);
      numbered.push(await numberWithTshark(file));
      touchMemory(folder);
      listed.push(await analyseAndList(file, mix));
      touchMemory(folder);
      rmSync(session, { force: true });
      imported.push(await importInto(session, file));
    }
    compare(session, mix);
    const trees = await treeTimes(session, mix.packets);
    const ratios = (runs: readonly number[]): number[] =>
      runs.map((seconds, round) => (numbered[round] ?? NaN) / seconds);
    const row = (name: string, runs: readonly number[]): string[] => [
      name,
      (mix.packets / median(runs)).toFixed(0),
      median(runs).toFixed(2),
      median(ratios(runs)).toFixed(2),
    ];
    print(`${mix.packets} packets, ${(mix.fileBytes / 1e6).toFixed(0)} MB`);
    print(
      table(
        ['from the start of the process', 'packets/s', 'seconds', '÷ tshark’s'],
        [
          row('tshark, numbers only', numbered),
          row('committed and listed', listed),
          row('imported, with a copy of each packet', imported),
        ],
      ),
    );

    const tiny = join(folder, 'tiny.pcap');
    writePacketMix(tiny, tinyPacketsMin);
    const small = await watchedImport(tiny, folder, 'tiny.plumb');
    const large = join(folder, 'large.pcap');
    const largeMix = writePacketMix(large, largePacketsMin);
    const big = await watchedImport(large, folder, 'large.plumb');
    compare(join(folder, 'large.plumb'), largeMix);
    const firstRowsMs = await firstRowsInWindow(large, folder);
    print(
      `${(largeMix.fileBytes / 1e6).toFixed(0)} MB in ${big.seconds.toFixed(1)} s, at most ${big.peakMb.toFixed(0)} MB of memory`,
    );
    return judge(
      [
        { what: 'packets/s ÷ tshark’s', measured: median(ratios(listed)), wanted: 10, sense: 'min' },
        { what: '1 GB: memory growth, MB', measured: big.peakMb - small.peakMb, wanted: 300, sense: 'max' },
        {
          what: '1 GB: first rows in the window, ms',
          measured: firstRowsMs,
          wanted: 1000,
          sense: 'max',
        },
        { what: 'tree of a packet, p50 ms', measured: median(trees), wanted: 100, sense: 'max' },
        { what: 'tree of a packet, longest ms', measured: Math.max(...trees), wanted: 100, sense: 'max' },
      ],
      print,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
