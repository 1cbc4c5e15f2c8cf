import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/fake-window.ts';
import { keepPage, type KeptPage } from '../support/kept-page.ts';
import { startCli } from '../support/program.ts';

const chromeHar = new URL('../fixtures/chrome.har', import.meta.url).pathname;

let folder: string;
let address: string;
let kept: KeptPage;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-transfers-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const serve = startCli([
    ...['serve', '--data-dir', folder, '--session', path.join(folder, 'own.plumb')],
    ...['--proxy', '127.0.0.1:0'],
  ]);
  undo.push(() => {
    serve.child.kill('SIGTERM');
    return serve.ended();
  });
  address = (await serve.says(/^Open (http:\S+)$/m))[1] ?? '';
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  kept = keepPage(browser, {
    ...{ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

async function openWindow(): Promise<Page> {
  const page = await kept.open(address);
  await page.getByText('Recording', { exact: true }).first().waitFor();
  return page;
}

async function importByPath(page: Page, file: string): Promise<void> {
  await page.keyboard.press('Control+i');
  const dialog = page.getByRole('dialog', { name: 'Open or import' });
  await dialog.getByRole('textbox', { name: 'Path of the file' }).fill(file);
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
}

function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  return page.evaluate(
    ([fileName, base64]) => {
      const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], fileName));
      for (const type of ['dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      }
    },
    [name, bytes.toString('base64')] as const,
  );
}

describe('import and export in the window', () => {
  it('saves a copy of the session, and says where it is in one place', async () => {
    const page = await openWindow();
    const target = path.join(folder, 'copies', 'kept.plumb');
    mkdirSync(path.dirname(target));
    const save = async (): Promise<void> => {
      await page.keyboard.press('Control+o');
      await page.getByLabel('Path of the copy').fill(target);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
    };
    await save();
    await page.getByText(`saved as ${target}`).waitFor();
    expect(await page.getByRole('dialog', { name: 'Sessions' }).count()).toBe(0);
    expect(await page.getByText(`saved as ${target}`).count()).toBe(1);
    expect(existsSync(target)).toBe(true);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await save();
    await page.getByRole('button', { name: 'Overwrite it' }).click();
    await page.getByText(`saved as ${target}`).waitFor();
  });

  it('imports by the dialog into a session that is shown, and tells what was left out', async () => {
    const page = await openWindow();
    await importByPath(page, '/there/is/none.har');
    await page.getByRole('alert').getByText('none.har').waitFor();
    const field = page.getByRole('textbox', { name: 'Path of the file' });
    await field.fill(chromeHar);
    await field.press('Enter');
    await page
      .getByText('4 exchanges imported from “chrome.har”. 1 entry of it could not be used.')
      .waitFor();
    await page.getByRole('button', { name: 'Details', exact: true }).click();
    await page.getByText(/^Entry \d+: /).waitFor();
    await page.getByText('4 exchanges', { exact: true }).first().waitFor();
  });

  it('imports a dropped file by its contents and keeps nothing of it', async () => {
    const page = await openWindow();
    await drop(page, 'dropped.har', readFileSync(chromeHar));
    await page.getByText('4 exchanges imported from “dropped.har”', { exact: false }).waitFor();
    const uploads = path.join(folder, 'uploads');
    await expect
      .poll(() =>
        readdirSync(uploads, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()),
      )
      .toEqual([]);
  });

  it('opens a dropped session, and says why another file cannot be opened', async () => {
    const page = await openWindow();
    await importByPath(page, chromeHar);
    await page.getByText('4 exchanges imported', { exact: false }).waitFor();
    const sessions = path.join(folder, 'sessions');
    const made = readdirSync(sessions).find((name) => name.endsWith('.plumb')) ?? '';
    await drop(page, 'borrowed.plumb', readFileSync(path.join(sessions, made)));
    await page.locator('.footer').getByText('borrowed', { exact: true }).waitFor();
    await drop(page, 'notes.txt', Buffer.from('Buy milk'));
    await page.getByText('“notes.txt” is not a file that can be imported', { exact: false }).waitFor();
  });

  it('exports what is shown as HAR, asks before it replaces a file, and offers its path', async () => {
    const page = await openWindow();
    await importByPath(page, chromeHar);
    await page.getByText('4 exchanges imported', { exact: false }).waitFor();
    await page.getByText('4 exchanges', { exact: true }).first().waitFor();
    const written = path.join(folder, 'exports', 'out.har');
    for (const round of [1, 2]) {
      await page.keyboard.press('Control+Shift+E');
      const dialog = page.getByRole('dialog', { name: 'Export' });
      const field = dialog.getByRole('textbox', { name: 'Write to' });
      expect(path.dirname(await field.inputValue())).toBe(path.dirname(written));
      await field.fill(written);
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      if (round === 2) {
        await dialog.getByRole('alert').getByText('exists already').waitFor();
        await dialog.getByRole('button', { name: 'Replace' }).click();
      }
      await dialog.waitFor({ state: 'detached' });
    }
    await page.getByText(`4 exchanges exported to ${written}`).first().waitFor();
    await page.getByRole('button', { name: 'Copy path' }).first().click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(written);
    const har = JSON.parse(readFileSync(written, 'utf8')) as { log: { entries: unknown[] } };
    expect(har.log.entries).toHaveLength(4);
  });

  it('protects an archive with a password, and asks for it when the archive comes back', async () => {
    const page = await openWindow();
    await importByPath(page, chromeHar);
    await page.getByText('4 exchanges imported', { exact: false }).waitFor();
    await page.getByText('4 exchanges', { exact: true }).first().waitFor();
    await page.keyboard.press('Control+Shift+E');
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('combobox', { name: 'Format' }).selectOption('saz');
    const field = dialog.getByRole('textbox', { name: 'Write to' });
    const archive = path.join(folder, 'exports', 'locked.saz');
    expect(path.extname(await field.inputValue())).toBe('.saz');
    await field.fill(archive);
    await dialog.getByLabel('Password (empty for none)').fill('secret');
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByText(`exchanges exported to ${archive}`, { exact: false }).waitFor();

    await drop(page, 'locked.saz', readFileSync(archive));
    const asks = page.getByRole('dialog', { name: 'Password of locked.saz' });
    await asks.getByLabel('Password', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    await asks.getByRole('alert').getByText('does not fit').waitFor();
    await asks.getByLabel('Password', { exact: true }).fill('secret');
    await page.keyboard.press('Enter');
    await page.getByText('imported from “locked.saz”', { exact: false }).waitFor();
  });

  it('stops an import that runs, and nothing of it stays', async () => {
    const page = await openWindow();
    const { log } = JSON.parse(readFileSync(chromeHar, 'utf8')) as { log: { entries: unknown[] } };
    const entries = JSON.stringify(log.entries).slice(1, -1);
    const file = path.join(folder, 'large.har');
    const copies = Math.ceil(100_000_000 / entries.length);
    writeFileSync(file, `{"log":{"version":"1.2","entries":[${Array(copies).fill(entries).join(',')}]}}`);
    const before = readdirSync(path.join(folder, 'sessions'));
    await importByPath(page, file);
    const line = page.getByRole('group', { name: 'Importing large.har' });
    await line.getByText(/ of .* · \d+ %/).waitFor();
    await line.getByRole('button', { name: 'Cancel' }).click();
    await line.waitFor({ state: 'detached' });
    expect(readdirSync(path.join(folder, 'sessions'))).toEqual(before);
    expect(existsSync(file)).toBe(true);
  });

  it('copies a request as something to run, and shows its exchange in a window of its own', async () => {
    const page = await openWindow();
    await importByPath(page, chromeHar);
    await page.getByText('4 exchanges imported', { exact: false }).waitFor();
    await page.getByText('4 exchanges', { exact: true }).first().waitFor();
    await page.locator('.list-row').first().dblclick();
    await page.getByRole('button', { name: 'Copy as' }).click();
    await page.getByRole('menuitem', { name: 'curl', exact: true }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^curl /);
    const opened = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Open in a window of its own' }).click();
    const alone = await opened;
    await alone.getByRole('tab', { name: 'Headers' }).waitFor();
    await expect.poll(() => alone.title()).toMatch(/^#1 http/);
    expect(await alone.getByRole('navigation', { name: 'Places' }).count()).toBe(0);
  });
});
