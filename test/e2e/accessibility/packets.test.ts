import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { choosePacket, openConversation, openPackets } from '../../screens/packet-scenes.ts';
import { accessibilityBench, expectAccessible, type AccessibilityBench } from './support.ts';

let bench: AccessibilityBench;
beforeAll(async () => {
  bench = await accessibilityBench('--exchanges', '40', '--packets', '600');
});
afterAll(() => bench.close());

async function showTab(page: Page, name: string, shown: string): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).click();
  await page.locator(shown).first().waitFor();
}

describe('axe finds nothing wrong in', () => {
  it('the packets, a protocol tree with its bytes, and a filter with a problem', async () => {
    const page = await bench.open();
    await openPackets(page);
    await choosePacket(page, 52);
    await page.keyboard.press('x');
    await page.locator('.packet-row.marked').waitFor();
    await page.getByRole('treeitem', { name: /^Transmission Control/ }).click();
    await page.keyboard.press('ArrowRight');
    await expectAccessible(page, 'packets');
    await page.getByRole('combobox', { name: 'Display filter' }).fill('tcp.port == 443 &&');
    await page.locator('.packet-filter-problem').waitFor();
    await expectAccessible(page, 'a filter with a problem');
    await page.getByRole('combobox', { name: 'Display filter' }).fill('tcp.a');
    await page.getByRole('option').first().waitFor();
    await expectAccessible(page, 'completions');
  });

  it('a stream, the expert list and packets over time', async () => {
    const page = await bench.open();
    await openPackets(page);
    await choosePacket(page, 20);
    await showTab(page, 'Stream', '.stream-line');
    await expectAccessible(page, 'stream');
    await showTab(page, 'Expert', '.expert-summary');
    await page.locator('.expert-summary').first().click();
    await expectAccessible(page, 'expert');
    await showTab(page, 'I/O graph', '.plot-area');
    await expectAccessible(page, 'packets over time');
  });

  it('the menu of a packet, and what it is decoded as', async () => {
    const page = await bench.open();
    await openPackets(page);
    await page.locator('.packet-row').nth(4).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Decode as' }).waitFor();
    await expectAccessible(page, 'menu of a packet');
    await page.getByRole('menuitem', { name: 'Decode as' }).click();
    await page.getByRole('dialog', { name: 'Decode as' }).waitFor();
    await expectAccessible(page, 'decode as');
  });

  it('the conversations with figures, the sequence and a picture', async () => {
    const page = await bench.open();
    await openConversation(page, 'http/1.1', 'Facts');
    await page.locator('.conversation-facts').waitFor();
    await expectAccessible(page, 'conversations');
    await showTab(page, 'Sequence', '.sequence-row');
    await page.locator('.sequence-row').nth(3).click();
    await expectAccessible(page, 'sequence');
    await showTab(page, 'Time-sequence', '.plot-area');
    await page.locator('.plot-area').last().focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.plot-card').waitFor();
    await expectAccessible(page, 'time-sequence');
  });

  it('the packets of an exchange', async () => {
    const page = await bench.open();
    await page.locator('.list-row').first().click();
    await page.getByRole('grid').press('Home');
    await page.getByRole('tab', { name: /^Packets/ }).click();
    await page.locator('.leg-packet').first().waitFor();
    await expectAccessible(page, 'packets of an exchange');
  });

  it('capturing: the dialog, what runs, and what cannot be', async () => {
    const page = await bench.open();
    await openPackets(page);
    await page.keyboard.press('Shift+R');
    await page.getByRole('radio', { name: 'eth0' }).waitFor();
    await expectAccessible(page, 'capture dialog');
    await page.getByRole('button', { name: 'Over ssh' }).click();
    await expectAccessible(page, 'capture over ssh');
    await page.getByRole('button', { name: 'This machine' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('group', { name: 'Capture on eth0' }).waitFor();
    await expectAccessible(page, 'a capture that runs');
    await page.getByRole('group', { name: 'Capture on eth0' }).getByRole('button', { name: 'Stop' }).click();
    const server = await bench.start('--exchanges', '10', '--capture', 'not-installed');
    const other = await bench.open(server.address);
    await other.locator('.list-row').first().waitFor();
    await other.keyboard.press('Control+2');
    await other.getByRole('button', { name: 'Install, asking for the password' }).waitFor();
    await expectAccessible(other, 'capturing needs the helper');
  });
});
