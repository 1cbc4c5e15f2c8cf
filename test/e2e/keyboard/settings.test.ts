import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { clipboard, expectFocus, focused, keyboardBench, press, reach, toList } from './support.ts';

const bench = keyboardBench('--exchanges', '10');

async function openSection(title: string, address?: string): Promise<Page> {
  const page = await bench.open(address);
  await toList(page);
  await press(page, 'Control+6');
  await page.getByRole('textbox', { name: 'Search the settings' }).waitFor();
  await reach(page, new RegExp(`^button ${title}$`));
  await press(page, 'Enter');
  await page.getByRole('heading', { level: 2, name: title }).waitFor();
  await expectFocus(page, new RegExp(`^button ${title}$`));
  return page;
}

describe('the settings without a mouse', () => {
  it('are searched, and Escape clears the search before it leaves', async () => {
    const page = await openSection('Proxy');
    await press(page, 'Control+f');
    await expectFocus(page, /^input Search the settings/);
    await page.keyboard.type('theme');
    await page.getByText('1 setting', { exact: true }).waitFor();
    await press(page, 'Escape');
    await expectFocus(page, /^input Search the settings/);
    await page.keyboard.type('nothingsuch');
    await page.getByText('No setting matches').waitFor();
    await reach(page, /^button Show all settings/);
    await press(page, 'Enter');
    await page.getByText('No setting matches').waitFor({ state: 'detached' });
    expect(await focused(page)).not.toBe('body');
    await press(page, 'Escape');
    await expectFocus(page, /^grid Exchanges/);
  });

  it('take the address of the proxy, and what was there comes back with Escape', async () => {
    const page = await openSection('Proxy');
    await reach(page, /^input .*(address|listen)/i);
    await press(page, 'Control+a');
    await page.keyboard.type('127.0.0.1:9999');
    await press(page, 'Escape');
    const field = page.locator('input[aria-labelledby="listen-label"]');
    await expect.poll(() => field.inputValue()).toMatch(/:8888$/);
    await press(page, 'Control+a');
    await page.keyboard.type('127.0.0.1:9999');
    await press(page, 'Enter');
    await reach(page, /^button Reset Proxy address to /);
    await press(page, 'Enter');
    await expect.poll(() => field.inputValue()).toMatch(/:8888$/);
    expect(await focused(page)).not.toBe('body');
  });

  it('add a host, take it away and bring it back', async () => {
    const page = await openSection('Hosts');
    await reach(page, /^input Host to add to the pass-through/);
    await page.keyboard.type('bad host');
    await press(page, 'Enter');
    await page.getByText('A host is a name such as').waitFor();
    await expectFocus(page, /^input Host to add/);
    await press(page, 'Control+a');
    await page.keyboard.type('*.shop.test');
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Remove *.shop.test' }).waitFor();
    await reach(page, /^button Remove \*\.shop\.test/, 'Shift+Tab');
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Remove *.shop.test' }).waitFor({ state: 'detached' });
    await expectFocus(page, /^button Remove/);
    await reach(page, /^button Undo/);
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Remove *.shop.test' }).waitFor();
    expect(await focused(page)).not.toBe('body');
  });

  it('choose how things look, and take a limit', async () => {
    const page = await openSection('Appearance');
    await reach(page, /^button Dark/);
    await press(page, 'Space');
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await reach(page, /^button System/, 'Shift+Tab');
    await press(page, 'Space');
    await reach(page, /^button Compact/);
    await press(page, 'Space');
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['density'])).toBe('compact');
    await reach(page, /^button Regular/, 'Shift+Tab');
    await press(page, 'Space');
    await reach(page, /^button Limits$/, 'Shift+Tab');
    await press(page, 'Enter');
    await reach(page, /^input (?!Search)/);
    await press(page, 'Control+a');
    await page.keyboard.type('much');
    await press(page, 'Enter');
    await page.getByText('Write a size such as').waitFor();
    await press(page, 'Escape');
    await page.getByText('Write a size such as').waitFor({ state: 'hidden' });
  });

  it('give a command another key, ask before taking it from a third, and take it back', async () => {
    const page = await openSection('Keys');
    await press(page, 'Control+f');
    await page.keyboard.type('follow the newest');
    await reach(page, /^button Change the key of: Follow the newest/);
    await press(page, 'Enter', 'r');
    await expectFocus(page, /^button Use it here/);
    await reach(page, /^button Leave it/);
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Leave it' }).waitFor({ state: 'detached' });
    await expectFocus(page, /^button Change the key of: Follow the newest/);
    await press(page, 'Enter', 'Escape');
    await expectFocus(page, /^button Change the key of: Follow the newest/);
    await press(page, 'Enter', 'Control+Shift+Y');
    const own = page.getByRole('main').getByText('Ctrl Shift Y');
    await own.waitFor();
    await reach(page, /^button Reset the key of: Follow the newest/);
    await press(page, 'Enter');
    await own.waitFor({ state: 'detached' });
    await expectFocus(page, /^button Change the key of/);
  });

  it('export, import, rotate and restore the CA in dialogs that give the focus back', async () => {
    const page = await openSection('Certificate authority');
    const dialog = page.getByRole('dialog');
    await reach(page, /^button Copy fingerprint/);
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/^[0-9A-F:]+$/);
    const saved = page.waitForEvent('download');
    await reach(page, /^button Certificate, PEM/);
    await press(page, 'Enter');
    await saved;
    for (const [opener, action] of [
      [/^button With the key, PKCS#12/, /^button Cancel/],
      [/^button Import …/, /^button Cancel/],
      [/^button Reset …/, /^button Cancel/],
      [/^button Rotate …/, /^button Rotate$/],
    ] as const) {
      await reach(page, opener, String(opener).includes('Rotate') ? 'Shift+Tab' : 'Tab');
      await press(page, 'Enter');
      await dialog.waitFor();
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
      await reach(page, action);
      await press(page, 'Enter');
      await dialog.waitFor({ state: 'detached' });
      await expectFocus(page, opener);
    }
    await reach(page, /^button Use again: /);
    await press(page, 'Enter');
    await dialog.waitFor();
    await press(page, 'Escape');
    await dialog.waitFor({ state: 'detached' });
    await expectFocus(page, /^button Use again: /);
  });

  it('lead to sessions and paths to copy', async () => {
    const page = await openSection('Session');
    await reach(page, /^button Copy path/);
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/\.plumb$/);
    await reach(page, /^button New session/);
    await reach(page, /^input Path of a session/);
    await reach(page, /^button login-on-android/);
    await reach(page, /^button File and version/, 'Shift+Tab');
    await press(page, 'Enter');
    await reach(page, /^button Copy path of the settings file/);
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/settings\.json$/);
  });
  it('forget the sessions opened last', async () => {
    const { address } = await bench.start('--exchanges', '5');
    const page = await openSection('Session', address);
    await reach(page, /^button Forget them/);
    await press(page, 'Enter');
    await page.getByText('None yet. Sessions you leave are listed here.').waitFor();
    await expect.poll(() => focused(page)).not.toBe('body');
  });
});
