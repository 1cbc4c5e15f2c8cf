import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  launchBrowser,
  openFakeWindow,
  startFakeWindow,
  type FakeWindowServer,
} from '../support/fake-window.ts';
import { root } from '../support/program.ts';

const notice =
  'The last recording into this session ended unexpectedly; what arrived in its last second may be missing.';
const schemes = ['light', 'dark'] as const;
/** Further focusable elements are of a kind that came before. */
const focusedMax = 120;

let browser: Browser;
let full: FakeWindowServer;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  undo.push(() => browser.close());
  full = await startFake('--exchanges', '400', '--notice', notice);
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

async function startFake(...options: string[]): Promise<FakeWindowServer> {
  const started = await startFakeWindow(...options);
  undo.push(started.program.dispose);
  return started;
}

/** What axe finds serious or critical in the whole page, in short. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  expect(results.passes.length).toBeGreaterThan(5);
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n  ')}`);
}

describe.each(schemes)('accessibility, %s:', (scheme) => {
  it(
    'the list, a detail with each of its tabs, and what is laid over them',
    { timeout: 240_000 },
    async () => {
      const page = await openFakeWindow(browser, full.address, scheme);
      await page.locator('.list-row').first().waitFor();
      expect(await violations(page), 'list').toEqual([]);
      await page.locator('.list-row').nth(3).click();
      await page.getByRole('tab', { name: 'Overview' }).waitFor();
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        await page.locator('[role=tabpanel]').first().waitFor();
        expect(await violations(page), `tab ${await tab.innerText()}`).toEqual([]);
      }
      await page.getByRole('button', { name: 'Keys', exact: true }).click();
      expect(await violations(page), 'keys').toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+e');
      await page.getByRole('dialog', { name: 'Encode and decode' }).waitFor();
      expect(await violations(page), 'encode box').toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+f');
      await page.keyboard.type('sta');
      expect(await violations(page), 'completion').toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+a');
      await page.keyboard.type('host:nowhere.example');
      await page.keyboard.press('Enter');
      await page
        .getByText(/no exchange|nothing matches|no match/i)
        .first()
        .waitFor();
      expect(await violations(page), 'no match').toEqual([]);
      await page.close();
    },
  );

  it('an empty list while stopped, and the engine lost', async () => {
    const empty = await startFake('--exchanges', '0', '--stopped');
    const page = await openFakeWindow(browser, empty.address, scheme);
    await page.getByText('Stopped', { exact: true }).waitFor();
    expect(await violations(page), 'empty').toEqual([]);
    empty.program.dispose();
    await page.getByText('The engine stopped and is restarting').waitFor();
    expect(await violations(page), 'lost').toEqual([]);
    await page.close();
  });

  it('a window that is not let in', async () => {
    const types: Readonly<Record<string, string>> = {
      '.html': 'text/html',
      '.js': 'text/javascript',
      '.css': 'text/css',
    };
    const server = createServer((request, response) => {
      const asked = request.url === '/' ? '/index.html' : (request.url ?? '');
      readFile(path.join(root, 'dist/renderer', path.normalize(asked))).then(
        (bytes) =>
          response.writeHead(200, { 'Content-Type': types[path.extname(asked)] ?? 'text/plain' }).end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const page = await openFakeWindow(
      browser,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      scheme,
    );
    await page.getByText('This window is not connected').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
    server.close();
  });

  it('shows where the focus is on everything that can have it', async () => {
    const page = await openFakeWindow(browser, full.address, scheme);
    await page.locator('.list-row').nth(3).click();
    await page.getByRole('tab', { name: 'Headers' }).click();
    const unseen: string[] = [];
    const seen = new Set<string>();
    for (let count = 0; count < focusedMax; count++) {
      await page.keyboard.press('Tab');
      const { name, isShown } = await page.evaluate(focusIndicator);
      if (seen.has(name) && count > 20) break;
      if (!isShown && !unseen.includes(name)) unseen.push(name);
      seen.add(name);
    }
    expect(seen.size).toBeGreaterThan(10);
    expect(unseen).toEqual([]);
    await page.close();
  });
});

/** Runs in the page: what has the focus, and whether it, or what it stands in, looks otherwise than without. */
function focusIndicator(): { name: string; isShown: boolean } {
  const element = document.activeElement;
  if (element === null || element === document.body) return { name: 'body', isShown: true };
  const look = (each: Element): string => {
    const style = getComputedStyle(each);
    const outline =
      style.outlineStyle === 'none' || parseFloat(style.outlineWidth) === 0 ? 'none' : style.outline;
    return [outline, style.boxShadow, style.borderColor, style.backgroundColor].join(' | ');
  };
  const around = [element, element.parentElement, element.parentElement?.parentElement ?? null];
  const active = element.getAttribute('aria-activedescendant');
  const pointed = active === null ? null : document.getElementById(active);
  const looked = [...around, pointed, ...element.querySelectorAll('[aria-selected=true]')].filter(
    (each) => each !== null,
  );
  const focused = looked.map(look);
  (element as HTMLElement).blur();
  const without = looked.map(look);
  (element as HTMLElement).focus();
  const isShown = focused.some((each, index) => each !== without[index]);
  const name = `${element.tagName.toLowerCase()}.${element.className} ${element.getAttribute('aria-label') ?? element.textContent.slice(0, 30)}`;
  return { name, isShown };
}
