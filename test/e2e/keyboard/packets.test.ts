import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { clipboard, expectFocus, keyboardBench, press, reach, toList } from './support.ts';

const bench = keyboardBench('--exchanges', '40', '--packets', '600');

const packets = /^grid Packets/;
const conversations = /^grid Conversations/;

async function toPackets(page: Page): Promise<void> {
  await toList(page);
  await press(page, 'Control+2');
  await reach(page, packets, 'F6');
  await page.locator('.packet-row:not(.missing)').first().waitFor();
}

const selected = (page: Page) => page.locator('.packet-row.selected');

describe('packets without a mouse', () => {
  it('are gone through, opened, and read field by field and byte by byte', async () => {
    const page = await bench.open();
    await toPackets(page);
    await press(page, 'Home', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    await expect.poll(() => selected(page).innerText()).toContain('[SYN]');
    // Until it has come, the tree is that of a packet before.
    await page.locator('.protocol-line').getByText('Transmission Control Protocol').waitFor();
    await press(page, 'Enter');
    await expectFocus(page, /^tree /);
    await press(page, 'End', 'ArrowRight', 'ArrowDown', 'ArrowDown');
    await expect.poll(() => page.locator('.protocol-line[aria-selected=true]').innerText()).toContain('443');
    await press(page, 'Control+c');
    await expect.poll(() => clipboard(page)).toBe('443');
    await reach(page, /^region Bytes, Frame/);
    await press(page, 'ArrowRight');
    await expect.poll(() => page.locator('.protocol-line[aria-selected=true]').innerText()).toContain('443');
    await press(page, 'ArrowRight');
    await expect
      .poll(() => page.locator('.protocol-line[aria-selected=true]').innerText())
      .toContain('Sequence');
    await press(page, 'Control+c');
    await expect.poll(() => clipboard(page)).toBe('00 00 00 00');
    await press(page, 'Escape');
    await expect.poll(() => page.locator('.hex-selected').count()).toBe(0);
    await reach(page, packets, 'F6');
    await press(page, 'Shift+F10');
    await reach(page, /^menuitem Copy row/, 'ArrowDown');
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toContain('40014 → 443 [SYN]');
    await expectFocus(page, packets);
  });

  it('are narrowed and widened, and followed as a stream', async () => {
    const page = await bench.open();
    await toPackets(page);
    await press(page, '/');
    await page.keyboard.insertText('pgsq');
    await page.getByRole('option').first().waitFor();
    await press(page, 'Tab');
    const field = page.getByRole('combobox', { name: 'Display filter' });
    await expect.poll(() => field.inputValue()).toBe('pgsql');
    await press(page, 'Enter');
    await page.getByText(/^\d+ of \d+ packets$/).waitFor();
    await reach(page, packets, 'F6');
    await press(page, 'Home', 's');
    await page.locator('.stream-line').first().waitFor();
    await reach(page, /^region Stream of/);
    await press(page, 'ArrowDown', 'ArrowDown', 'Enter');
    await page.locator('.stream-line.current').waitFor();
    await press(page, '/', 'ArrowDown', 'Escape', 'Escape');
    await expect.poll(() => field.inputValue()).toBe('');
    await press(page, 'Escape');
    await expectFocus(page, packets);
    await page.getByText(/^\d+ packets$/).waitFor();
  });

  it('are begun to be captured, and stopped', async () => {
    const page = await bench.open();
    await toPackets(page);
    await press(page, 'Shift+R');
    await page.getByRole('radio', { name: 'eth0' }).waitFor();
    await reach(page, /^input Capture filter/);
    await page.keyboard.insertText('not port 22');
    await press(page, 'Enter');
    await page.getByRole('group', { name: 'Capture on eth0' }).waitFor();
    await expectFocus(page, packets);
    await reach(page, /^button dropped/, 'F6');
    await reach(page, /^button Stop/);
    await press(page, 'Enter');
    await page.getByRole('group', { name: 'Capture on eth0' }).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.closest('main')?.ariaLabel)).toBe('Packets');
  });
});

describe('conversations without a mouse', () => {
  it('are chosen, drawn, read point by point, and lead to their packets', async () => {
    const page = await bench.open();
    await toList(page);
    await press(page, 'Control+3');
    await reach(page, conversations, 'F6');
    await page.locator('.conversation-row:not(.missing)').first().waitFor();
    await press(page, 'Home', 'ArrowDown', 'ArrowDown');
    await page.getByRole('tablist', { name: 'Conversation details' }).waitFor();
    await press(page, ']');
    await reach(page, /^grid Sequence/);
    await press(page, 'ArrowDown', 'ArrowDown', '+', '-');
    await press(page, ']');
    await reach(page, /^slider Time-sequence/);
    const picture = page.getByRole('slider', { name: /^Time-sequence/ });
    await press(page, 'ArrowRight', 'ArrowRight');
    await expect.poll(() => picture.getAttribute('aria-valuetext')).toMatch(/packet \d+$/);
    await press(page, '+', '+', '0', 'Enter');
    await page.getByText('Conversation 2', { exact: true }).waitFor();
    await expect.poll(() => selected(page).count()).toBe(1);
    await reach(page, packets, 'F6');
    await press(page, 'Escape');
    await page.getByText(/^\d+ packets$/).waitFor();
  });
});
