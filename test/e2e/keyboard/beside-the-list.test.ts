import { describe, expect, it } from 'vitest';
import { expectFocus, focused, keyboardBench, press, reach, toList } from './support.ts';

const bench = keyboardBench();

const list = /^grid Exchanges/;
const tree = /^tree Hosts/;

describe('the tree without a mouse', () => {
  it('opens, is walked, narrows the list and closes, and the focus goes on from there', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 't');
    await page.getByRole('treeitem').first().waitFor();
    await reach(page, tree, 'Shift+Tab');
    const all = page.getByRole('tree');
    await press(page, 'Home', 'ArrowRight');
    await page.getByRole('treeitem', { level: 2 }).first().waitFor();
    await press(page, 'ArrowDown');
    await expect.poll(() => all.getAttribute('aria-activedescendant')).toBe('branch-line-1');
    await press(page, 'ArrowLeft', 'Enter');
    const only = page.getByRole('button', { name: 'Show all', exact: true });
    await only.waitFor();
    await reach(page, /^button Show all/, 'Shift+Tab');
    await press(page, 'Enter');
    await only.waitFor({ state: 'detached' });
    expect(await focused(page)).not.toBe('body');
    await reach(page, /^button Close the tree/, 'Shift+Tab');
    await press(page, 'Enter');
    await page.getByRole('tree').waitFor({ state: 'detached' });
    await expectFocus(page, list);
  });

  it('hides a branch and shows it again, by its key and from the list of what is hidden', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 't');
    await page.getByRole('treeitem').first().waitFor();
    await reach(page, tree, 'Shift+Tab');
    const hidden = page.getByRole('region', { name: 'Hidden branches' });
    await press(page, 'Home', 'h');
    await hidden.waitFor();
    await press(page, 'h');
    await hidden.waitFor({ state: 'detached' });
    await press(page, 'h');
    await hidden.waitFor();
    await reach(page, /^button Show again/);
    await press(page, 'Enter');
    await hidden.waitFor({ state: 'detached' });
    await expectFocus(page, tree);
    await press(page, 't');
    await page.getByRole('tree').waitFor({ state: 'detached' });
    await expectFocus(page, list);
  });

  it('is searched and goes over to applications, and its width is changed', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 't');
    await page.getByRole('treeitem').first().waitFor();
    await reach(page, /^input Search the tree/, 'Shift+Tab');
    await page.keyboard.type('nowhere');
    await page.getByText('No open branch contains this text.').waitFor();
    await press(page, 'Escape');
    await page.getByRole('treeitem').first().waitFor();
    await press(page, 'ArrowDown');
    await expectFocus(page, tree);
    await reach(page, /^button Apps/, 'Shift+Tab');
    await press(page, 'Space');
    await page.getByRole('tree', { name: 'Applications' }).waitFor();
    await reach(page, /^separator Width of the tree/);
    const width = () =>
      page.getByRole('separator', { name: 'Width of the tree' }).getAttribute('aria-valuenow');
    const before = Number(await width());
    await press(page, 'ArrowRight');
    await expect.poll(async () => Number(await width())).toBe(before + 16);
    await press(page, 'Home');
    await expect.poll(async () => Number(await width())).toBe(140);
  });
});

describe('requests over time without a mouse', () => {
  it('moves from bar to bar, takes a stretch, zooms, and lifts both', async () => {
    const page = await bench.open();
    await toList(page);
    await reach(page, /^slider Requests over time/, 'F6');
    const strip = page.getByRole('slider', { name: 'Requests over time' });
    await strip.locator('canvas:not(.empty)').waitFor();
    await press(page, 'Home', 'ArrowRight', 'ArrowRight');
    await expect.poll(() => strip.getAttribute('aria-valuenow')).toBe('2');
    await press(page, 'Shift+ArrowRight', 'Shift+ArrowRight');
    const lift = page.getByRole('button', { name: 'Lift the limit to this time' });
    await lift.waitFor();
    await page.getByText(/ of 400 exchanges/).waitFor();
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Whole time' }).waitFor();
    const before = await strip.getAttribute('aria-valuetext');
    await press(page, 'Home', 'ArrowLeft');
    await expect.poll(() => strip.getAttribute('aria-valuetext')).not.toBe(before);
    await reach(page, /^button Lift the limit/);
    await press(page, 'Enter');
    await lift.waitFor({ state: 'detached' });
    await page.getByText('400 exchanges', { exact: true }).waitFor();
    await reach(page, /^button Whole time/);
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Whole time' }).waitFor({ state: 'detached' });
    await expectFocus(page, /^slider/);
    await press(page, 'o');
    await strip.waitFor({ state: 'detached' });
    await expectFocus(page, list);
    await press(page, 'o');
    await strip.waitFor();
  });
});

describe('the statistics without a mouse', () => {
  it('choose a measure, and a bar and a host filter', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Control+4');
    await page.getByRole('group', { name: 'Histogram' }).waitFor();
    await reach(page, /^select Distribution of/);
    await press(page, 'ArrowDown');
    await reach(page, /^button .*Filter by it$/);
    const first = await focused(page);
    await press(page, 'ArrowRight');
    expect(await focused(page)).not.toBe(first);
    await press(page, 'Enter');
    const field = page.getByRole('combobox', { name: 'Filter' });
    await expect.poll(() => field.inputValue()).not.toBe('');
    expect(await focused(page)).not.toBe('body');
    await reach(page, /^combobox Filter/);
    await press(page, 'Escape');
    await expect.poll(() => field.inputValue()).toBe('');
    await reach(page, /^select Grouped by/);
    await press(page, 'ArrowDown');
    await page.getByText('None of these exchanges has a statement.').waitFor();
    await press(page, 'ArrowUp');
    await page.getByRole('region', { name: 'Groups' }).getByRole('table').waitFor();
    await reach(page, /^button Problems$/);
    await press(page, 'Enter');
    await expectFocus(page, /^button Problems ?↓$/);
    await reach(page, /^button [a-z0-9.-]+\.(test|example)/);
    await press(page, 'Enter');
    await expect.poll(() => field.inputValue()).toMatch(/^host:=/);
    await press(page, 'Control+1');
    await expectFocus(page, list);
  });
});
