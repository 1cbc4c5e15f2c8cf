import { afterAll, beforeAll, describe, it } from 'vitest';
import { accessibilityBench, expectAccessible, type AccessibilityBench } from './support.ts';

let bench: AccessibilityBench;
beforeAll(async () => {
  bench = await accessibilityBench('--exchanges', '100');
});
afterAll(() => bench.close());

describe('axe finds nothing wrong in', () => {
  it('the statistics', async () => {
    const page = await bench.open();
    await page.keyboard.press('Control+4');
    await page.getByRole('group', { name: 'Histogram' }).waitFor();
    await expectAccessible(page, 'statistics');
  });

  it('the keys and the encode box with steps and with a problem', async () => {
    const page = await bench.open();
    await page.getByRole('button', { name: 'Keys', exact: true }).click();
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await expectAccessible(page, 'keys');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+e');
    const box = page.getByRole('dialog', { name: 'Encode and decode' });
    await box.getByRole('textbox', { name: 'Input' }).fill('lamp ?');
    await box.getByRole('button', { name: 'SHA-256' }).click();
    await expectAccessible(page, 'encode box');
    await box.getByRole('button', { name: /^1\. / }).click();
    await box.getByRole('group', { name: 'Decode' }).getByRole('button', { name: 'Hex' }).click();
    await box.getByRole('alert').waitFor();
    await expectAccessible(page, 'encode box with a problem');
  });

  it('every section of the settings', async () => {
    const page = await bench.open();
    await page.keyboard.press('Control+6');
    const sections = page.getByRole('navigation', { name: 'Sections of the settings' });
    await sections.getByRole('button').first().waitFor();
    for (const section of await sections.getByRole('button').all()) {
      await section.click();
      await expectAccessible(page, `settings, ${await section.innerText()}`);
    }
    const search = page.getByRole('textbox', { name: 'Search the settings' });
    await search.fill('host');
    await page.locator('mark').first().waitFor();
    await expectAccessible(page, 'settings that match');
    await search.fill('follow the newest');
    await page.getByRole('button', { name: 'Change the key of: Follow the newest' }).click();
    await page.keyboard.press('r');
    await page.getByRole('button', { name: 'Use it here' }).waitFor();
    await expectAccessible(page, 'a key that belongs to another command');
    await search.fill('nothing has this name');
    await page.getByText('No setting matches').waitFor();
    await expectAccessible(page, 'no setting');
  });

  it('every dialog of the settings', async () => {
    const page = await bench.open();
    await page.keyboard.press('Control+6');
    await page.getByRole('button', { name: 'Certificate authority' }).click();
    for (const opener of ['With the key, PKCS#12', 'Private key, PEM', 'Import …', 'Reset …', 'Rotate …']) {
      await page.getByRole('button', { name: opener }).click();
      await page.getByRole('dialog').waitFor();
      await expectAccessible(page, opener);
      if (opener === 'Rotate …') await page.getByRole('button', { name: 'Rotate', exact: true }).click();
      else await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.getByRole('table', { name: 'Earlier CAs' }).waitFor();
    await expectAccessible(page, 'earlier CAs');
    await page.getByRole('button', { name: /^Use again: / }).click();
    await expectAccessible(page, 'use an earlier CA again');
  });

  it('sessions, import and export, and what runs', async () => {
    const page = await bench.open();
    await page.keyboard.press('Control+o');
    const sessions = page.getByRole('dialog', { name: 'Sessions' });
    await sessions.getByRole('textbox', { name: 'Path of a session' }).fill('/tmp/notes.txt');
    await page.keyboard.press('Enter');
    await sessions.getByRole('alert').waitFor();
    await expectAccessible(page, 'sessions');
    await sessions.getByRole('button', { name: /^login-on-android/ }).click();
    await page.getByRole('tablist', { name: 'Open sessions' }).waitFor();
    await sessions.waitFor({ state: 'hidden' });
    await expectAccessible(page, 'session tabs');
    await page.keyboard.press('Control+i');
    const field = page.getByRole('textbox', { name: 'Path of the file' });
    await field.fill('/tmp/missing.har');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await expectAccessible(page, 'import');
    await field.fill('/tmp/large.har');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'Importing large.har' }).waitFor();
    await expectAccessible(page, 'a transfer that runs');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.keyboard.press('Control+Shift+E');
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('combobox', { name: 'Format' }).selectOption('saz');
    await expectAccessible(page, 'export');
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByText(/exchanges exported to/).waitFor();
    await expectAccessible(page, 'what came of an export');
  });
});
