import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sections } from '../../renderer/panels/settings/sections.ts';
import { launchBrowser } from '../support/fake-window.ts';
import { keepPage, type KeptPage } from '../support/kept-page.ts';
import { startCli } from '../support/program.ts';

let folder: string;
let address: string;
let kept: KeptPage;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-settings-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const serve = startCli([
    ...['serve', '--data-dir', folder, '--session', path.join(folder, 'settings.plumb')],
    ...['--proxy', '127.0.0.1:0'],
  ]);
  undo.push(() => {
    serve.child.kill('SIGTERM');
    return serve.ended();
  });
  address = (await serve.says(/^Open (http:\S+)$/m))[1] ?? '';
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  kept = keepPage(browser, { colorScheme: 'light', reducedMotion: 'reduce' });
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

async function openSettings(): Promise<Page> {
  const page = await kept.open(address);
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('textbox', { name: 'Proxy address' }).waitFor();
  return page;
}

async function showSection(page: Page, title: string): Promise<void> {
  const nav = page.getByRole('navigation', { name: 'Sections of the settings' });
  await nav.getByRole('button', { name: title }).click();
}

function savedSettings(): unknown {
  return JSON.parse(readFileSync(path.join(folder, 'settings.json'), 'utf8'));
}

describe('the settings in the window', () => {
  it('let the keyboard through: from the search to the end of every section and out again', async () => {
    const page = await openSettings();
    for (const { title } of sections) {
      await showSection(page, title);
      await page.getByRole('textbox', { name: 'Search the settings' }).focus();
      const seen = new Set<string>();
      const inside = () =>
        page.evaluate(() => {
          const at = document.activeElement;
          if (at?.closest('.settings') == null) return null;
          return [...document.querySelectorAll('*')].indexOf(at).toString();
        });
      for (let at = await inside(); at !== null; at = await inside()) {
        expect(seen.has(at), title).toBe(false);
        seen.add(at);
        await page.keyboard.press('Tab');
      }
      expect(seen.size).toBeGreaterThan(sections.length);
    }
  });

  it('are found by a word, and said to be missing when nothing matches', async () => {
    const page = await openSettings();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('disk keep free');
    await page.getByRole('textbox', { name: 'Disk space to keep free' }).waitFor();
    expect(await page.locator('mark').allInnerTexts()).toContain('Disk');
    await page.keyboard.type(' zebra');
    await page.getByText('No setting matches').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Proxy address' }).waitFor();
  });

  it('are saved to the file, marked as changed, and reset', async () => {
    const page = await openSettings();
    await showSection(page, 'Limits');
    const field = page.getByRole('textbox', { name: 'Largest body kept' });
    await field.fill('twelve');
    await field.press('Enter');
    await page.getByText('Write a size such as 500 MB').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('12 MB');
    await field.press('Enter');
    await page.getByText('Default: no limit').waitFor();
    expect(savedSettings()).toMatchObject({ bodyBytesMax: 12_000_000 });
    await page.getByRole('button', { name: 'Reset Largest body kept to no limit' }).click();
    await page.getByText('Default: no limit').waitFor({ state: 'detached' });
    expect(savedSettings()).not.toHaveProperty('bodyBytesMax');
  });

  it('change the theme and the density at once, whatever the system says', async () => {
    const page = await openSettings();
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await showSection(page, 'Appearance');
    await page.getByRole('button', { name: 'Dark', exact: true }).click();
    await expect.poll(background).not.toBe(light);
    await page.getByRole('button', { name: 'Compact (20 px)' }).click();
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['density'])).toBe('compact');
    await page.reload();
    expect(await background()).not.toBe(light);
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await showSection(page, 'Appearance');
    await page.getByRole('button', { name: 'Reset Theme to System' }).click();
    await expect.poll(background).toBe(light);
  });

  it('follow the file when it is edited by hand, and say what is wrong with it', async () => {
    const page = await openSettings();
    await showSection(page, 'Hosts');
    const file = path.join(folder, 'settings.json');
    const before = savedSettings();
    writeFileSync(file, JSON.stringify({ ...(before as object), passThroughHosts: ['by-hand.example'] }));
    await page.getByText('by-hand.example').waitFor();
    writeFileSync(file, '{"theme": "blue"}');
    await page.getByText(/Theme \("theme"\): Choose one of system, light, dark/).waitFor();
    await page.getByText('by-hand.example').waitFor();
    writeFileSync(file, JSON.stringify(before));
    await page.getByText('by-hand.example').waitFor({ state: 'detached' });
  });

  it('take a host away and bring it back', async () => {
    const page = await openSettings();
    await showSection(page, 'Hosts');
    const field = page.getByRole('textbox', { name: 'Host to add to the pass-through hosts' });
    await field.fill('bad host');
    await field.press('Enter');
    await page.getByText('A host is a name such as').waitFor();
    await field.fill('*.Bank.example');
    await field.press('Enter');
    await page.getByRole('button', { name: 'Remove *.bank.example' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Remove *.bank.example' }).waitFor();
    expect(savedSettings()).toMatchObject({ passThroughHosts: ['*.bank.example'] });
  });

  it('give a command another key, ask before taking it from a third, and hold for all handlers', async () => {
    const page = await openSettings();
    await showSection(page, 'Keys');
    await page.getByRole('button', { name: 'Change the key of: Follow the newest' }).click();
    await page.keyboard.press('r');
    await page.getByText('belongs to “Start or stop recording”').waitFor();
    await page.getByRole('button', { name: 'Leave it' }).click();
    await page.getByRole('button', { name: 'Change the key of: Start or stop recording' }).click();
    await page.keyboard.press('Control+Shift+X');
    await expect.poll(savedSettings).toMatchObject({ keys: { 'record.toggle': ['Mod+Shift+X'] } });
    await page.getByText('Press a key. Backspace').waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Search the settings' }).blur();
    await page.keyboard.press('r');
    await page.getByText('Recording', { exact: true }).first().waitFor();
    await page.keyboard.press('Control+Shift+X');
    await page.getByText('Stopped', { exact: true }).waitFor();
    await page.keyboard.press('Shift+?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Ctrl Shift X').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Reset all keys' }).click();
    await expect.poll(savedSettings).not.toHaveProperty('keys');
  });

  it('rotate the CA after saying what that means, and take the old one back', async () => {
    const page = await openSettings();
    await showSection(page, 'Certificate authority');
    const certificate = path.join(folder, 'certificates', 'plumbline-ca.pem');
    const before = readFileSync(certificate, 'utf8');
    await page.getByRole('button', { name: 'Rotate …' }).click();
    await page.getByText('must trust the new one').waitFor();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByRole('table', { name: 'Earlier CAs' }).waitFor();
    const after = readFileSync(certificate, 'utf8');
    expect(after).not.toBe(before);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Certificate, PEM (.pem)' }).click();
    expect(readFileSync(await (await saved).path(), 'utf8')).toBe(after);
    await page.getByRole('button', { name: /^Use again: / }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Use again' }).click();
    await expect.poll(() => readFileSync(certificate, 'utf8')).toBe(before);
  });
});
