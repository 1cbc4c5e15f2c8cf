import { afterAll, beforeAll, describe, it } from 'vitest';
import { accessibilityBench, expectAccessible, type AccessibilityBench } from './support.ts';

const notice =
  'The last recording into this session ended unexpectedly; what arrived in its last second may be missing.';
let bench: AccessibilityBench;
beforeAll(async () => {
  bench = await accessibilityBench('--exchanges', '400', '--notice', notice);
});
afterAll(() => bench.close());

describe('axe finds nothing wrong in the list,', () => {
  it('its menus, its head and what is chosen in it', async () => {
    const page = await bench.open();
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
  });

  it('the tree, the strip and the axis of all rows', async () => {
    const page = await bench.open();
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
  });

  it('the filter with all that belongs to it', async () => {
    const page = await bench.open();
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
  });
});
