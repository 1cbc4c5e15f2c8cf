import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCurl, startCli } from '../support/program.ts';
import { startWebOrigin, type WebOrigin } from '../support/web-origin.ts';

/** From the end of curl to its finished row in the page. */
const rowMsMax = 300;

const ranPath = '/a-script-ran';
const browserArgs = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

let folder: string;
let origin: WebOrigin;
let address: string;
let servePid: number;
let proxy: string;
let browser: Browser;
/** In the order of the starts; undone in the other. */
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-browser-'));
  undo.push(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const run = (what: string): string => `document.title = 'ran'; fetch('${ranPath}?${what}')`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="${run('onload')}"><script>${run('svg')}</script><rect width="40" height="30" fill="red"/></svg>`;
  const html = `<!doctype html><title>harmless</title><link rel="stylesheet" href="${ranPath}?css"><meta http-equiv="refresh" content="9;url=${ranPath}?refresh"><script>${run('script')}</script><img src="${ranPath}?img" onerror="${run('onerror')}"><p>The end of the page</p>`;
  origin = await startWebOrigin({
    '/page.html': { type: 'text/html', body: html },
    '/picture.svg': { type: 'image/svg+xml', body: svg },
  });
  undo.push(origin.close);
  const upstreamCa = path.join(folder, 'upstream-ca.pem');
  writeFileSync(upstreamCa, origin.caPem);
  const serve = startCli([
    ...['serve', '--data-dir', folder, '--session', path.join(folder, 'browser.plumb')],
    ...['--proxy', '127.0.0.1:0', '--upstream-ca', upstreamCa],
  ]);
  undo.push(() => {
    serve.child.kill('SIGTERM');
    return serve.ended();
  });
  servePid = serve.child.pid ?? NaN;
  address = (await serve.says(/^Open (http:\S+)$/m))[1] ?? '';
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: browserArgs });
  undo.push(() => browser.close());
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

async function openWindow(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(address);
  const shown = page.getByText(/^127\.0\.0\.1:\d+$/).first();
  proxy = `http://${await shown.innerText()}`;
  return page;
}

/** Notes when a row with a status was first in the page, by its path; both clocks are this machine's. */
function watchRows(page: Page) {
  return page.evaluateHandle(() => {
    const firstSeen: Record<string, number> = {};
    const look = (): void => {
      for (const row of document.querySelectorAll('.list-row')) {
        const cell = (column: number): string =>
          row.querySelector(`[aria-colindex="${column}"]`)?.textContent ?? '';
        if (/\d{3}/.test(cell(3))) firstSeen[cell(5)] ??= Date.now();
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    look();
    return firstSeen;
  });
}

function throughProxy(url: string): ReturnType<typeof runCurl> {
  const ca = path.join(folder, 'certificates', 'plumbline-ca.pem');
  return runCurl(['-x', proxy, '--cacert', ca, url]);
}

async function showBody(page: Page, urlPath: string): Promise<void> {
  await page.locator('.list-row', { has: page.getByText(urlPath, { exact: true }) }).click();
  await page.getByRole('tab', { name: 'Body' }).click();
}

/** The process that does the work, a child of the one that was started; Linux only. */
function enginePid(): number {
  return Number(readFileSync(`/proc/${servePid}/task/${servePid}/children`, 'utf8').trim().split(' ')[0]);
}

describe('the window in a browser', () => {
  it('keeps the token out of the address bar once it has let the browser in', async () => {
    const page = await openWindow();
    expect(new URL(page.url()).search).toBe('');
    await page.close();
  });

  it('shows each exchange within 300 ms of the end of the program that made it', async ({ annotate }) => {
    const page = await openWindow();
    const rows = await watchRows(page);
    const latencies: number[] = [];
    for (let round = 0; round < 5; round++) {
      for (const url of [`${origin.http}/plain-${round}`, `${origin.https}/secure-${round}`]) {
        const { code, endedAtMs } = await throughProxy(url);
        expect(code).toBe(0);
        const urlPath = new URL(url).pathname;
        await page.waitForFunction(([seen, key]) => key in seen, [rows, urlPath] as const);
        const seenAtMs = (await rows.jsonValue())[urlPath] ?? NaN;
        latencies.push(seenAtMs - endedAtMs);
      }
    }
    await annotate(`Rows after ms: ${latencies.join(', ')}`);
    expect(Math.max(...latencies)).toBeLessThan(rowMsMax);
    await page.close();
  });

  it('shows captured scripts without running any of them', async () => {
    const page = await openWindow();
    for (const name of ['/page.html', '/picture.svg']) {
      const { code } = await throughProxy(`${origin.http}${name}`);
      expect(code).toBe(0);
    }
    const title = await page.title();
    await showBody(page, '/page.html');
    await page.locator('#detail-body').getByText('The end of the page').waitFor();
    await showBody(page, '/picture.svg');
    await page.locator('#detail-body').getByText('40 × 30 px').waitFor();
    await page.locator('#detail-body').getByRole('button', { name: 'Text' }).click();
    await page.locator('#detail-body').getByText('onload', { exact: true }).waitFor();
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );

    expect(await page.title()).toBe(title);
    expect(page.frames()).toHaveLength(1);
    await showBody(page, '/page.html');
    await page.locator('#detail-body').getByRole('button', { name: 'Preview' }).click();
    const drawn = page.frameLocator('#detail-body iframe');
    await drawn.getByText('The end of the page').waitFor();
    expect(await page.title()).toBe(title);
    await page.locator('#detail-body').getByRole('button', { name: 'Hex' }).click();
    expect(origin.asked.filter((each) => each.startsWith(ranPath))).toEqual([]);
    await page.close();
  });

  it('would have noticed a script that ran', async () => {
    const page = await browser.newPage();
    for (const name of ['/page.html', '/picture.svg']) {
      const asked = page.waitForRequest((request) => request.url().includes(ranPath));
      await page.goto(`${origin.http}${name}`);
      await asked;
    }
    await page.close();
  });

  it('gets over the death of the engine: old rows stay, new ones come, at the same addresses', async () => {
    const page = await openWindow();
    const before = proxy;
    await throughProxy(`${origin.http}/before-the-end`);
    const row = (name: string) => page.locator('.list-row', { has: page.getByText(name, { exact: true }) });
    await row('/before-the-end').waitFor();

    process.kill(enginePid(), 'SIGKILL');
    await page.getByText(/^The engine stopped and is restarting/).waitFor();
    await page.getByText(/^The engine stopped and is restarting/).waitFor({ state: 'detached' });
    await page.getByText('Recording', { exact: true }).waitFor();

    expect(
      `http://${await page
        .getByText(/^127\.0\.0\.1:\d+$/)
        .first()
        .innerText()}`,
    ).toBe(before);
    await row('/before-the-end').waitFor();
    const { code } = await throughProxy(`${origin.https}/after-the-end`);
    expect(code).toBe(0);
    await row('/after-the-end').waitFor();
    await showBody(page, '/before-the-end');
    await page.locator('#detail-body').getByText('You asked for /before-the-end').waitFor();
    await page.close();
  });
});
