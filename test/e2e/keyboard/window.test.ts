import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { clipboard, expectFocus, focused, keyboardBench, press, reach, toList } from './support.ts';

const bench = keyboardBench();

const list = /^grid Exchanges/;

/** Opens the File menu and chooses. */
async function chooseFile(page: Page, item: RegExp): Promise<void> {
  await reach(page, /^button (File|Exchanges)/, 'F6');
  await reach(page, /^button File/);
  await press(page, 'Enter');
  await reach(page, item, 'ArrowDown');
  await press(page, 'Enter');
}

describe('the window without a mouse', () => {
  it('goes from part to part and back with F6, from fields too', async () => {
    const page = await bench.open();
    await toList(page);
    const order: string[] = [];
    for (let count = 0; count < 5; count++) {
      order.push(await focused(page));
      await press(page, 'F6');
    }
    expect(new Set(order).size).toBe(5);
    await expectFocus(page, list);
    await press(page, 'Shift+F6');
    expect(await focused(page)).toBe(order.at(-1));
    await press(page, '/');
    await press(page, 'F6');
    expect(await focused(page)).not.toMatch(/^combobox/);
  });

  it('goes through the places of the rail, each with the focus where it was', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Control+4');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('main')?.ariaLabel))
      .toBe('Statistics');
    await press(page, 'Control+6');
    await page.getByRole('textbox', { name: 'Search the settings' }).waitFor();
    await press(page, 'Control+1');
    await expectFocus(page, list);
    await reach(page, /^button Exchanges/, 'F6');
    await reach(page, /^button Statistics/);
    await press(page, 'Enter');
    await page.getByRole('main', { name: 'Statistics' }).waitFor();
    await press(page, 'Escape');
    await page.getByRole('main', { name: 'Exchanges' }).waitFor();
    expect(await focused(page)).not.toBe('body');
  });

  it('starts and stops recording by a key and by its button', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'r');
    await page.getByText('Stopped', { exact: true }).waitFor();
    await press(page, 'r');
    await page.getByText('Recording', { exact: true }).first().waitFor();
    await expectFocus(page, list);
    await reach(page, /^button (File|Exchanges)/, 'F6');
    await reach(page, /^button Stop/);
    await press(page, 'Enter');
    await page.getByText('Stopped', { exact: true }).waitFor();
    await expectFocus(page, /^button Start/);
    await press(page, 'Enter');
    await reach(page, /^button Copy proxy address/);
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toBe('127.0.0.1:8888');
  });

  it('opens and closes the keys and the encode box, and the focus is where it was', async () => {
    const page = await bench.open();
    await toList(page);
    for (const [key, name] of [
      ['?', 'Keys'],
      ['Control+e', 'Encode and decode'],
    ] as const) {
      await press(page, key);
      await page.getByRole('dialog', { name }).waitFor();
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null), name).toBe(true);
      await press(page, 'Escape');
      await page.getByRole('dialog', { name }).waitFor({ state: 'hidden' });
      await expectFocus(page, list);
    }
  });

  it('encodes and decodes: takes steps, takes them out, swaps and clears', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Control+e');
    await expectFocus(page, /^textarea Input/);
    await page.keyboard.type('lamp');
    await reach(page, /^button SHA-256/);
    await press(page, 'Enter');
    const output = page.getByRole('textbox', { name: 'Output' });
    await expect.poll(() => output.inputValue()).not.toBe('lamp');
    await reach(page, /^button 1\. /);
    await press(page, 'Enter');
    await expect.poll(() => output.inputValue()).toBe('lamp');
    expect(await focused(page)).not.toBe('body');
    await reach(page, /^button Swap/, 'Shift+Tab');
    await press(page, 'Enter');
    await reach(page, /^button Base64/, 'Shift+Tab');
    await press(page, 'Enter');
    await reach(page, /^button Clear steps/);
    await press(page, 'Enter');
    await page.getByText('No steps yet').waitFor();
    expect(await focused(page)).not.toBe('body');
    await reach(page, /^button Copy output/);
    await press(page, 'Escape');
    await expectFocus(page, list);
  });

  it('dismisses a notice and goes back to the list', async () => {
    const { address } = await bench.start('--exchanges', '5', '--notice', 'Something happened.');
    const page = await bench.open(address);
    await page.getByText('Something happened.').waitFor();
    await toList(page);
    await reach(page, /^button Dismiss/, 'F6');
    await press(page, 'Enter');
    await page.getByText('Something happened.').waitFor({ state: 'detached' });
    await expectFocus(page, list);
  });

  it('leads from an empty window to recording, to a first request and to a file', async () => {
    const { address } = await bench.start('--exchanges', '0', '--stopped');
    const page = await bench.open(address);
    await reach(page, /^button Start recording/);
    await press(page, 'Enter');
    await page.getByText('Waiting for the first request').waitFor();
    await expect.poll(() => focused(page)).not.toBe('body');
    await reach(page, /^button Copy command/);
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/^curl /);
    await reach(page, /^button open a file/);
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'Open or import' }).waitFor();
    await press(page, 'Escape');
    await expectFocus(page, /^button open a file/);
  });

  it('keeps the focus while the engine is away', async () => {
    const { address, program } = await bench.start('--exchanges', '5');
    const page = await bench.open(address);
    await toList(page);
    await reach(page, /^button (File|Exchanges)/, 'F6');
    await reach(page, /^button Stop/);
    program.dispose();
    await page.getByText('The engine stopped and is restarting').waitFor();
    await expectFocus(page, /^button (File|Copy proxy address)/);
    await toList(page);
    await press(page, 'Home');
    await expectFocus(page, list);
  });
});

