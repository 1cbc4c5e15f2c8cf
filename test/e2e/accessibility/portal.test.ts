import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceChecks, type CheckedAgainst, type DeviceCheck } from '../../../core/devices/device-checks.ts';
import { afterDeviceEvent, noDeviceFacts, type DeviceEvent } from '../../../core/devices/device-facts.ts';
import { pairingPage } from '../../../core/portal/pairing-page.ts';
import { answerPortal, portalHost } from '../../../core/portal/portal.ts';
import { portalSystems } from '../../../core/portal/portal-platform.ts';
import { launchBrowser } from '../../support/fake-window.ts';
import { startPlumbline, type Plumbline } from '../../support/plumbline.ts';
import { expectAccessible } from './support.ts';

const against: CheckedAgainst = {
  ...{ system: 'ios', proxyHost: '192.168.1.5', proxyPort: 8888 },
  ...{ caName: 'Plumbline CA laptop 1f2e3d', otherNetwork: null, passesThrough: () => false },
};

function checksAfter(events: readonly DeviceEvent[]): readonly DeviceCheck[] {
  const facts = events.reduce((known, event, at) => afterDeviceEvent(known, event, at + 1), noDeviceFacts);
  return deviceChecks(facts, against);
}

/** The checks as the page shows them. */
function wordsOf(events: readonly DeviceEvent[]): string {
  return checksAfter(events)
    .flatMap(({ title, text }) => (text === '' ? [title] : [title, text]))
    .join('\n');
}

/** The portal of a paired device that did what is told. */
async function servePortal(
  events: () => readonly DeviceEvent[],
): Promise<{ address: string; close: () => void }> {
  const facts = {
    ...{ caName: against.caName, certificatePem: '', fingerprintSha256: 'AA:BB', fingerprintSha1: 'CC:DD' },
    ...{ proxyHost: against.proxyHost, proxyPort: against.proxyPort },
  };
  const server = createServer((request, response) => {
    const device = { name: 'iPhone', checks: checksAfter(events()) };
    const asked = {
      method: 'GET',
      path: request.url ?? '',
      userAgent: 'iPhone; CPU iPhone OS 18_1 like Mac OS X',
    };
    const answer = answerPortal({ ...asked, isThroughProxy: false, lacksPassword: false, device }, facts);
    response.writeHead(answer.status, { 'Content-Type': answer.contentType });
    response.end('text' in answer.body ? answer.body.text : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

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
    for (const summary of await page.locator('summary').all()) await summary.click();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(320);
    // All of it came in one answer.
    expect(asked).toHaveLength(1);
    page.removeAllListeners('request');
    await expectAccessible(page, system);
  });

  test.each<[string, readonly DeviceEvent[]]>([
    ['a device that has just been paired', [{ type: 'page', isThroughProxy: false }]],
    [
      'one that does not trust yet',
      [
        { type: 'page', isThroughProxy: true },
        { type: 'certificate-downloaded' },
        { type: 'refused-certificate', host: portalHost, isPortal: true, how: 'unknown-ca' },
      ],
    ],
    [
      'one that works',
      [{ type: 'took-certificate' }, { type: 'request', scheme: 'https', host: 'shop.test' }],
    ],
  ])('is for %s, in both themes', async (_name, done) => {
    let events: readonly DeviceEvent[] = [];
    const portal = await servePortal(() => events);
    for (const colorScheme of ['light', 'dark'] as const) {
      events = [];
      await page.emulateMedia({ colorScheme });
      await page.goto(portal.address);
      // What happens meanwhile is shown without loading the page again.
      events = done;
      await expect.poll(() => page.locator('#checks').innerText()).toBe(wordsOf(done));
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      await expectAccessible(page, `a device, ${colorScheme}`);
      await page.reload();
      expect(await page.locator('#checks').innerText()).toBe(wordsOf(done));
    }
    await page.emulateMedia({ colorScheme: 'light' });
    portal.close();
  });

  test.each(['no-code', 'wrong-code'] as const)('says how to pair: %s', async (reason) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setContent(pairingPage(reason, true));
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      await expectAccessible(page, `${reason}, ${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
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
