/**
 * `npm run bench -- frames`: a list of a million exchanges is scrolled and its filter typed into while 500 more arrive
 * each second, in Chromium and in the desktop program. `-- list` measures the same, among other things.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyOf, openChromium, openDesktop, type BenchWindow } from './frame-windows.ts';
import { measureScrolling, scrollFloors, type Scrolled } from './list-scrolling.ts';
import { openList } from './list-window.ts';
import { millionSession } from './million.ts';
import { judge, table } from './table.ts';

const rows = 1_000_000;

const windows = {
  Chromium: async (session: string, dataDir: string): Promise<BenchWindow> => {
    const window = await openChromium(session, dataDir);
    await openList(window.page, window.address, rows);
    return window;
  },
  Electron: (session: string, dataDir: string): Promise<BenchWindow> => openDesktop(session, dataDir, rows),
} as const;

export type WindowKind = keyof typeof windows;

/** On a copy of the session, which is removed again. */
export async function scrollIn(kind: WindowKind, session: string): Promise<Scrolled> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    const window = await windows[kind](copyOf(session, folder), join(folder, 'data'));
    try {
      return await measureScrolling(window.page);
    } finally {
      await window.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function benchFrames(rounds: number, print: (line: string) => void): Promise<boolean> {
  const session = await millionSession(rows, print);
  const kinds = Object.keys(windows) as WindowKind[];
  const measured = new Map<WindowKind, Scrolled[]>(kinds.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) measured.get(kind)?.push(await scrollIn(kind, session));
  }
  print(
    table(
      ['scrolling', 'frames', 'p50 ms', 'p95 ms', 'p99 ms', '> 20 ms %', 'blank %', 'typing ms'],
      [...measured].flatMap(([kind, runs]) =>
        runs.map((run) => [
          kind,
          run.frames.toFixed(0),
          ...[run.p50Ms, run.p95Ms, run.p99Ms, run.latePercent].map((value) => value.toFixed(1)),
          run.blankPercent.toFixed(2),
          run.typingMs.toFixed(0),
        ]),
      ),
    ),
  );
  return judge(
    [...measured].flatMap(([kind, runs]) => scrollFloors(kind, runs)),
    print,
  );
}
