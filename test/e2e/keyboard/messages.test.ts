import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { clipboard, expectFocus, keyboardBench, press, reach, toList } from './support.ts';

const bench = keyboardBench('--long', '--exchanges', '0');

/** Opens the tab of the one exchange whose path holds that text, the focus on its name. */
async function openLong(page: Page, path: string, tab: string): Promise<void> {
  await toList(page);
  await press(page, '/');
  await page.keyboard.insertText(`path:${path}`);
  await press(page, 'Enter');
  await page.getByText('1 of 23 exchanges').waitFor();
  await toList(page);
  await press(page, 'Home', 'Enter');
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
  await reach(page, /^tab /, 'F6');
  await reach(page, new RegExp(`^tab ${tab}`), 'ArrowRight');
}

const messages = /^grid Messages/;
const message = (page: Page) => page.getByRole('region', { name: /^Message \d+$/ });

describe('messages without a mouse', () => {
  it('are gone through, read, copied and left', async () => {
    const page = await bench.open();
    await openLong(page, '/v1/support', 'Messages');
    await reach(page, messages);
    await page.locator('.message-row:not(.missing)').first().waitFor();
    await press(page, 'Home');
    await message(page).waitFor();
    await message(page).getByText('Hello, my lamp flickers.').first().waitFor();
    await press(page, 'ArrowDown', 'ArrowDown');
    await expect.poll(() => message(page).getAttribute('aria-label')).toBe('Message 3');
    await press(page, 'End');
    await expect.poll(() => message(page).getAttribute('aria-label')).toBe('Message 13');
    await message(page).getByText('Closed normally').waitFor();
    await press(page, 'Control+c');
    await reach(page, /^button Close the message/);
    await press(page, 'Enter');
    await expectFocus(page, messages);
    await press(page, 'Home');
    await message(page).waitFor();
    await press(page, 'Escape');
    await message(page).waitFor({ state: 'detached' });
    await expectFocus(page, messages);
    await reach(page, /^button Copy all messages shown/, 'Shift+Tab');
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toContain('Which lamp is it?');
  });

  it('are narrowed by text, by who sent them and by what they are', async () => {
    const page = await bench.open();
    await openLong(page, '/v1/support', 'Messages');
    await reach(page, /^searchbox Find in messages|^input Find in messages/);
    await page.keyboard.insertText('leaflet');
    await page.getByText('1 of 13 shown').waitFor();
    await press(page, 'Escape');
    await page.getByText('6 sent, 7 received').waitFor();
    await reach(page, /^button Sent/);
    await press(page, 'Enter');
    await page.getByText('6 of 13 shown').waitFor();
    await reach(page, /^button Control/);
    await press(page, 'Enter');
    await page.getByText('2 of 13 shown').waitFor();
    await reach(page, /^searchbox Find in messages|^input Find in messages/, 'Shift+Tab');
    await page.keyboard.insertText('nowhere');
    await page.getByText('No message matches.').waitFor();
    await reach(page, /^button Show all messages/);
    await press(page, 'Enter');
    await page.getByText('6 sent, 7 received').waitFor();
  });

  it('of one connection lead from one exchange to another', async () => {
    const page = await bench.open();
    await openLong(page, '/assets/vendor', 'Connection');
    await reach(page, /^button 7 ?GET \/assets\/vendor/);
    await press(page, 'ArrowDown');
    await expectFocus(page, /^button 9 ?GET \/fonts/);
    await press(page, 'Enter');
    await page.locator('.detail-title', { hasText: '/fonts/inter.woff2' }).waitFor();
  });
});