describe('files and sessions without a mouse', () => {
  it('imports by the path, says what is wrong, and stops one that runs', async () => {
    const page = await bench.open();
    await toList(page);
    await chooseFile(page, /^menuitem Open or import/);
    const dialog = page.getByRole('dialog', { name: 'Open or import' });
    await dialog.waitFor();
    await reach(page, /^button Choose a file/);
    await reach(page, /^input Path of the file/);
    await page.keyboard.type('/there/is/missing.har');
    await press(page, 'Enter');
    await dialog.getByRole('alert').waitFor();
    await press(page, 'Control+a');
    await page.keyboard.type('/tmp/large.har');
    await press(page, 'Enter');
    await dialog.waitFor({ state: 'detached' });
    await expectFocus(page, /^button File/);
    await page.getByRole('group', { name: 'Importing large.har' }).waitFor();
    await reach(page, /^button Cancel/, 'F6');
    await press(page, 'Enter');
    await page.getByRole('group', { name: 'Importing large.har' }).waitFor({ state: 'detached' });
    expect(await focused(page)).not.toBe('body');
  });

  it('chooses a file in the dialog of the system, gives its password, and unfolds what was left out', async () => {
    const page = await bench.open();
    await toList(page);
    const asked = page.waitForEvent('filechooser');
    await press(page, 'Control+i');
    await reach(page, /^button Choose a file/);
    await press(page, 'Enter');
    const buffer = Buffer.from('PK');
    await (await asked).setFiles({ name: 'locked partly.saz', mimeType: 'application/zip', buffer });
    const dialog = page.getByRole('dialog', { name: 'Password of locked partly.saz' });
    await dialog.waitFor();
    await expectFocus(page, /^input Password/);
    await page.keyboard.type('guess');
    await press(page, 'Enter');
    await dialog.getByText('does not fit').waitFor();
    await expectFocus(page, /^input Password/);
    await press(page, 'Control+a');
    await page.keyboard.type('secret');
    await press(page, 'Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('400 exchanges imported from “locked partly.saz”').waitFor();
    await expect.poll(() => focused(page)).not.toBe('body');
    await reach(page, /^button Details/, 'F6');
    await press(page, 'Enter');
    await page.getByText('Entry 10: The entry is not valid JSON.').waitFor();
    await expectFocus(page, /^button Details/);
    await reach(page, /^button Dismiss/);
    await press(page, 'Enter');
    await page.getByText('400 exchanges imported').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).not.toBe('body');
    await page.getByRole('tab', { name: /locked partly/, selected: true }).waitFor();
    await press(page, 'Control+w');
    await page.getByRole('tablist', { name: 'Open sessions' }).waitFor({ state: 'detached' });
  });

  it('exports what is chosen and copies where it went', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Control+Shift+E');
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.waitFor();
    await reach(page, /^input Everything in this session/);
    await press(page, 'ArrowDown');
    await expectFocus(page, /^input What the list shows/);
    await reach(page, /^select Format/);
    await press(page, 'ArrowDown');
    await reach(page, /^input Write to/);
    await reach(page, /^input Leave credentials out/);
    await press(page, 'Space');
    await press(page, 'Escape');
    await dialog.waitFor({ state: 'detached' });
    await expectFocus(page, list);
    await press(page, 'Control+Shift+E');
    await reach(page, /^button Export/);
    await press(page, 'Enter');
    await page.getByText(/exchanges exported to/).waitFor();
    await expectFocus(page, list);
    await reach(page, /^button Copy path/, 'F6');
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/\.\w+$/);
    await reach(page, /^button Dismiss/);
    await press(page, 'Enter');
    await expectFocus(page, list);
  });

  it('cancels a dialog and is back where it was opened', async () => {
    const page = await bench.open();
    await toList(page);
    for (const [keys, name] of [
      ['Control+i', 'Open or import'],
      ['Control+Shift+E', 'Export'],
      ['Control+o', 'Sessions'],
    ] as const) {
      await press(page, keys);
      await page.getByRole('dialog', { name }).waitFor();
      await reach(page, /^button (Cancel|Close)/);
      await press(page, 'Enter');
      await page.getByRole('dialog', { name }).waitFor({ state: 'hidden' });
      await expectFocus(page, list);
    }
  });

  it('opens sessions, goes from one to the other, and closes them', async () => {
    const { address } = await bench.start('--exchanges', '20');
    const page = await bench.open(address);
    await toList(page);
    for (const name of ['login-on-android', '2026-11-18-0911']) {
      await press(page, 'Control+o');
      const dialog = page.getByRole('dialog', { name: 'Sessions' });
      await dialog.waitFor();
      await reach(page, new RegExp(`^button ${name}`));
      await press(page, 'Enter');
      await page.getByRole('tab', { name: new RegExp(name) }).waitFor();
      await dialog.waitFor({ state: 'hidden' });
    }
    const shown = page.getByRole('tablist', { name: 'Open sessions' }).getByRole('tab', { selected: true });
    await expect.poll(() => shown.innerText()).toMatch(/^2026-11-18-0911/);
    await press(page, 'Control+PageUp');
    await expect.poll(() => shown.innerText()).toMatch(/^login-on-android/);
    await reach(page, /^tab login-on-android/, 'F6');
    await press(page, 'ArrowLeft');
    await expectFocus(page, /^tab checkout-slow/);
    await press(page, 'ArrowRight');
    await expectFocus(page, /^tab login-on-android/);
    await press(page, 'Delete');
    await page.getByRole('tab', { name: /login-on-android/ }).waitFor({ state: 'detached' });
    await expectFocus(page, /^tab /);
    await reach(page, /^button Open a session/);
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'Sessions' }).waitFor();
    await press(page, 'Escape');
    await expectFocus(page, /^button Open a session/);
    await reach(page, /^tab /, 'Shift+Tab');
    await press(page, 'End');
    await reach(page, /^tab 2026-11-18-0911/, 'ArrowRight');
    await press(page, 'Delete');
    await page.getByRole('tablist', { name: 'Open sessions' }).waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).not.toBe('body');
  });

  it('opens a session by its path, saves a copy, and says what is wrong', async () => {
    const page = await bench.open();
    await toList(page);
    await reach(page, /^button loop delay/, 'F6');
    await reach(page, /^button checkout-slow/, 'Tab');
    await press(page, 'Enter');
    const dialog = page.getByRole('dialog', { name: 'Sessions' });
    await expectFocus(page, /^input Path of a session/);
    await page.keyboard.type('/tmp/notes.txt');
    await press(page, 'Enter');
    await dialog.getByRole('alert').waitFor();
    await expectFocus(page, /^input Path of a session/);
    await reach(page, /^button New session/);
    await reach(page, /^input Path of the copy/);
    await reach(page, /^button Save/);
    await press(page, 'Escape');
    await expectFocus(page, /^button checkout-slow/);
  });
  it('writes a copy over another file only when told to', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Control+o');
    const dialog = page.getByRole('dialog', { name: 'Sessions' });
    await reach(page, /^input Path of the copy/);
    await press(page, 'Control+a');
    await page.keyboard.insertText('/tmp/exists.plumb');
    await press(page, 'Enter');
    await dialog.getByRole('alert').waitFor();
    await reach(page, /^button Overwrite it/);
    await press(page, 'Enter');
    await dialog.waitFor({ state: 'hidden' });
    await expectFocus(page, list);
  });

  it('records into another session', async () => {
    const { address } = await bench.start('--exchanges', '20');
    const page = await bench.open(address);
    await toList(page);
    await press(page, 'Control+o');
    await expectFocus(page, /^input Path of a session/);
    await page.keyboard.insertText('/tmp/writable.plumb');
    await press(page, 'Enter');
    const tabs = page.getByRole('tablist', { name: 'Open sessions' });
    await tabs.getByRole('tab', { name: /writable/, selected: true }).waitFor();
    await press(page, 'Control+o');
    const dialog = page.getByRole('dialog', { name: 'Sessions' });
    await reach(page, /^button Record into this one/);
    await press(page, 'Enter');
    await dialog.getByText('New exchanges are recorded into it.').waitFor();
    await expect.poll(() => focused(page)).not.toBe('body');
  });
});
