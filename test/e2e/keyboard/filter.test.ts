import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { expectFocus, keyboardBench, press, reach, toList } from './support.ts';

const bench = keyboardBench();

const list = /^grid Exchanges/;
const field = /^combobox Filter/;
const text = (page: Page) => page.getByRole('combobox', { name: 'Filter' }).inputValue();

async function filterBy(page: Page, filter: string): Promise<void> {
  await press(page, 'Control+f');
  await expectFocus(page, field);
  await page.keyboard.type(filter);
  await press(page, 'Enter');
  await page.getByText(/ of 400 exchanges/).waitFor();
}

describe('the filter without a mouse', () => {
  it('is completed, cleared and left for the list', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, '/');
    await expectFocus(page, field);
    await page.keyboard.type('stat');
    await page.getByRole('option').first().waitFor();
    await press(page, 'Tab');
    await expect.poll(() => text(page)).toBe('status:');
    await press(page, 'ArrowDown', 'Enter');
    await expect.poll(() => text(page)).toMatch(/^status:\d/);
    await page.getByText(/ of 400 exchanges/).waitFor();
    await expect
      .poll(() => page.locator('[role=status].visually-hidden').allInnerTexts())
      .toContainEqual(expect.stringMatching(/^[\d,]+ exchanges? match/));
    await reach(page, /^button Clear the filter/);
    await press(page, 'Enter');
    await expectFocus(page, field);
    await press(page, 'Escape');
    await expectFocus(page, list);
  });

  it('has help that is opened, scrolled and closed', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, '/');
    await reach(page, /^button How to write a filter/);
    await press(page, 'Enter');
    await expectFocus(page, /^dialog How to write a filter/);
    const sheet = page.getByRole('dialog', { name: 'How to write a filter' });
    await press(page, 'End');
    await expect.poll(() => sheet.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
    await press(page, 'Tab');
    await expectFocus(page, /^dialog How to write a filter/);
    await press(page, 'Escape');
    await expectFocus(page, /^button How to write a filter/);
  });

  it('is saved, renamed, applied by its key, and deleted', async () => {
    const page = await bench.open();
    await toList(page);
    await filterBy(page, 'status:200');
    await reach(page, /^button Saved and recent/);
    await press(page, 'Enter');
    await reach(page, /^input Name for this filter/);
    await page.keyboard.type('fine');
    await press(page, 'Enter');
    await page
      .getByRole('button', { name: /^fine status:200/ })
      .getByText('Alt 1')
      .waitFor();
    await reach(page, /^button Rename/);
    await press(page, 'Enter');
    await expectFocus(page, /^input New name for fine/);
    await page.keyboard.type('good');
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Delete good' }).waitFor();
    await press(page, 'Escape');
    // It gives the focus back when it goes.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectFocus(page, /^button Saved and recent/);
    await reach(page, field, 'Shift+Tab');
    await press(page, 'Escape');
    await expect.poll(() => text(page)).toBe('');
    await press(page, 'Alt+1');
    await expect.poll(() => text(page)).toBe('status:200');
    await reach(page, /^button Saved and recent/);
    await press(page, 'Enter');
    await reach(page, /^button Delete good/);
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Delete good' }).waitFor({ state: 'detached' });
    await press(page, 'Escape');
    await expectFocus(page, /^button Saved and recent/);
  });

  it('is taken from those used last', async () => {
    const page = await bench.open();
    await toList(page);
    await filterBy(page, 'status:404');
    await press(page, 'Control+a', 'Delete', 'Escape');
    await expectFocus(page, list);
    await press(page, '/');
    await reach(page, /^button Saved and recent/);
    await press(page, 'Enter');
    await reach(page, /^button status:404/);
    await press(page, 'Enter');
    await expect.poll(() => text(page)).toBe('status:404');
    await expectFocus(page, /^button Saved and recent/);
  });

  it('that finds nothing is cleared from where the list would be', async () => {
    const page = await bench.open();
    await toList(page);
    await filterBy(page, 'host:nowhere.example');
    await page.getByText('No exchange matches the filter').waitFor();
    await reach(page, list, 'F6');
    await reach(page, /^button Clear the filter$/);
    await press(page, 'Enter');
    await page.getByText('No exchange matches').waitFor({ state: 'detached' });
    await expectFocus(page, list);
  });
});
