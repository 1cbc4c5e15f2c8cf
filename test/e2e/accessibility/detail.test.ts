import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Page } from 'playwright-core';
import { accessibilityBench, expectAccessible, type AccessibilityBench } from './support.ts';

let bench: AccessibilityBench;
beforeAll(async () => {
  bench = await accessibilityBench('--exchanges', '400');
});
afterAll(() => bench.close());

async function openBody(page: Page, filter: string, side: string, mode: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Filter' }).fill(filter);
  await page.keyboard.press('Enter');
  await page.getByText(/ of 400 exchanges/).waitFor();
  await page.locator('.list-row:not(.missing)').first().click();
  await page.keyboard.press('Home');
  await page.locator('.list-row.focused[aria-rowindex="2"]').waitFor();
  await page.getByRole('tab', { name: 'Body' }).click();
  await page.getByRole('group', { name: 'Which body' }).getByRole('button', { name: side }).click();
  await page.getByRole('button', { name: mode, exact: true }).click();
}

describe('axe finds nothing wrong in the details,', () => {
  it('each of their tabs, at the right, and in a window of their own', async () => {
    const page = await bench.open();
    await page.locator('.list-row').nth(3).click();
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.locator('[role=tabpanel]').first().waitFor();
      await expectAccessible(page, `tab ${await tab.innerText()}`);
    }
    await page.getByRole('button', { name: 'Copy as' }).click();
    await page.getByRole('menuitem').first().waitFor();
    await expectAccessible(page, 'copy as');
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Headers' }).click();
    await page.locator('.header-lines tr').nth(2).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy value' }).waitFor();
    await expectAccessible(page, 'menu of a header line');
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.getByRole('button', { name: 'Raw', exact: true }).first().click();
    await expectAccessible(page, 'raw heads, details at the right');
    const opened = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Open in a window of its own' }).click();
    const alone = await opened;
    await alone.getByRole('tab', { name: 'Headers' }).waitFor();
    await expectAccessible(alone, 'window of its own');
  });

  it.each([
    ['a tree of JSON', 'type:json size:>1000 is:done', 'Response', 'Tree', '[role=treeitem]'],
    ['text', 'type:json size:>1000 is:done', 'Response', 'Text', '.code-view'],
    ['bytes', 'type:json size:>1000 is:done', 'Response', 'Hex', '[data-at]'],
    ['a picture', 'type:svg is:done', 'Response', 'Image', '.image-view'],
    ['a page', 'type:html is:done', 'Response', 'Preview', 'iframe'],
    ['parts of a form', 'method:PUT is:done', 'Request', 'Parts', '.parts-list'],
    ['both bodies', 'method:PUT is:done', 'Both', 'Parts', '.parts-list'],
  ])('%s', async (_name, filter, side, mode, shown) => {
    const page = await bench.open();
    await openBody(page, filter, side, mode);
    await page.locator(shown).first().waitFor();
    if (shown === '[data-at]') await page.locator(shown).nth(4).click();
    await expectAccessible(page, mode);
  });
});
