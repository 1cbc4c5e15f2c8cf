import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/**
 * One page for one test after the other: to open another costs two seconds of a processor, most of it for Chromium's
 * own window.
 */
export interface KeptPage {
  /** The page, loaded anew from this address, with nothing in it of the test before. */
  readonly open: (address: string) => Promise<Page>;
}

const offTheWindowPx = -20;

/** `prepare` is called once for each page that is made: after the first only where a test closed it. */
export function keepPage(
  browser: Browser,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<void> = () => Promise.resolve(),
): KeptPage {
  let kept: Page | null = null;

  async function emptied(page: Page): Promise<Page> {
    for (const other of page.context().pages()) if (other !== page) await other.close();
    // What lies behind another one draws nothing.
    await page.bringToFront();
    await page.mouse.move(offTheWindowPx, offTheWindowPx);
    await page.emulateMedia({
      colorScheme: options.colorScheme ?? null,
      reducedMotion: options.reducedMotion ?? null,
      forcedColors: options.forcedColors ?? null,
    });
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    // Pages of before would be gone back to, and the window would still be connected.
    await page.goto('about:blank');
    return page;
  }

  return {
    open: async (address) => {
      if (kept === null || kept.isClosed()) {
        const context = await browser.newContext(options);
        kept = await context.newPage();
        await prepare(kept);
      } else {
        await emptied(kept);
      }
      await kept.goto(address);
      return kept;
    },
  };
}
