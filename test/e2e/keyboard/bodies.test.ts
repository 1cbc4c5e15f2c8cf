import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clipboard, expectFocus, focused, keyboardBench, openTab, press, reach } from './support.ts';

const bench = keyboardBench();

describe('bodies without a mouse', () => {
  it('walk, fold, search and copy a tree', async () => {
    const page = await bench.open();
    await openTab(page, 'Body', 'type:json size:>1000 is:done');
    const tree = page.getByRole('tree', { name: 'Tree of the body' });
    await tree.waitFor();
    await reach(page, /^input Find in names/);
    await page.keyboard.type('indoor');
    await page.getByText(/ found$/).waitFor();
    await press(page, 'Escape');
    await reach(page, /^button None/);
    await press(page, 'Enter');
    await expect.poll(() => tree.getByRole('treeitem').count()).toBe(1);
    await reach(page, /^tree Tree of the body/);
    await press(page, 'ArrowRight', 'ArrowDown');
    await tree.getByRole('treeitem', { selected: true }).getByText('total').waitFor();
    await press(page, 'Control+c');
    await expect.poll(() => clipboard(page)).toBe('12345678901234');
    await press(page, 'Shift+F10');
    await reach(page, /^menuitem Copy JSONPath/, 'ArrowDown');
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toBe('$.total');
    await expectFocus(page, /^tree Tree of the body/);
    await press(page, 'n');
    await tree.getByRole('treeitem', { selected: true }).getByText('nextPage').waitFor();
    await press(page, 'Alt+ArrowDown');
    await expect.poll(() => page.locator('.detail-title').innerText()).not.toBe('');
    await expect.poll(() => focused(page)).not.toBe('body');
  });

  it('select, copy and go to bytes', async () => {
    const page = await bench.open();
    await openTab(page, 'Body', 'type:json size:>1000 is:done');
    await reach(page, /^button Hex/);
    await press(page, 'Space');
    await page.getByRole('region', { name: 'Bytes' }).waitFor();
    await reach(page, /^region Bytes/);
    await press(page, 'ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown');
    await page.getByText('18 selected at 0x1').waitFor();
    await press(page, 'Shift+F10');
    await reach(page, /^menuitem Copy as UTF-8/, 'ArrowDown');
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toBe('"total":1234567890');
    await expectFocus(page, /^region Bytes/);
    await press(page, 'Escape');
    await page.getByText(/ selected at /).waitFor({ state: 'detached' });
    await expectFocus(page, /^region Bytes/);
    await press(page, 'PageDown');
    await press(page, 'Control+f');
    await expectFocus(page, /^input Find in all of the body/);
    await page.keyboard.type('nextPage');
    await press(page, 'Enter');
    await page.getByText('8 selected at 0x').waitFor();
    await reach(page, /^input Go to offset/);
    await page.keyboard.type('0x10');
    await press(page, 'Enter');
    await page.getByText('1 selected at 0x10').waitFor();
  });

  it('read, search and fold text, and take it along', async () => {
    const page = await bench.open();
    await openTab(page, 'Body', 'type:json size:>1000 is:done');
    await reach(page, /^button Text/);
    await press(page, 'Space');
    await page.getByText('Find', { exact: true }).waitFor();
    await reach(page, /^button Wrap/);
    await press(page, 'Space');
    await reach(page, /^button Find$/);
    await press(page, 'Enter');
    const field = page.getByRole('textbox', { name: 'Find in the body' });
    await field.waitFor();
    await page.keyboard.type('nextPage');
    await expect.poll(() => field.inputValue()).toBe('nextPage');
    await press(page, 'Enter', 'Escape');
    await field.waitFor({ state: 'detached' });
    await expectFocus(page, /^div/);
    await reach(page, /^button Copy body/, 'Shift+Tab');
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/^\{"total"/);
    await reach(page, /^button Save body/);
  });

  it('show pictures and pages that scroll', async () => {
    const page = await bench.open();
    await openTab(page, 'Body', 'type:svg is:done');
    await reach(page, /^button 100 %/);
    await press(page, 'Space');
    await reach(page, /^region Picture/);
    await reach(page, /^button Text/, 'Shift+Tab');
    await press(page, 'Space');
    await expectFocus(page, /^button Text/);
  });

  it('choose a part of a form, unfold its head, and walk what is in it', async () => {
    const page = await bench.open();
    await openTab(page, 'Body', 'method:PUT is:done');
    await reach(page, /^button Request/);
    await press(page, 'Space');
    const chosen = page.getByRole('list', { name: 'Parts' }).getByRole('button', { pressed: true });
    await expect.poll(() => chosen.innerText()).toMatch(/^theme/);
    await reach(page, /^button preferences/);
    await press(page, 'Enter');
    await expect.poll(() => chosen.innerText()).toMatch(/^preferences/);
    await expectFocus(page, /^button preferences/);
    await reach(page, /^summary 2 headers/);
    await press(page, 'Enter');
    await page.getByRole('rowheader', { name: 'Content-Type' }).waitFor();
    const tree = page.getByRole('tree', { name: 'Tree of the body' });
    await tree.getByRole('treeitem').getByText('currency').waitFor();
    await reach(page, /^tree Tree of the body/);
    await press(page, 'Home', 'ArrowDown');
    await tree.getByRole('treeitem', { selected: true }).getByText('currency').waitFor();
    await press(page, 'Control+c');
    await expect.poll(() => clipboard(page)).toBe('EUR');
    await reach(page, /^button photo/, 'Shift+Tab');
    await press(page, 'Space');
    await page.locator('.parts-body .image-view').waitFor();
    await expectFocus(page, /^button photo/);
  });

  it('preview a page, and go into it and out again', async () => {
    const page = await bench.open();
    await openTab(page, 'Body', 'type:html is:done');
    await reach(page, /^button Preview/);
    await press(page, 'Space');
    const frame = page.frameLocator('iframe');
    await frame.getByText('Lamps').first().waitFor();
    await reach(page, /^iframe Page without scripts/);
    await press(page, 'End');
    await expect.poll(() => frame.locator('html').evaluate((root) => root.scrollTop)).toBeGreaterThan(0);
    await reach(page, /^button Preview/, 'Shift+Tab');
    await reach(page, /^button Text/, 'Shift+Tab');
  });

  it('show both bodies, and the bytes as they were on the wire', async () => {
    const page = await bench.open();
    await openTab(page, 'Body', 'method:PUT is:done');
    await reach(page, /^button Both/);
    await press(page, 'Space');
    await page.getByRole('region', { name: 'Request body' }).waitFor();
    await page.getByRole('region', { name: 'Response body' }).waitFor();
    await reach(page, /^button Raw/);
    await press(page, 'Space');
    await expectFocus(page, /^button Raw/);
    await page.getByRole('region', { name: 'Bytes' }).first().waitFor();
  });

  it('are saved to a file', async () => {
    const page = await bench.open();
    // A chooser of the system would stand in the way of a test.
    await page.evaluate(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
    await openTab(page, 'Body', 'type:svg is:done');
    const saved = page.waitForEvent('download');
    await reach(page, /^button Save body/);
    await press(page, 'Enter');
    expect(readFileSync(await (await saved).path(), 'utf8')).toMatch(/^<svg /);
    await expectFocus(page, /^button Save body/);
  });
});
