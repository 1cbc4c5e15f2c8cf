import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { clipboard, expectFocus, focused, keyboardBench, press, reach, toList } from './support.ts';

const bench = keyboardBench();

const list = /^grid Exchanges/;
const selectedRows = (page: Page) => page.locator('.list-row.selected [aria-colindex="1"]').allInnerTexts();
const columns = (page: Page) =>
  page.getByRole('columnheader').evaluateAll((all) => all.flatMap((one) => one.dataset['column'] ?? []));

describe('the list without a mouse', () => {
  it('moves, goes to the ends and by pages', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Home', 'ArrowDown');
    await expect.poll(() => selectedRows(page)).toEqual(['2']);
    await press(page, 'PageDown', 'End');
    await expect.poll(() => selectedRows(page)).toEqual(['400']);
    await press(page, 'PageUp', 'Home');
    await expect.poll(() => selectedRows(page)).toEqual(['1']);
    await expectFocus(page, list);
  });

  it('selects rows that are not beside each other', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Home', 'Control+ArrowDown', 'Control+ArrowDown', ' ');
    await expect.poll(() => selectedRows(page)).toEqual(['1', '3']);
    await page.getByText('2 selected').waitFor();
    await press(page, ' ');
    await expect.poll(() => selectedRows(page)).toEqual(['1']);
  });

  it('acts on what is selected from its bar, which gives the focus back', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Home', 'Shift+ArrowDown');
    await page.getByText('2 selected').waitFor();
    await reach(page, /^button Comment/);
    await press(page, 'Enter');
    await expectFocus(page, /^input Comment on 2/);
    await press(page, 'Escape');
    await expectFocus(page, list);
    await reach(page, /^button Clear selection/);
    await press(page, 'Enter');
    await page.getByText('2 selected').waitFor({ state: 'detached' });
    await expectFocus(page, list);
    await press(page, 'Home', 'Shift+ArrowDown');
    await reach(page, /^button Remove/);
    await press(page, 'Enter');
    await page.getByText('2 exchanges removed.').waitFor();
    await expectFocus(page, list);
    await press(page, 'Control+z');
    await page.getByText('2 exchanges removed.').waitFor({ state: 'detached' });
  });

  it('opens the menu of a row that is out of sight, and filters by a value of any column', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Home', 'Shift+F10');
    await page.getByRole('menuitem', { name: 'Copy URL' }).waitFor();
    await reach(page, /^menuitem Filter by column/, 'ArrowDown');
    await press(page, 'ArrowRight');
    await expectFocus(page, /^menuitem method:=/);
    await press(page, 'Enter');
    await expectFocus(page, list);
    await expect.poll(() => page.getByRole('combobox', { name: 'Filter' }).inputValue()).toMatch(/^method:=/);
  });

  it('takes an exchange out by the menu and brings it back by the notice', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Home', 'Shift+F10');
    await reach(page, /^menuitem Remove(?! everything)/, 'ArrowDown');
    await press(page, 'Enter');
    await page.getByText('1 exchange removed.').waitFor();
    await expectFocus(page, list);
    await reach(page, /^button Undo/, 'F6');
    await press(page, 'Enter');
    await page.getByText('1 exchange removed.').waitFor({ state: 'detached' });
    await expectFocus(page, list);
  });

  it('copies, marks and pins from the menu', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Home', 'Shift+F10');
    await reach(page, /^menuitem Copy part/, 'ArrowDown');
    await press(page, 'ArrowRight');
    await expectFocus(page, /^menuitem Host/);
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/^[a-z0-9.-]+$/);
    await press(page, 'Shift+F10');
    await reach(page, /^menuitem Mark/, 'ArrowDown');
    await press(page, 'ArrowRight', 'Enter');
    await page.locator('.list-row.red').waitFor();
    await press(page, 'p');
    await page.locator('.list-row.red').getByLabel('pinned').waitFor();
    await press(page, 'p', '0');
    await page.locator('.list-row.red').waitFor({ state: 'detached' });
    await expectFocus(page, list);
  });

  it('follows what is new and lets it go again', async () => {
    const { address } = await bench.start('--exchanges', '200', '--live', '20');
    const page = await bench.open(address);
    await toList(page);
    await press(page, 'Home');
    await page.getByRole('button', { name: /^Follow/ }).waitFor();
    await reach(page, /^button Follow/);
    await press(page, 'Enter');
    await page.getByRole('button', { name: /^Follow/ }).waitFor({ state: 'detached' });
    await expectFocus(page, list);
  });
});

