import type { Page } from 'playwright-core';
import { drive, startPlainOrigin } from '../support/steady-driver.ts';
import { median, type Floor } from './table.ts';

const perSecond = 500;
const scrolledMs = 8000;
/** The proxy's connections are open and its code is warm by then. */
const startedMs = 2000;
const pxPerFrame = 400;

interface Frames {
  readonly ms: readonly number[];
  readonly blank: number;
}

/** What was seen while a list was scrolled. A frame lasts until the next one begins. */
export interface Scrolled {
  readonly frames: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Frames that took more than 20 ms, of 100. */
  readonly latePercent: number;
  /** Frames that showed a row without its content, of 100. */
  readonly blankPercent: number;
  /** The longest task while a filter is typed. */
  readonly typingMs: number;
}

const frameMsMax = 20;
const blankPercentMax = 2;
const typingMsMax = 50;

/** The medians of some runs, and what they have to be. */
export function scrollFloors(where: string, runs: readonly Scrolled[]): Floor[] {
  const of = (value: (run: Scrolled) => number): number => median(runs.map(value));
  return [
    {
      what: `${where}: frame p95 while scrolling and ${perSecond}/s arrive, ms`,
      measured: of(({ p95Ms }) => p95Ms),
      wanted: frameMsMax,
      sense: 'max',
    },
    {
      what: `${where}: frames with a blank row, %`,
      measured: of(({ blankPercent }) => blankPercent),
      wanted: blankPercentMax,
      sense: 'max',
    },
    {
      what: `${where}: longest task while typing a filter, ms`,
      measured: of(({ typingMs }) => typingMs),
      wanted: typingMsMax,
      sense: 'max',
    },
  ];
}

/** Scrolls up and down while exchanges arrive, and types into the filter. */
export async function measureScrolling(page: Page): Promise<Scrolled> {
  const origin = await startPlainOrigin();
  const [host = '', port = ''] = (
    await page
      .getByText(/^127\.0\.0\.1:\d+$/)
      .first()
      .innerText()
  ).split(':');
  const driver = await drive({ host, port: Number(port) }, origin.port, perSecond, 1);
  try {
    await page.waitForTimeout(startedMs);
    const { ms, blank } = await page.evaluate(scrollFrames, { forMs: scrolledMs, pxPerFrame });
    const sorted = [...ms].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
    return {
      frames: ms.length,
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      p99Ms: at(0.99),
      latePercent: (ms.filter((each) => each > frameMsMax).length / ms.length) * 100,
      blankPercent: (blank / ms.length) * 100,
      typingMs: await typeAndWatch(page),
    };
  } finally {
    driver.stop();
    origin.server.close();
  }
}

/** In the page: scrolls a little each frame, up then down, and notes the frames. */
export async function scrollFrames(options: {
  readonly forMs: number;
  readonly pxPerFrame: number;
}): Promise<Frames> {
  const grid = document.querySelector<HTMLElement>('[role="grid"]');
  if (grid === null) throw new Error('There is no list.');
  grid.scrollTop = grid.scrollHeight * 0.7;
  const ms: number[] = [];
  let blank = 0;
  const until = performance.now() + options.forMs;
  let before = await new Promise<number>(requestAnimationFrame);
  while (performance.now() < until) {
    const isSecondHalf = until - performance.now() < options.forMs / 2;
    grid.scrollTop += isSecondHalf ? options.pxPerFrame : -options.pxPerFrame;
    const now = await new Promise<number>(requestAnimationFrame);
    ms.push(now - before);
    before = now;
    const box = grid.getBoundingClientRect();
    const isBlank = [...grid.querySelectorAll('.list-row.missing')].some((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom > box.top && top < box.bottom;
    });
    if (isBlank) blank += 1;
  }
  return { ms, blank };
}

/** The longest task of the page while a filter is typed key by key, ms; 0 if none took 50 ms, which is what is told of. */
async function typeAndWatch(page: Page): Promise<number> {
  const watch = await page.evaluateHandle(() => {
    const seen = { longestMs: 0 };
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longestMs = Math.max(seen.longestMs, duration);
    }).observe({ entryTypes: ['longtask'] });
    return seen;
  });
  await page.locator('input[aria-label="Filter"]').click();
  await page.keyboard.type('host:api and status:>=400 not path:orders', { delay: 40 });
  await page.waitForTimeout(500);
  const longest = await watch.evaluate(({ longestMs }) => longestMs);
  await page.keyboard.press('Escape');
  return longest;
}
