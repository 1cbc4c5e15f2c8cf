import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBodySession } from '../support/body-session.ts';
import { startCli } from '../support/program.ts';

const undo: (() => unknown)[] = [];
const complaints: string[] = [];
let page: Page;

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-detail-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const session = path.join(folder, 'detail.plumb');
  const lamps = Array.from({ length: 300 }, (_, at) => `{"id":900719925474099${at},"name":"Lamp ${at}"}`);
  const long = text('A line of a long text.\n'.repeat(400_000));
  await writeBodySession(session, [
    {
      path: '/lamps?sort=name&q=a%20b',
      type: 'application/json',
      requestLines: ['Cookie: theme=dark', 'X-Request-Id: seven "7"'],
      responseLines: ['Set-Cookie: __Host-a=1; Path=/'],
      body: text(`[${lamps.join(',')}]`),
    },
    { path: '/plain', type: 'text/plain', body: text('warm light\nfor long evenings\n') },
    {
      path: '/long',
      type: 'text/plain',
      responseLines: ['Content-Encoding: gzip'],
      body: new Uint8Array(gzipSync(long)),
    },
    {
      path: '/upload',
      type: 'text/plain',
      requestLines: ['Content-Type: multipart/form-data; boundary=x'],
      request: text(
        '--x\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"deep":{"er":1}}\r\n--x--\r\n',
      ),
      body: text('done'),
    },
  ]);
  const serve = startCli(['serve', '--data-dir', folder, '--session', session, '--proxy', '127.0.0.1:0']);
  undo.push(() => {
    serve.child.kill('SIGTERM');
    return serve.ended();
  });
  const address = (await serve.says(/^Open (http:\S+)$/m))[1] ?? '';
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  undo.push(() => browser.close());
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  await page.locator('.list-row').first().waitFor();
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

const detail = () => page.locator('#detail-body');

async function open(name: string, tab: string): Promise<void> {
  await page.locator('.list-row', { hasText: name }).click();
  if ((await page.getByRole('tab', { name: tab }).count()) === 0) await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: tab }).click();
}

describe('the detail pane', () => {
  it('has tabs only for what the exchange has', async () => {
    await open('/lamps', 'Headers');
    await expect
      .poll(() => page.getByRole('tab').allInnerTexts())
      .toEqual(['Overview', 'Headers', 'Query', 'Cookies', 'Body', 'Timing', 'Connection']);
    await page.getByRole('tab', { name: 'Cookies' }).click();
    await detail()
      .getByText('A browser rejects it: A name with __Host- needs the Secure attribute.')
      .waitFor();
    await page.getByRole('tab', { name: 'Query' }).click();
    await detail().getByText('a b', { exact: true }).waitFor();
    await open('/plain', 'Headers');
    await expect.poll(() => page.getByRole('tab').count()).toBe(5);
  });

  it('goes to the next and the previous exchange by keys', async () => {
    await open('/lamps', 'Body');
    await page.getByRole('tab', { name: 'Body' }).focus();
    const selected = (name: string) => page.locator('.detail-title', { hasText: name }).waitFor();
    await page.keyboard.press('j');
    await selected('/plain');
    await page.keyboard.press('Alt+ArrowDown');
    await selected('/long');
    await page.keyboard.press('k');
    await selected('/plain');
    await page.keyboard.press('Alt+ArrowUp');
    await selected('/lamps');
  });

  it('walks a tree by keys and filters it', async () => {
    await open('/lamps', 'Body');
    const tree = page.getByRole('tree');
    await tree.focus();
    await page.keyboard.press('End');
    await page.getByRole('treeitem', { name: '"name": "Lamp 299"' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('[aria-selected="true"][role="treeitem"]').getAttribute('aria-expanded')).toBe(
      'false',
    );
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('i');
    expect(await page.locator('[aria-selected="true"][role="treeitem"]').innerText()).toContain(
      '9007199254740990',
    );
    await page.keyboard.press('Control+f');
    await page.keyboard.type('lamp 123');
    await page.getByText('1 found', { exact: true }).waitFor();
    await expect.poll(() => page.getByRole('treeitem').count()).toBe(3);
    await page.keyboard.press('Escape');
    await page.getByText('1 found', { exact: true }).waitFor({ state: 'detached' });
  });

  it('finds in the text of a body with Ctrl+F, and Escape goes back one step at a time', async () => {
    await open('/plain', 'Body');
    await detail().getByText('warm light').click();
    await page.keyboard.press('Control+f');
    await detail().locator('.cm-search').waitFor();
    await page.keyboard.type('for evenings');
    expect(await detail().locator('.cm-search [name=search]').inputValue()).toBe('for evenings');
    expect(await page.getByText('Recording', { exact: true }).count()).toBe(1);
    await page.keyboard.press('Escape');
    await detail().locator('.cm-search').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('#detail-body').waitFor({ state: 'detached' });
  });

  it('encodes and decodes what is selected', async () => {
    await open('/plain', 'Body');
    await detail()
      .getByText('warm light')
      .dblclick({ position: { x: 10, y: 5 } });
    await page.keyboard.press('Control+e');
    const box = page.getByRole('dialog', { name: 'Encode and decode' });
    await box.getByLabel('Input').waitFor();
    expect(await box.getByLabel('Input').inputValue()).toBe('warm');
    await box
      .getByRole('group', { name: 'Encode' })
      .getByRole('button', { name: 'Base64', exact: true })
      .click();
    await expect.poll(() => box.getByLabel('Output', { exact: true }).inputValue()).toBe('d2FybQ==');
    await box.getByRole('button', { name: 'Swap' }).click();
    await expect.poll(() => box.getByLabel('Output', { exact: true }).inputValue()).toBe('warm');
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'hidden' });
  });

  it('offers to filter by a header value', async () => {
    await open('/lamps', 'Headers');
    await detail().getByText('seven "7"').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Filter by this value' }).click();
    const field = page.locator('input[aria-label="Filter"]');
    await expect.poll(() => field.inputValue()).toBe(String.raw`header.x-request-id:"seven \"7\""`);
    await field.fill('');
    await page.locator('.list-row').nth(3).waitFor();
  });

  it('saves a body as a download where files cannot be reached', async () => {
    await open('/plain', 'Body');
    await page.evaluate(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
    const saved = page.waitForEvent('download');
    await detail().getByRole('button', { name: 'Save body' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('plain.txt');
    expect(readFileSync(await download.path(), 'utf8')).toBe('warm light\nfor long evenings\n');
  });

  it('shows a part of a multipart body as a body of its own', async () => {
    await open('/upload', 'Body');
    await detail()
      .getByRole('button', { name: /^Request/ })
      .click();
    await page.getByRole('treeitem', { name: '"er": 1' }).waitFor();
  });

  it('goes on in a large body whose coding is undone, and back', async () => {
    await open('/long', 'Body');
    await detail()
      .getByText(/^0 B to 52\d KB of .* so far shown/)
      .waitFor();
    for (let step = 0; step < 3; step++) await detail().getByRole('button', { name: 'Later' }).click();
    await detail()
      .getByText(/^262 KB to|^524 KB to|^786 KB to/)
      .waitFor();
    await page.getByRole('searchbox', { name: 'Find in all of the body' }).fill('not in there');
    await page.keyboard.press('Enter');
    await detail().getByText('Not found from here to the end').waitFor();
    await page.getByRole('slider', { name: 'Place in the body' }).press('Home');
    await detail()
      .getByText(/^0 B to 52\d KB of 9\.2 MB shown/)
      .waitFor();
  });

  it('makes no complaint in the console', () => {
    expect(complaints).toEqual([]);
  });
});