describe('the head of the list without a mouse', () => {
  it('is one stop of Tab that keeps its place', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Tab');
    const first = await focused(page);
    await press(page, 'ArrowRight', 'ArrowRight');
    const third = await focused(page);
    expect(third).not.toBe(first);
    await press(page, 'Shift+Tab');
    await expectFocus(page, list);
    await press(page, 'Tab');
    expect(await focused(page)).toBe(third);
  });

  it('sorts, sizes, moves and hides, and the focus stays in it', async () => {
    const page = await bench.open();
    await toList(page);
    await reach(page, /^columnheader/);
    await reach(page, /^columnheader Host/, 'ArrowRight');
    const head = page.getByRole('columnheader', { name: 'Host' });
    await press(page, 'Enter');
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending');
    const before = (await head.boundingBox())?.width ?? 0;
    await press(page, 'Shift+ArrowRight');
    await expect.poll(async () => (await head.boundingBox())?.width ?? 0).toBeGreaterThan(before);
    const at = (await columns(page)).indexOf('host');
    await press(page, 'Control+ArrowRight');
    await expect.poll(async () => (await columns(page)).indexOf('host')).toBe(at + 1);
    await expectFocus(page, /^columnheader Host/);
    await press(page, 'Control+ArrowLeft');
    await expect.poll(async () => (await columns(page)).indexOf('host')).toBe(at);
    await expectFocus(page, /^columnheader Host/);
    await press(page, 'Delete');
    await expect.poll(() => columns(page)).not.toContain('host');
    await expectFocus(page, /^columnheader/);
  });

  it('has a menu for each column, which leads to all of them', async () => {
    const page = await bench.open();
    await toList(page);
    await reach(page, /^columnheader/);
    await reach(page, /^columnheader Path/, 'ArrowRight');
    await press(page, 'Shift+F10');
    await reach(page, /^menuitem Fit the content/, 'ArrowDown');
    await press(page, 'Enter');
    await expectFocus(page, /^columnheader Path/);
    await press(page, 'ContextMenu');
    await reach(page, /^menuitem Choose columns/, 'ArrowDown');
    await press(page, 'Enter');
    await expectFocus(page, /^input Search columns/);
    await page.keyboard.type('x-cache');
    await reach(page, /^input x-cache/i);
    await press(page, 'Space');
    await expect.poll(() => columns(page)).toContain('response.x-cache');
    // Tab goes round in it, Escape leaves it.
    await reach(page, /^button Usual columns/);
    await press(page, 'Tab');
    await expectFocus(page, /^input Search columns/);
    await press(page, 'Escape');
    await expectFocus(page, /^button Choose columns/);
    await press(page, 'Enter');
    await reach(page, /^button Usual columns/);
    await press(page, 'Enter', 'Escape');
    await expect.poll(() => columns(page)).not.toContain('response.x-cache');
  });

  it('offers the columns in a list that is one stop of Tab', async () => {
    const page = await bench.open();
    await toList(page);
    await reach(page, /^button Choose columns/);
    await press(page, 'Enter', 'Tab');
    await expectFocus(page, /^input Number/);
    await press(page, 'ArrowUp');
    await expectFocus(page, /^input Number/);
    await press(page, 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    await expectFocus(page, /^input Host/);
    await press(page, 'Space');
    await expect.poll(() => columns(page)).not.toContain('host');
    await expectFocus(page, /^input Host/);
    // Tab leaves the list and comes back to where it was.
    await press(page, 'Tab');
    await expectFocus(page, /^button Usual columns/);
    await press(page, 'Shift+Tab');
    await expectFocus(page, /^input Host/);
    // The fields of this session come when they are known, and stand at the end.
    await page.getByRole('checkbox', { name: /^content-type ?response header/ }).waitFor();
    await press(page, 'Space', 'End');
    await expect.poll(() => columns(page)).toContain('host');
    await expectFocus(page, /^input .*header$/);
    const last = await focused(page);
    // A header field stays where it is when it becomes a column.
    await press(page, 'Space', 'ArrowDown');
    await expect.poll(async () => (await columns(page)).length).toBeGreaterThan(9);
    expect(await focused(page)).toBe(last);
    await press(page, 'Space', 'Home');
    await expectFocus(page, /^input Number/);
    // What is searched for takes the place of the stop that is gone.
    await press(page, 'Shift+Tab');
    await page.keyboard.type('mark');
    await press(page, 'Tab');
    await expectFocus(page, /^input Mark/);
    await press(page, 'Escape');
    await expectFocus(page, /^button Choose columns/);
  });

  it('chooses the scale of the waterfall and zooms the axis of all rows', async () => {
    const page = await bench.open();
    await toList(page);
    await reach(page, /^select Time across/);
    await press(page, 'End');
    const ruler = page.getByRole('group', { name: /^Time axis of all rows/ });
    await ruler.waitFor();
    await toList(page);
    const whole = (await ruler.getAttribute('aria-label')) ?? '';
    await press(page, '+');
    await expect.poll(() => ruler.getAttribute('aria-label')).not.toBe(whole);
    const zoomed = (await ruler.getAttribute('aria-label')) ?? '';
    await press(page, '.');
    await expect.poll(() => ruler.getAttribute('aria-label')).not.toBe(zoomed);
    await press(page, ',');
    await expect.poll(() => ruler.getAttribute('aria-label')).toBe(zoomed);
    await press(page, '-');
    await expect.poll(() => ruler.getAttribute('aria-label')).not.toBe(zoomed);
    await press(page, '=');
    await expect.poll(() => ruler.getAttribute('aria-label')).toBe(whole);
    await press(page, '+');
    await reach(page, /^button Fit the rows/);
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Fit the rows in sight' }).waitFor({ state: 'detached' });
    expect(await focused(page)).not.toBe('body');
  });
});
