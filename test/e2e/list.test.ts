import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const browserArgs = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

let server: ChildProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = spawn(
    process.execPath,
    [path.join(root, 'test/support/fake-engine-server.ts'), '--port', '0', '--exchanges', '3000'],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const address = await new Promise<string>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`The engine ended with exit code ${String(code)}.`)));
    server.stdout?.on('data', (chunk: Buffer) => {
      const found = /http:\S+/.exec(chunk.toString());
      if (found !== null) resolve(found[0]);
    });
  });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: browserArgs });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(address);
  await rowOf(3000).waitFor();
});
afterAll(async () => {
  await browser.close();
  server.kill('SIGTERM');
});

const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const rowOf = (id: number) => page.locator(`.list-row:has([aria-colindex="1"]:text-is("${id}"))`);
const waitForFirst = (id: number) =>
  page.waitForFunction((wanted) => {
    const rows = [...document.querySelectorAll('.list-row[aria-rowindex="2"] [aria-colindex="1"]')];
    return rows[0]?.textContent.endsWith(String(wanted));
  }, id);

describe('the list by keyboard alone', () => {
  it('selects a range and sums it up', async () => {
    await page.getByRole('grid').focus();
    await press('Home', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown');
    await page.getByText('4 selected').waitFor();
    expect(await page.getByRole('grid').getByRole('row', { selected: true }).count()).toBe(4);
    await page.locator('.summary-bar').getByText('p95').waitFor();
  });

  it('puts colours, pins and comments on it', async () => {
    await press('1', 'p', 'm');
    await page.getByLabel('Comment on 4 exchanges').waitFor();
    await page.keyboard.type('slow since Tuesday');
    await press('Enter');
    await page.locator('.list-row.red').nth(3).waitFor();
    await page.locator('.list-row.red').first().getByLabel('comment: slow since Tuesday').waitFor();
    await page.locator('.list-row.red').first().getByLabel('pinned').waitFor();
    await press('0');
    await page.locator('.list-row.red').first().waitFor({ state: 'detached' });
  });

  it('removes it, everything, and brings both back', async () => {
    await press('Delete');
    await page.getByText('4 exchanges removed.').waitFor();
    await waitForFirst(5);
    await press('Control+k');
    await page.getByText('2,996 exchanges removed.').waitFor();
    await page.locator('.list-row').first().waitFor({ state: 'detached' });
    await press('Control+z');
    await waitForFirst(5);
    await press('Control+z');
    // The rows in sight stay where they are: those that came back stand above them.
    await page.locator('[role="grid"][aria-rowcount="3001"]').waitFor();
    await press('Home');
    await waitForFirst(1);
  });

  it('sorts from the head of a column and goes back to the order of arrival', async () => {
    const head = page.getByRole('columnheader', { name: 'Time' });
    await head.focus();
    await press('Enter');
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('descending');
    await press('Enter');
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending');
    await press('Enter');
    await expect.poll(() => head.getAttribute('aria-sort')).toBeNull();
  });

  it('moves, sizes, hides and adds columns', async () => {
    const names = () =>
      page.getByRole('columnheader').evaluateAll((all) => all.map((one) => one.dataset['column']));
    await page.getByRole('columnheader', { name: 'Host' }).focus();
    await press('Control+ArrowLeft');
    await expect.poll(async () => (await names()).slice(1, 4)).toEqual(['method', 'host', 'status']);
    await page.getByRole('columnheader', { name: 'Type' }).focus();
    await press('Delete');
    await expect.poll(names).not.toContain('type');
    await page.getByRole('button', { name: 'Choose columns' }).focus();
    await press('Enter');
    await page.keyboard.type('response.cache-control');
    await press('Tab', 'Space', 'Escape');
    await expect.poll(names).toContain('response.cache-control');
    await page.getByText('private, max-age=0, must-revalidate').first().waitFor();
  });

  it('opens its menu at the row and filters by a value', async () => {
    await page.getByRole('grid').focus();
    await press('Home', 'Shift+F10');
    await page.getByRole('menuitem', { name: /^Show only/ }).waitFor();
    await press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await press('ArrowDown');
    await rowOf(2).and(page.locator('.focused')).waitFor();
  });

  it('narrows to a host in the tree, hides one, and shows them again', async () => {
    await press('t');
    const tree = page.getByRole('tree');
    await tree.getByRole('treeitem').first().waitFor();
    await tree.focus();
    await press('Home', 'Enter');
    await page.locator('.branch-note').waitFor();
    await page.getByText(/ of 3,000 exchanges/).waitFor();
    await press('Enter');
    await page.locator('.branch-note').waitFor({ state: 'detached' });
    await press('h');
    await page.getByRole('button', { name: 'Show again' }).focus();
    await press('Enter');
    await page.getByText(/ of 3,000 exchanges/).waitFor({ state: 'detached' });
    await tree.focus();
    await press('Home', 'ArrowRight');
    await tree.locator('[aria-level="2"]').first().waitFor();
  });

  it('selects all rows, however many', async () => {
    await page.getByRole('grid').focus();
    await press('Control+a');
    await page.getByText('3,000 selected').waitFor();
    await press('Escape');
    await page.getByText('3,000 selected').waitFor({ state: 'detached' });
  });
});
