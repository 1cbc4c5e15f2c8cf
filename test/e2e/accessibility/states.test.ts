import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  launchBrowser,
  openFakeWindow,
  startFakeWindow,
  type FakeWindowServer,
} from '../../support/fake-window.ts';
import { expectAccessible } from './support.ts';

const notice =
  'The last recording into this session ended unexpectedly; what arrived in its last second may be missing.';
let browser: Browser;
let full: FakeWindowServer;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  undo.push(() => browser.close());
  full = await startFakeWindow('--exchanges', '400', '--notice', notice);
  undo.push(full.program.dispose);
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

async function openList(): Promise<Page> {
  const page = await openFakeWindow(browser, full.address);
  page.setDefaultTimeout(15_000);
  await page.locator('.list-row').nth(5).waitFor();
  return page;
}

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

describe('axe finds nothing serious in the list,', () => {
  it('its menus, its head and what is chosen in it', async () => {
    const page = await openList();
    await expectAccessible(page, 'list with the notice of the session');
    await page.locator('.list-row').nth(3).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy URL' }).waitFor();
    await expectAccessible(page, 'row menu');
    await page.getByRole('menuitem', { name: 'Mark' }).hover();
    await page.getByRole('menuitem', { name: 'Red' }).waitFor();
    await expectAccessible(page, 'sub-menu of the row menu');
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Host' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Choose columns' }).waitFor();
    await expectAccessible(page, 'header menu');
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Choose columns' }).click();
    await page.getByRole('checkbox').first().waitFor();
    await expectAccessible(page, 'column chooser');
    await page.keyboard.press('Escape');
    await page.getByRole('grid').focus();
    for (const key of ['Home', 'Shift+ArrowDown', 'Shift+ArrowDown']) await page.keyboard.press(key);
    await page.getByText('3 selected').waitFor();
    await page.keyboard.press('1');
    await page.locator('.list-row.red').nth(2).waitFor();
    await page.locator('.summary-bar').getByText('p95').waitFor();
    await expectAccessible(page, 'selection with its bar, marked rows');
    await page.keyboard.press('m');
    await page.getByRole('textbox', { name: /^Comment on/ }).waitFor();
    await expectAccessible(page, 'comment editor');
    await page.keyboard.press('Escape');
    await page.keyboard.press('0');
    await page.keyboard.press('Delete');
    await page.getByText('3 exchanges removed.').waitFor();
    await expectAccessible(page, 'own notice');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'File' }).click();
    await page.getByRole('menuitem', { name: 'Export' }).waitFor();
    await expectAccessible(page, 'file menu');
    await page.close();
  });

  it('the tree, the strip and the axis of all rows', async () => {
    const page = await openList();
    await page.keyboard.press('t');
    await page.getByRole('treeitem').first().waitFor();
    await page.getByRole('tree').focus();
    for (const key of ['Home', 'ArrowRight', 'ArrowDown', 'Enter', 'End', 'h'])
      await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Show again', exact: true }).waitFor();
    await expectAccessible(page, 'tree');
    await page.getByRole('button', { name: 'Show again', exact: true }).click();
    await page.getByRole('button', { name: 'Show all', exact: true }).click();
    await page.getByRole('slider', { name: 'Requests over time' }).focus();
    for (const key of ['Home', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Enter', 'ArrowRight'])
      await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Whole time' }).waitFor();
    await expectAccessible(page, 'strip with a range');
    await page.getByRole('combobox', { name: 'Time across the waterfall column' }).selectOption('absolute');
    await page.getByRole('grid').focus();
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Fit the rows in sight' }).waitFor();
    await expectAccessible(page, 'one axis for all rows');
    await page.close();
  });

  it('the filter with all that belongs to it', async () => {
    const page = await openList();
    const field = page.getByRole('combobox', { name: 'Filter' });
    await field.fill('status:x(');
    await page.getByRole('status').filter({ hasText: /\w/ }).first().waitFor();
    await expectAccessible(page, 'wrong filter');
    await field.fill('');
    await field.pressSequentially('sta');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await expectAccessible(page, 'completion');
    await field.fill('status:200');
    await page.keyboard.press('Enter');
    await page.getByText(/ of 400 exchanges/).waitFor();
    await page.getByRole('button', { name: 'Saved and recent filters' }).click();
    await page.getByRole('textbox', { name: 'Name for this filter' }).fill('fine');
    await page.keyboard.press('Enter');
    await page
      .getByRole('button', { name: /^fine status:200/ })
      .getByText('Alt 1')
      .waitFor();
    await expectAccessible(page, 'saved filters');
    await page.getByRole('button', { name: 'Rename' }).click();
    await expectAccessible(page, 'renaming a filter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'How to write a filter' }).click();
    await page.getByRole('dialog', { name: 'How to write a filter' }).waitFor();
    await expectAccessible(page, 'help with filters');
    await page.keyboard.press('Escape');
    await field.fill('host:nowhere.example');
    await page.keyboard.press('Enter');
    await page.getByText('No exchange matches the filter').waitFor();
    await expectAccessible(page, 'no match');
    await page.close();
  });
});

describe('axe finds nothing serious in the details,', () => {
  it('each of their tabs, at the right, and in a window of their own', async () => {
    const page = await openList();
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
    await page.context().close();
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
    const page = await openList();
    await openBody(page, filter, side, mode);
    await page.locator(shown).first().waitFor();
    if (shown === '[data-at]') await page.locator(shown).nth(4).click();
    await expectAccessible(page, mode);
    await page.close();
  });
});
