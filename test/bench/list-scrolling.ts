import type { Page } from 'playwright-core';
import { drive, startPlainOrigin } from '../support/steady-driver.ts';
import type { Floor } from './table.ts';

const perSecond = 500;
const scrolledMs = 8000;
const pxPerFrame = 400;

interface Frames {
  readonly ms: readonly number[];
  readonly blank: number;
}

/** Scrolls up and down while exchanges arrive, and types into the filter. */
export async function measureScrolling(page: Page): Promise<Floor[]> {
  const origin = await startPlainOrigin();
  const [host = '', port = ''] = (
    await page
      .getByText(/^127\.0\.0\.1:\d+$/)
      .first()
      .innerText()
  ).split(':');
  const driver = await drive({ host, port: Number(port) }, origin.port, perSecond, 1);
  try {
    const { ms, blank } = await page.evaluate(scrollFrames, { forMs: scrolledMs, pxPerFrame });
    const sorted = [...ms].sort((a, b) => a - b);
    const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
    const longest = await typeAndWatch(page);
    return [
      {
        what: `frame p95 while scrolling and ${perSecond}/s arrive, ms`,
        measured: p95,
        wanted: 20,
        sense: 'max',
      },
      { what: 'frames with a blank row, %', measured: (blank / ms.length) * 100, wanted: 2, sense: 'max' },
      { what: 'longest task while typing a filter, ms', measured: longest, wanted: 50, sense: 'max' },
    ];
  } finally {
    driver.stop();
    origin.server.close();
  }
}

/** In the page: scrolls a little each frame, up then down, and notes the frames. */
async function scrollFrames(options: {
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
