import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser, startFakeWindow, type FakeWindowServer } from '../../support/fake-window.ts';
import { keepPage } from '../../support/kept-page.ts';

const tabsMax = 120;
const timeoutMs = 15_000;
/** Frames in a row without any focus after which it counts as lost. */
const lostFrames = 4;
/** Frames that a menu has to move the focus after a key. */
const movedFrames = 20;

/** Windows that are used by keys alone: their pages are never pointed at. */
export interface KeyboardBench {
  /** The window as it is when opened for the first time; it must never lose the focus. One at a time. */
  readonly open: (address?: string) => Promise<Page>;
  readonly start: (...options: string[]) => Promise<FakeWindowServer>;
}

interface StartedBench extends KeyboardBench {
  /** Ends a test: where its windows lost the focus is told. */
  readonly finish: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** For all tests of the file it is called in. */
export function keyboardBench(...options: string[]): KeyboardBench {
  let started: StartedBench | null = null;
  beforeAll(async () => {
    started = await startBench(...options);
  });
  afterEach(() => started?.finish());
  afterAll(() => started?.close());
  const ready = (): StartedBench => {
    if (started === null) throw new Error('Windows are opened in a test.');
    return started;
  };
  return { open: (address) => ready().open(address), start: (...own) => ready().start(...own) };
}

async function startBench(...options: string[]): Promise<StartedBench> {
  const undo: (() => unknown)[] = [];
  let used: Page | null = null;
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  const start = async (...own: string[]) => {
    const server = await startFakeWindow(...own);
    undo.push(server.program.dispose);
    return server;
  };
  const kept = keepPage(
    browser,
    {
      ...{ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } },
      permissions: ['clipboard-read', 'clipboard-write'],
    },
    async (page) => {
      page.context().setDefaultTimeout(timeoutMs);
      await page.context().addInitScript(watchFocus, lostFrames);
    },
  );
  const { address: usual } = await start(...(options.length === 0 ? ['--exchanges', '400'] : options));
  return {
    start,
    finish: async () => {
      const lost = await Promise.all((used?.context().pages() ?? []).map(lostFocus));
      used = null;
      expect(lost.flat(), 'the focus was lost after').toEqual([]);
    },
    open: async (address = usual) => {
      used = await kept.open(address);
      await used
        .getByText(/^(Recording|Stopped)$/)
        .first()
        .waitFor();
      return used;
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
    const shown = element.textContent === '' ? (element.getAttribute('title') ?? '') : element.textContent;
    return `${role} ${(name ?? shown).replace(/\s+/g, ' ').trim().slice(0, 80)}`.trim();
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
    // Menus move the focus a moment after the key.
    if (key.startsWith('Arrow')) await pressToMove(page, key);
    else await page.keyboard.press(key);
  }
  throw new Error(`${String(wanted)} was not reached; passed: ${passed.join(' | ')}`);
}

/** Presses a key and waits until the focus has moved, at most some frames: at its end a list keeps it. */
async function pressToMove(page: Page, key: string): Promise<void> {
  const before = await page.evaluateHandle(() => document.activeElement);
  await page.keyboard.press(key);
  await page.evaluate(
    async ({ before, framesMax }) => {
      for (let frames = 0; frames < framesMax && document.activeElement === before; frames++)
        await new Promise((done) => requestAnimationFrame(done));
    },
    { before, framesMax: movedFrames },
  );
  await before.dispose();
}

/** To the list, from wherever the focus is. */
export async function toList(page: Page): Promise<void> {
  await page.locator('.list-row').first().waitFor();
  await reach(page, /^(grid Exchanges|columnheader|select Time|button Choose columns)/, 'F6');
  await reach(page, /^grid Exchanges/, 'Shift+Tab');
}

/** Opens the first exchange that the filter leaves, with the tab in sight and with the focus on it. */
export async function openTab(page: Page, tab: string, filter = ''): Promise<void> {
  await toList(page);
  if (filter !== '') {
    await press(page, '/');
    // As a whole: a part of it would find others first.
    await page.keyboard.insertText(filter);
    await press(page, 'Enter');
    await page.getByText(/ of 400 exchanges/).waitFor();
    // The rows of before stay until those of the filter are there: then their number is read out.
    await page
      .getByRole('status')
      .filter({ hasText: / match(es)?$/ })
      .first()
      .waitFor({ state: 'attached' });
    await toList(page);
  }
  await press(page, 'Home', 'Enter');
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
  await reach(page, /^tab /, 'F6');
  await reach(page, new RegExp(`^tab ${tab}`), 'ArrowRight');
}

export function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
