import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openFakeWindow, startFakeWindow } from '../support/fake-window.ts';

const undo: (() => unknown)[] = [];
const tabsMax = 40;
let browser: Browser;
let address: string;

beforeAll(async () => {
  browser = await launchBrowser();
  undo.push(() => browser.close());
  const server = await startFakeWindow('--exchanges', '400');
  undo.push(server.program.dispose);
  address = server.address;
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

/** What has the focus, by element, role and name; `body` when nothing has. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return 'body';
    const role = element.getAttribute('role') ?? element.tagName.toLowerCase();
    return `${role} ${element.getAttribute('aria-label') ?? element.textContent.slice(0, 40)}`.trim();
  });
}

async function openWindow(): Promise<Page> {
  const page = await openFakeWindow(browser, address);
  await page.locator('.list-row').first().waitFor();
  return page;
}

async function tabTo(page: Page, wanted: RegExp): Promise<string> {
  const passed: string[] = [];
  for (let count = 0; count < tabsMax; count++) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (wanted.test(now)) return now;
    passed.push(now);
  }
  throw new Error(`${String(wanted)} was not reached; passed: ${passed.join(', ')}`);
}

describe('the window without a mouse', () => {
  it('goes from the list to the details, through their tabs and back', async () => {
    const page = await openWindow();
    const list = await tabTo(page, /^(grid|listbox|table|treegrid)/);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const overview = page.getByRole('tab', { name: 'Overview' });
    await overview.waitFor();
    const names = await page.getByRole('tab').allInnerTexts();
    const shown = page.getByRole('tab', { selected: true });
    const first = await shown.innerText();
    await page.keyboard.press(']');
    await page.waitForFunction(
      (before) => document.querySelector('[role=tab][aria-selected=true]')?.textContent !== before,
      first,
    );
    expect(names).toContain(await shown.innerText());
    await page.keyboard.press('[');
    expect(await shown.innerText()).toBe(first);
    await tabTo(page, /^tab /);
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toMatch(/^tab /);
    await tabTo(page, /^tabpanel/);
    await page.keyboard.press('Escape');
    await page.getByRole('tab').first().waitFor({ state: 'detached' });
    expect(await focused(page)).toBe(list);
    await page.close();
  });

  it('goes to the filter and back to the list', async () => {
    const page = await openWindow();
    const list = await tabTo(page, /^(grid|listbox|table|treegrid)/);
    await page.keyboard.press('/');
    expect(await focused(page)).toMatch(/Filter/i);
    await page.keyboard.type('status:200');
    await page.keyboard.press('Enter');
    for (let count = 0; count < 3 && (await focused(page)) !== list; count++)
      await page.keyboard.press('Escape');
    expect(await focused(page)).toBe(list);
    await page.close();
  });

  it('opens and closes the keys and the encode box, and the focus is where it was', async () => {
    const page = await openWindow();
    const list = await tabTo(page, /^(grid|listbox|table|treegrid)/);
    for (const [key, name] of [
      ['?', 'Keys'],
      ['Control+e', 'Encode and decode'],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByRole('dialog', { name }).waitFor();
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null), name).toBe(true);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name }).waitFor({ state: 'hidden' });
      expect(await focused(page), name).toBe(list);
    }
    await page.close();
  });

  it('goes to the settings and back, and the focus is in what is shown', async () => {
    const page = await openWindow();
    const list = await tabTo(page, /^(grid|listbox|table|treegrid)/);
    await page.keyboard.press('Control+3');
    await page.getByRole('textbox', { name: 'Search the settings' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest('main')?.ariaLabel)).toBe('Settings');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe(list);
    await page.close();
  });

  it('closes a notice without losing the focus', async () => {
    const server = await startFakeWindow('--exchanges', '5', '--notice', 'Something happened.');
    undo.push(server.program.dispose);
    const page = await openFakeWindow(browser, server.address);
    await page.getByText('Something happened.').waitFor();
    await tabTo(page, /^button Dismiss/);
    await page.keyboard.press('Enter');
    await page.getByText('Something happened.').waitFor({ state: 'detached' });
    expect(await focused(page)).not.toBe('body');
    await page.close();
  });
});
