import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portalSystems } from '../../../core/portal/portal-platform.ts';
import { launchBrowser } from '../../support/fake-window.ts';
import { startPlumbline, type Plumbline } from '../../support/plumbline.ts';
import { expectAccessible } from './support.ts';

let plumbline: Plumbline;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  [plumbline, browser] = await Promise.all([startPlumbline({ runtime: 'node' }), launchBrowser()]);
  // The narrowest phone that is still in use.
  const context = await browser.newContext({
    viewport: { width: 320, height: 640 },
    javaScriptEnabled: true,
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await plumbline.stop();
});

describe('the portal on a phone', () => {
  test.each(portalSystems)('%s', async (system) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`http://127.0.0.1:${plumbline.port}/?for=${system}`);
    expect(await page.locator('h1').textContent()).toContain('Set up');
    await page.locator('summary').click();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(320);
    // All of it came in one answer.
    expect(asked).toHaveLength(1);
    page.removeAllListeners('request');
    await expectAccessible(page, system);
  });

  test('leads from what it does not know to the steps, without a script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, userAgent: 'something' });
    const still = await context.newPage();
    await still.goto(`http://127.0.0.1:${plumbline.port}/`);
    await still.getByRole('link', { name: 'iPhone or iPad' }).click();
    await still.getByRole('heading', { name: 'Switch full trust on' }).waitFor();
    await context.close();
  });
});
