/**
 * `npm run bench -- list`: a million exchanges in the window. Engine and window are the built program (`serve` and
 * Chromium); what a person waits for is measured in the page, from the action to the rows that answer it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { copyOf, openChromium } from './frame-windows.ts';
import { scrollIn } from './frames.ts';
import { judge, median, table, type Floor } from './table.ts';
import { millionSession } from './million.ts';
import { measureScrolling, scrollFloors } from './list-scrolling.ts';
import { listActions, openList, type ListAction } from './list-window.ts';

const rows = 1_000_000;

/** Resident memory of a process and its children, MB; Linux only. */
function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** The engine is a child of `serve`. */
function enginePid(servePid: number): number {
  return Number(readFileSync(`/proc/${servePid}/task/${servePid}/children`, 'utf8').trim().split(' ')[0]);
}

async function rendererPid(page: Page): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser.');
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  return renderers.sort((a, b) => residentMb(b) - residentMb(a))[0] ?? 0;
}

export async function benchList(rounds: number, print: (line: string) => void): Promise<boolean> {
  const kept = await millionSession(rows, print);
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const openings: number[] = [];
  const waits = new Map<string, { action: ListAction; ms: number[] }>();
  let engineMb = 0;
  let windowMb = 0;
  const floors: Floor[] = [];
  try {
    const session = copyOf(kept, folder);
    for (let round = 0; round < rounds; round++) {
      const { page, serve, address, close } = await openChromium(session, join(folder, `data-${round}`));
      try {
        openings.push(await openList(page, address, rows));
        for (const action of listActions) {
          const ms = await action.run(page);
          const known = waits.get(action.what) ?? { action, ms: [] };
          known.ms.push(ms);
          waits.set(action.what, known);
        }
        if (round === rounds - 1) floors.push(...scrollFloors('Chromium', [await measureScrolling(page)]));
        engineMb = Math.max(engineMb, residentMb(enginePid(serve.child.pid ?? 0)));
        windowMb = Math.max(windowMb, residentMb(await rendererPid(page)));
      } finally {
        await close();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  floors.push(...scrollFloors('Electron', [await scrollIn('Electron', kept)]));
  print(
    table(
      ['a million exchanges', 'ms', 'worst'],
      [
        ['first rows after opening the address', openings],
        ...[...waits].map(([what, { ms }]) => [what, ms] as const),
      ].map(([what, ms]) => [
        what as string,
        median(ms as number[]).toFixed(0),
        Math.max(...(ms as number[])).toFixed(0),
      ]),
    ),
  );
  return judge(
    [
      { what: 'first rows on screen, ms', measured: median(openings), wanted: 1000, sense: 'max' },
      ...[...waits].map(([what, { action, ms }]) => ({
        what: `${what}, ms`,
        measured: median(ms),
        wanted: action.msMax,
        sense: 'max' as const,
      })),
      { what: 'engine, MB', measured: engineMb, wanted: 300, sense: 'max' },
      { what: 'window, MB', measured: windowMb, wanted: 400, sense: 'max' },
      ...floors,
    ],
    print,
  );
}
