import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchBrowser, startFakeWindow, type FakeWindowServer } from '../../support/fake-window.ts';

const tabsMax = 60;
const timeoutMs = 15_000;
/** Frames in a row without any focus after which it counts as lost. */
const lostFrames = 4;

/** Windows that are used by keys alone: their pages are never pointed at. */
export interface KeyboardBench {
  /** A window of its own whose list is there; it must never lose the focus. */
  readonly open: (address?: string) => Promise<Page>;
  readonly start: (...options: string[]) => Promise<FakeWindowServer>;
  /** Ends a test: where one of its windows lost the focus is told. */
  readonly finish: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function keyboardBench(...options: string[]): Promise<KeyboardBench> {
  const undo: (() => unknown)[] = [];
  let pages: Page[] = [];
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  const start = async (...own: string[]) => {
    const server = await startFakeWindow(...own);
    undo.push(server.program.dispose);
    return server;
  };
  const { address: usual } = await start(...(options.length === 0 ? ['--exchanges', '400'] : options));
  return {
    start,
    finish: async () => {
      const used = pages;
      pages = [];
      const lost = await Promise.all(used.map(lostFocus));
      for (const page of used) await page.context().close();
      expect(lost.flat(), 'the focus was lost after').toEqual([]);
    },
    open: async (address = usual) => {
      const context = await browser.newContext({
        ...{ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } },
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const page = await context.newPage();
      page.setDefaultTimeout(timeoutMs);
      pages.push(page);
      await page.addInitScript(watchFocus, lostFrames);
      await page.goto(address);
      await page.getByText('Recording', { exact: true }).first().waitFor();
      return page;
    },
    close: async () => {
      for (const each of undo.reverse()) await each();
    },
  };
}

/** Runs in the page: notes where the focus was whenever nothing has it for some frames. */
function watchFocus(framesMax: number): void {
  const lost: string[] = [];
  let frames = 0;
  let last: string | null = null;
  const look = () => {
    const isLost = document.hasFocus() && (document.activeElement ?? document.body) === document.body;
    const active = document.activeElement;
    if (!isLost) {
      last = `${active?.tagName} ${active?.getAttribute('aria-label') ?? active?.textContent.slice(0, 40)}`;
      frames = 0;
    } else if (last !== null && ++frames === framesMax) lost.push(last);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  // After the last stop of Tab comes the frame of the browser.
  window.addEventListener('keydown', ({ key }) => {
    if (key === 'Tab') last = null;
  });
  Object.assign(window, { lostFocus: lost });
}

function lostFocus(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { lostFocus: string[] }).lostFocus);
}

/** What has the focus, by role and name; `body` when nothing has. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return 'body';
    const role = element.getAttribute('role') ?? element.tagName.toLowerCase();
    const label = element.id === '' ? null : document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
    const around = element.closest('label');
    const named = element.getAttribute('aria-labelledby');
    const other = named === null ? null : document.getElementById(named);
    const name = element.getAttribute('aria-label') ?? other?.textContent ?? (label ?? around)?.textContent;
    return `${role} ${(name ?? element.textContent).replace(/\s+/g, ' ').trim().slice(0, 80)}`.trim();
  });
}

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

export async function expectFocus(page: Page, wanted: RegExp): Promise<void> {
  await expect.poll(() => focused(page)).toMatch(wanted);
}

/** Presses a key, Tab if none is told, until what is wanted has the focus. */
export async function reach(page: Page, wanted: RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let count = 0; count < tabsMax; count++) {
    const now = await focused(page);
    if (wanted.test(now)) return;
    passed.push(now);
    await page.keyboard.press(key);
    // Menus move the focus a moment after the key.
    if (key.startsWith('Arrow'))
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  throw new Error(`${String(wanted)} was not reached; passed: ${passed.join(' | ')}`);
}

/** To the list, from wherever the focus is. */
export async function toList(page: Page): Promise<void> {
  await page.locator('.list-row').first().waitFor();
  await reach(page, /^(grid Exchanges|columnheader|select Time|button Choose columns)/, 'F6');
  await reach(page, /^grid Exchanges/, 'Shift+Tab');
}

export function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
