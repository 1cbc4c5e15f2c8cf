import type { Page } from 'playwright-core';
import { press, scene, type Scene } from './scene.ts';

const engine = ['--long', '--exchanges', '0'];

/** Opens the details of the one exchange whose path holds that text. */
export async function openLong(page: Page, path: string, tab: string): Promise<void> {
  await page.locator('.list-row').first().waitFor();
  await page.getByRole('combobox', { name: 'Filter' }).fill(`path:${path}`);
  await press(page, 'Enter');
  await page.getByText('1 of 23 exchanges').waitFor();
  await page.getByRole('grid', { name: 'Exchanges' }).focus();
  await press(page, 'Home', 'Enter');
  await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
}

function long(name: string, path: string, tab: string, then?: (page: Page) => Promise<unknown>): Scene {
  return scene(
    `long-${name}`,
    async (page) => {
      await openLong(page, path, tab);
      if (tab === 'Messages') await page.locator('.message-row:not(.missing)').first().waitFor();
      await then?.(page);
    },
    engine,
  );
}

/** Chooses a message by its place in the list. */
async function choose(page: Page, downs: number): Promise<void> {
  await page.getByRole('grid', { name: 'Messages' }).focus();
  await press(page, 'Home', ...Array.from({ length: downs }, () => 'ArrowDown'));
  await page.locator('.message-view .tab-bar').first().waitFor();
}

/** What stays open: its messages, and how the rest of the window says that its length is on purpose. */
export const longScenes: readonly Scene[] = [
  scene('long-list', (page) => page.locator('.list-row').nth(12).waitFor(), engine),
  long('websocket', '/v1/prices', 'Messages'),
  long('websocket-message', '/v1/support', 'Messages', (page) => choose(page, 6)),
  long('websocket-close', '/v1/support', 'Messages', (page) => choose(page, 11)),
  long('websocket-right', '/v1/support', 'Messages', async (page) => {
    await choose(page, 0);
    await press(page, 'b');
  }),
  long('websocket-filter', '/v1/prices', 'Messages', async (page) => {
    await page.getByRole('searchbox', { name: 'Find in messages' }).fill('tromso');
    await page.getByText(/[0-9]+ of 2,414 shown$/).waitFor({ timeout: 20_000 });
    await choose(page, 1);
  }),
  long('websocket-no-match', '/v1/prices', 'Messages', async (page) => {
    await page.getByRole('searchbox', { name: 'Find in messages' }).fill('nowhere');
    await page.getByText('No message matches.').waitFor({ timeout: 20_000 });
  }),
  long('websocket-broken', '/v1/alarms', 'Messages', (page) => choose(page, 2)),
  long('websocket-not-stored', '/v1/logs', 'Messages', async (page) => {
    await page.getByRole('grid', { name: 'Messages' }).focus();
    await press(page, 'End');
  }),
  long('websocket-overview', '/v1/prices', 'Overview'),
  long('websocket-timing', '/v1/prices', 'Timing'),
  long('events', '/events', 'Messages', (page) => choose(page, 1)),
  long('grpc-stream', '/shop.v1.Stock/Watch', 'Messages', (page) => choose(page, 3)),
  long('grpc-failed', '/shop.v1.Stock/Reserve', 'Overview'),
  long('grpc-deadline', '/shop.v1.Orders/Place', 'Overview'),
  long('grpc-unary', '/shop.v1.Catalog/GetProduct', 'Body'),
  long('h2-connection', '/assets/vendor', 'Connection'),
  long('h2-tls', '/assets/vendor', 'Connection', (page) =>
    page.locator('.fingerprint').last().scrollIntoViewIfNeeded(),
  ),
  long('h2-timing', '/assets/vendor', 'Timing'),
  long('legs', '/v1/support', 'Connection'),
  long('poll-timing', '/v1/notifications', 'Timing'),
];
