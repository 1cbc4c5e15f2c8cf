import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, startFakeWindow } from '../support/fake-window.ts';
import { keepPage, type KeptPage } from '../support/kept-page.ts';

let address: string;
let kept: KeptPage;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  const server = await startFakeWindow('--exchanges', '2000');
  undo.push(server.program.dispose);
  ({ address } = server);
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  kept = keepPage(browser, { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

async function openWindow(): Promise<Page> {
  const page = await kept.open(address);
  await page.getByText(/^[\d,]+ exchanges$/).waitFor();
  await expectCount(page, 2000);
  await expect.poll(() => stripOf(page).locator('canvas:not(.empty)').count()).toBe(1);
  return page;
}

const stripOf = (page: Page) => page.getByRole('slider', { name: 'Requests over time' });
const filterOf = (page: Page) =>
  page.getByRole('search').getByRole('combobox').or(page.getByLabel('Filter')).first();

/** What the top line counts: all, or those that the filter shows. */
async function expectCount(page: Page, count: number): Promise<void> {
  await expect.poll(() => shownCount(page)).toBe(count);
}

async function shownCount(page: Page): Promise<number> {
  const text = await page.locator('.top-fact').first().innerText();
  return Number((/^[\d,]+/.exec(text)?.[0] ?? 'NaN').replaceAll(',', ''));
}

describe('requests over time', () => {
  it('limits the list to what is dragged, and Escape lifts it', async () => {
    const page = await openWindow();
    const box = await stripOf(page).boundingBox();
    if (box === null) throw new Error('There is no strip.');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 30, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => shownCount(page)).toSatisfy((shown: number) => shown > 400 && shown < 600);
    const count = await shownCount(page);

    await page.mouse.move(box.x + box.width * 0.5, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 30, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => shownCount(page)).toBeGreaterThan(count + 300);

    await stripOf(page).focus();
    await page.keyboard.press('Escape');
    await expectCount(page, 2000);
  });

  it('is used by keys alone: arrows move, Shift selects, Enter zooms, a key hides it', async () => {
    const page = await openWindow();
    await stripOf(page).focus();
    await page.keyboard.press('Home');
    for (let at = 0; at < 9; at++) await page.keyboard.press('Shift+ArrowRight');
    // Each step narrows the list, one after the other: after the last of them it holds ten bars.
    await expect.poll(() => shownCount(page)).toSatisfy((count: number) => count > 20 && count < 300);
    expect(await stripOf(page).getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d:\d\d\.\d{3} – .*request/);

    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Whole time' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Whole time' }).waitFor({ state: 'detached' });
    await expectCount(page, 2000);

    await page.getByRole('grid', { name: 'Exchanges' }).focus();
    await page.keyboard.press('o');
    await stripOf(page).waitFor({ state: 'detached' });
    await page.keyboard.press('o');
    await stripOf(page).waitFor();
  });
});

describe('statistics', () => {
  it('show percentiles and hosts of the filter, and a bar filters to its values', async () => {
    const page = await openWindow();
    await page.keyboard.press('Control+4');
    await page.getByText('p95').first().waitFor();
    await page.getByRole('button', { name: 'api.shop.test', exact: true }).waitFor();
    const bar = page.locator('.histogram-bar[tabindex="0"]');
    const label = (await bar.getAttribute('aria-label')) ?? '';
    const counted = Number(/: ([\d,]+) exchange/.exec(label)?.[1]?.replaceAll(',', ''));
    await bar.focus();
    await page.keyboard.press('Enter');
    await expectCount(page, counted);
  });
});

describe('one time axis for all rows', () => {
  it('is chosen in the head of the waterfall, brushed there and fitted again', async () => {
    const page = await openWindow();
    await page.getByRole('combobox', { name: 'Time across the waterfall column' }).selectOption('absolute');
    const ruler = page.getByRole('group', { name: /^Time axis of all rows/ });
    const before = await ruler.getAttribute('aria-label');
    const box = await ruler.boundingBox();
    if (box === null) throw new Error('There is no ruler.');
    await page.mouse.move(box.x + 60, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 120, box.y + 10, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => ruler.getAttribute('aria-label')).not.toBe(before);
    await page.getByRole('button', { name: 'Fit the rows in sight' }).click();
    await expect.poll(() => ruler.getAttribute('aria-label')).toBe(before);
  });
});

describe('the timing of an exchange', () => {
  it('explains phases by keyboard and compares with exchanges like it', async () => {
    const page = await openWindow();
    await page.locator('.list-row', { hasText: '/v2/collect' }).first().click();
    await page.getByRole('tab', { name: 'Timing' }).click();
    await page.getByText(/such exchanges? /).waitFor();
    await page.getByText(/^As in HAR: /).waitFor();
    await page.locator('.term', { hasText: 'Wait' }).first().focus();
    await expect
      .poll(() => page.getByRole('tooltip').innerText())
      .toContain('Waiting for server response (TTFB)');
  });
});

describe('sessions in tabs', () => {
  it('keep filter and selection apart, and close by key', async () => {
    const page = await openWindow();
    expect(await page.getByRole('tablist', { name: 'Open sessions' }).count()).toBe(0);
    await page.keyboard.press('Control+o');
    await page.getByRole('textbox', { name: 'Path of a session' }).fill('/nowhere');
    await page.keyboard.press('Enter');
    await page.getByText('There is no session at /nowhere.').waitFor();
    await page.getByRole('button', { name: /^login-on-android/ }).click();

    const tab = (name: string) => page.getByRole('tab', { name });
    await expect.poll(() => tab('login-on-android').getAttribute('aria-selected')).toBe('true');
    await filterOf(page).fill('status:404');
    await expect.poll(() => shownCount(page)).toBeLessThan(1000);
    await tab('checkout-slow').click();
    await expectCount(page, 2000);
    expect(await filterOf(page).inputValue()).toBe('');
    await page.locator('.list-row').nth(3).click();
    const row = page.locator('.list-row[aria-selected="true"]');
    const chosen = await row.innerText();

    await tab('login-on-android').click();
    await expect.poll(() => filterOf(page).inputValue()).toBe('status:404');
    await tab('checkout-slow').click();
    await expect.poll(() => row.innerText()).toBe(chosen);

    await tab('login-on-android').click();
    await page.getByRole('grid', { name: 'Exchanges' }).focus();
    await page.keyboard.press('Control+w');
    await page.getByRole('tablist', { name: 'Open sessions' }).waitFor({ state: 'detached' });
  });
});
