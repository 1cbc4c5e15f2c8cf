import { afterAll, beforeAll, describe, it } from 'vitest';
import { openLong } from '../../screens/long-scenes.ts';
import { accessibilityBench, expectAccessible, type AccessibilityBench } from './support.ts';

let bench: AccessibilityBench;
beforeAll(async () => {
  bench = await accessibilityBench('--long', '--exchanges', '0');
});
afterAll(() => bench.close());

describe('axe finds nothing wrong in what stays open,', () => {
  it.each([
    ['a WebSocket', '/v1/support', 'Messages'],
    ['an event stream', '/events', 'Messages'],
    ['a gRPC call with names', '/shop.v1.Stock/Watch', 'Messages'],
  ])('%s with one of its messages', async (name, path, tab) => {
    const page = await bench.open();
    await openLong(page, path, tab);
    await page.locator('.message-row:not(.missing)').nth(1).click();
    await page.locator('.message-view .tab-bar').first().waitFor();
    await page.locator('.message-view [role=tree]').first().waitFor();
    await expectAccessible(page, name);
  });

  it.each([
    ['a connection of HTTP/2', '/assets/vendor', 'Connection'],
    ['the overview of a gRPC call that failed', '/shop.v1.Stock/Reserve', 'Overview'],
  ])('%s', async (name, path, tab) => {
    const page = await bench.open();
    await openLong(page, path, tab);
    if (tab === 'Connection') await page.locator('.shared-row').first().waitFor();
    await expectAccessible(page, name);
  });
});
