/**
 * `npm run bench -- live`: 20,000 packets a second on loopback for a minute, captured while a window shows them as they come and requests go through the
 * proxy. Whether any is left out, what the capture adds to the time of the requests, and how smooth the window stays. Needs the right to capture.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { makeCertificate } from './certificate.ts';
import type { DriverResult } from './driver.ts';
import { openChromium } from './frame-windows.ts';
import { output, repoRoot, start, type Started } from './processes.ts';
import { judge, median, table } from './table.ts';

const packetsPerSecond = 20_000;
const seconds = 60;
/** Asked one after the other, in each phase of a round: a p99 of fewer is luck. */
const requestsPerPhase = 6000;

interface Captured {
  readonly stored: number;
  readonly droppedByUs: number;
  readonly droppedByKernel: number;
}

/** What is in the session file of one capture. */
function readCounts(session: string): Captured {
  const db = new Database(session, { readonly: true });
  try {
    const stored = db.prepare('SELECT coalesce(sum(count), 0) FROM packet_blocks').pluck().get() as number;
    const row = db
      .prepare(
        'SELECT coalesce(sum(droppedByUs), 0) AS us, coalesce(sum(droppedByKernel), 0) AS kernel FROM packet_interfaces',
      )
      .get() as { us: number; kernel: number };
    return { stored, droppedByUs: row.us, droppedByKernel: row.kernel };
  } finally {
    db.close();
  }
}

/** Sends for a minute; gives how many it sent. */
async function send(sender: Started): Promise<number> {
  sender.child.stdin?.write('\n');
  return Number(await sender.nextLine());
}

async function p99Of(proxy: number, origin: number): Promise<number> {
  const job = {
    ...{ proxy, origin, host: '127.0.0.1', tls: false, path: '/small' },
    ...{ concurrency: 1, requests: requestsPerPhase },
  };
  const text = await output(process.execPath, [join(repoRoot, 'test/bench/driver.ts'), JSON.stringify(job)]);
  return (JSON.parse(text) as DriverResult).p99Ms;
}

async function startCapture(page: Page, filter: string): Promise<void> {
  await page.keyboard.press('Control+2');
  await page.getByRole('main', { name: 'Packets' }).waitFor();
  await page.keyboard.press('Shift+R');
  const dialog = page.getByRole('dialog', { name: 'Capture packets' });
  await dialog.getByRole('radio', { name: /^lo\b/ }).check();
  await dialog.getByLabel('Capture filter, as tcpdump takes it').fill(filter);
  await dialog.getByRole('button', { name: 'Start' }).click();
  await captureLine(page).getByText('kernel 0').waitFor();
}

function captureLine(page: Page): ReturnType<Page['getByRole']> {
  return page.getByRole('group', { name: 'Capture on lo' });
}

/** In the page: notes how long each frame lasts until `stop` is called. */
function watchFrames(): { readonly stop: () => number[] } {
  const ms: number[] = [];
  let isOver = false;
  let before = performance.now();
  const next = (now: number): void => {
    ms.push(now - before);
    before = now;
    if (!isOver) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  return {
    stop: () => {
      isOver = true;
      return ms;
    },
  };
}

interface Round {
  readonly sent: number;
  readonly captured: Captured;
  /** The same packets sent, not captured. */
  readonly p99QuietMs: number;
  readonly p99Ms: number;
  readonly frameP95Ms: number;
  readonly frames: number;
}

async function round(folder: string): Promise<Round> {
  const session = join(folder, 'live.plumb');
  const { cert, key } = makeCertificate(folder);
  const origin = await start(process.execPath, [join(repoRoot, 'test/bench/origin.ts'), cert, key]);
  const sender = await start(
    'python3',
    [join(repoRoot, 'test/bench/live-packets.py'), `${packetsPerSecond}`, `${seconds}`],
    { input: true, answerWithinMs: (seconds + 30) * 1000 },
  );
  const window = await openChromium(session, join(folder, 'data'));
  const { page } = window;
  try {
    await page.goto(window.address);
    const proxyText = await page
      .getByText(/^127\.0\.0\.1:\d+$/)
      .first()
      .innerText();
    const ports = {
      proxy: Number(proxyText.split(':')[1]),
      origin: (JSON.parse(origin.firstLine) as { http: number }).http,
    };
    await p99Of(ports.proxy, ports.origin);
    const [, p99QuietMs] = await Promise.all([send(sender), p99Of(ports.proxy, ports.origin)]);
    await startCapture(page, `udp port ${sender.firstLine}`);
    const frames = await page.evaluateHandle(watchFrames);
    const [sent, p99Ms] = await Promise.all([send(sender), p99Of(ports.proxy, ports.origin)]);
    const ms = (await frames.evaluate((watch) => watch.stop())).sort((a, b) => a - b);
    await captureLine(page).getByRole('button', { name: 'Stop' }).click();
    await page.getByText('capture off').waitFor();
    await window.close();
    const frameP95Ms = ms[Math.floor(ms.length * 0.95)] ?? NaN;
    return { sent, captured: readCounts(session), p99QuietMs, p99Ms, frameP95Ms, frames: ms.length };
  } finally {
    await window.close();
    await sender.stop();
    await origin.stop();
  }
}

export async function benchLive(rounds: number, print: (line: string) => void): Promise<boolean> {
  const all: Round[] = [];
  for (let count = 0; count < rounds; count++) {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
    try {
      all.push(await round(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  print(
    table(
      ['sent', 'stored', 'left out by us', 'by the kernel', 'p99 before', 'p99 ms', 'frame p95 ms', 'frames'],
      all.map(({ sent, captured, p99QuietMs, p99Ms, frameP95Ms, frames }) => [
        ...[sent, captured.stored, captured.droppedByUs, captured.droppedByKernel].map(String),
        ...[p99QuietMs, p99Ms, frameP95Ms].map((ms) => ms.toFixed(2)),
        frames.toFixed(0),
      ]),
    ),
  );
  const lost = all.map(({ sent, captured }) => sent - captured.stored - captured.droppedByKernel);
  return judge(
    [
      {
        what: 'packets sent each second',
        measured: Math.min(...all.map(({ sent }) => sent / seconds)),
        wanted: packetsPerSecond * 0.99,
        sense: 'min',
      },
      {
        what: 'packets left out by us',
        measured: Math.max(...lost, ...all.map(({ captured }) => captured.droppedByUs)),
        wanted: 0,
        sense: 'max',
      },
      {
        what: 'p99 of a request, more while capturing, ms',
        measured: median(all.map(({ p99Ms, p99QuietMs }) => p99Ms - p99QuietMs)),
        wanted: 2,
        sense: 'max',
      },
      {
        what: 'frame p95, ms',
        measured: median(all.map(({ frameP95Ms }) => frameP95Ms)),
        wanted: 20,
        sense: 'max',
      },
    ],
    print,
  );
}
