import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { clipboard, expectFocus, focused, keyboardBench, openTab, press, reach } from './support.ts';

const bench = keyboardBench();

const list = /^grid Exchanges/;
const shownTab = (page: Page) => page.getByRole('tab', { selected: true });

describe('the details without a mouse', () => {
  it('go through their tabs, to other exchanges, and close', async () => {
    const page = await bench.open();
    await openTab(page, 'Overview');
    await press(page, ']');
    await expect.poll(() => shownTab(page).innerText()).toBe('Headers');
    await press(page, '[');
    await expect.poll(() => shownTab(page).innerText()).toBe('Overview');
    await press(page, 'End');
    await expectFocus(page, /^tab Connection/);
    await press(page, 'Home');
    await expectFocus(page, /^tab Overview/);
    const title = () => page.locator('.detail-title .mono').innerText();
    await expect.poll(title).toBe('#1');
    await press(page, 'j');
    await expect.poll(title).toBe('#2');
    await press(page, 'Alt+ArrowDown');
    await expect.poll(title).toBe('#3');
    await press(page, 'k');
    await expect.poll(title).toBe('#2');
    await press(page, 'Alt+ArrowUp');
    await expect.poll(title).toBe('#1');
    await reach(page, /^tabpanel/);
    await press(page, 'Escape');
    await page.getByRole('tab').first().waitFor({ state: 'detached' });
    await expectFocus(page, list);
    await press(page, 'Enter');
    await page.getByRole('tab').first().waitFor();
    await reach(page, /^tab /, 'F6');
    await reach(page, /^button Close details/);
    await press(page, 'Enter');
    await expectFocus(page, list);
  });

  it('stand at the bottom or right, are sized, and stand in a window of their own', async () => {
    const page = await bench.open();
    await openTab(page, 'Overview');
    await press(page, 'b');
    await expectFocus(page, /^tab Overview/);
    const size = () =>
      page.getByRole('separator', { name: 'Size of the details' }).getAttribute('aria-valuenow');
    await reach(page, /^separator Size of the details/, 'Shift+Tab');
    const before = Number(await size());
    await press(page, 'ArrowLeft');
    await expect.poll(async () => Number(await size())).toBe(before + 16);
    await press(page, 'Home');
    await expect.poll(async () => Number(await size())).toBe(280);
    await reach(page, /^button Move details to the bottom/);
    await press(page, 'Enter');
    await expectFocus(page, /^button Move details to the right/);
    const opened = page.context().waitForEvent('page');
    await press(page, 'w');
    const alone = await opened;
    await alone.getByRole('tab', { name: 'Overview' }).waitFor();
    await reach(alone, /^tab Overview/);
    await press(alone, 'ArrowRight');
    await expectFocus(alone, /^tab Headers/);
    await press(alone, ']');
    await expect.poll(() => shownTab(alone).innerText()).not.toBe('Headers');
  });

  it('copy the request as something to run', async () => {
    const page = await bench.open();
    await openTab(page, 'Overview');
    await reach(page, /^button Copy as/);
    await press(page, 'Enter');
    await reach(page, /^menuitem curl/, 'ArrowDown');
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/^curl /);
    await expectFocus(page, /^button Copy as/);
  });

  it('find header lines, and copy, decode and filter by one', async () => {
    const page = await bench.open();
    await openTab(page, 'Headers');
    await reach(page, /^input Find in headers/);
    await page.keyboard.type('auth');
    await expect.poll(() => page.locator('.header-lines tr').count()).toBe(1);
    await press(page, 'Escape');
    await expectFocus(page, /^input Find in headers/);
    await reach(page, /^tr Host/);
    await press(page, 'ArrowDown', 'Control+c');
    await expect.poll(() => clipboard(page)).toMatch(/^ShopApp/);
    await press(page, 'Enter');
    await reach(page, /^menuitem Encode or decode/, 'ArrowDown');
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'Encode and decode' }).waitFor();
    await press(page, 'Escape');
    await expectFocus(page, /^tr User-Agent/);
    await press(page, 'Shift+F10');
    await reach(page, /^menuitem Filter by this value/, 'ArrowDown');
    await press(page, 'Enter');
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Filter' }).inputValue())
      .toMatch(/^request\.header|header/);
    await expectFocus(page, /^tr User-Agent/);
    await reach(page, /^button Raw/, 'Shift+Tab');
    await press(page, 'Space');
    await page.locator('.raw-head').first().waitFor();
  });

  it('zoom the chart of both legs, tell what a phase means, copy the table', async () => {
    const page = await bench.open();
    await openTab(page, 'Timing');
    await reach(page, /^figure Phases/);
    await press(page, '+', 'ArrowRight');
    const whole = page.getByRole('button', { name: 'Whole time' });
    await whole.waitFor();
    await reach(page, /^button Whole time/);
    await press(page, 'Enter');
    await whole.waitFor({ state: 'detached' });
    expect(await focused(page)).not.toBe('body');
    await reach(page, /^button Copy phases as a table/);
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/\t/);
    await press(page, 'Tab');
    await page.getByRole('tooltip').waitFor();
    await press(page, 'Escape');
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    expect(await focused(page)).not.toBe('body');
  });

  it('unfold the certificates and let a host pass', async () => {
    const page = await bench.open();
    await openTab(page, 'Connection', 'scheme:https is:done');
    await reach(page, /^summary /);
    await press(page, 'Enter');
    await page.locator('details[open]').first().waitFor();
    await reach(page, /^button Copy fingerprint of certificate 1/);
    await reach(page, /^button Pass this host through/);
    await press(page, 'Enter');
    await expectFocus(page, /^button Read this host again/);
    await press(page, 'Enter');
    await expectFocus(page, /^button Pass this host through/);
  });

  it('accept a certificate that nobody trusts, and take that back', async () => {
    const page = await bench.open();
    await openTab(page, 'Connection', 'error:certificate');
    const takeBack = page.getByRole('button', { name: 'No longer accept its untrusted certificate' });
    await reach(page, /^button No longer accept/);
    await press(page, 'Enter');
    await takeBack.waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).not.toBe('body');
    await reach(page, /^tab Connection/, 'Shift+Tab');
    await press(page, 'Home');
    await reach(page, /^button Accept this host/);
    await press(page, 'Enter');
    await press(page, '[');
    await takeBack.waitFor();
    await expect.poll(() => focused(page)).not.toBe('body');
  });

  it('compare an exchange with others like it, and show those', async () => {
    const page = await bench.open();
    await openTab(page, 'Timing', 'path:/v2/collect is:done');
    await reach(page, /^button Show them/);
    await press(page, 'Enter');
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Filter' }).inputValue())
      .toContain('/v2/collect');
    await expect.poll(() => focused(page)).not.toBe('body');
  });
});
