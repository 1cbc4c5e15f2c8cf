import type { Page } from 'playwright-core';
import { press, scene, type Scene } from './scene.ts';

const engine = ['--exchanges', '200', '--packets', '5000'];

/** Shows the packets; the list has its rows. */
export async function openPackets(page: Page): Promise<void> {
  await page.locator('.list-row').first().waitFor();
  await press(page, 'Control+2');
  await page.locator('.packet-row:not(.missing)').nth(5).waitFor();
}

/** Shows the conversations and selects the one of that application. */
export async function openConversation(page: Page, application: string, tab: string): Promise<void> {
  await page.locator('.list-row').first().waitFor();
  await press(page, 'Control+3');
  await page.locator('.conversation-row', { hasText: application }).first().click();
  await page.getByRole('tab', { name: tab, exact: true }).click();
}

/** A packet by its number. */
export async function choosePacket(page: Page, number: number): Promise<void> {
  await press(page, 'g');
  await page.keyboard.insertText(String(number));
  await press(page, 'Enter');
  await page.locator('.packet-row.selected').waitFor();
  await page.locator('.protocol-line, .stream-line, .expert, .plot').first().waitFor();
}

function packets(
  name: string,
  show: (page: Page) => Promise<unknown>,
  options: readonly string[] = engine,
): Scene {
  return scene(
    `packets-${name}`,
    async (page) => {
      await openPackets(page);
      await show(page);
    },
    options,
  );
}

function empty(name: string, capture: string): Scene {
  return scene(
    `packets-${name}`,
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await press(page, 'Control+2');
      await page.getByRole('heading', { name: 'No packets yet' }).waitFor();
    },
    ['--exchanges', '40', '--capture', capture],
  );
}

function picture(name: string, tab: string, series = '0'): Scene {
  return scene(
    `conversation-${name}`,
    async (page) => {
      await openConversation(page, 'http/1.1', tab);
      const area = page.locator('.conversation-pane .plot-area');
      await area.focus();
      await press(page, 'ArrowRight', 'ArrowRight', 'ArrowRight');
      await page.locator('.plot-card').waitFor();
    },
    [...engine, '--series-points', series],
  );
}

/** The packets, what is shown of one of them, conversations and their pictures, and capturing. */
export const packetScenes: readonly Scene[] = [
  empty('empty', 'ready'),
  empty('not-installed', 'not-installed'),
  empty('impossible', 'impossible'),
  packets('list', async (page) => {
    await choosePacket(page, 5);
    await page.getByRole('treeitem', { name: /^Transmission Control/ }).click();
    await press(page, 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
  }),
  packets('trouble', async (page) => {
    await choosePacket(page, 52);
    await press(page, 'x', 'm');
    await page.keyboard.insertText('the receiver stops reading');
    await press(page, 'Enter', 'e');
    await page.locator('.packet-row.marked').waitFor();
  }),
  packets('decrypted', async (page) => {
    await choosePacket(page, 15);
    await page.getByRole('button', { name: /^Decrypted TLS/ }).click();
  }),
  packets('menu', async (page) => {
    await page.locator('.packet-row').nth(4).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Apply as filter' }).click();
    await page.getByRole('menuitem', { name: 'Not this', exact: true }).waitFor();
  }),
  packets('fields', async (page) => {
    await page.getByRole('combobox', { name: 'Display filter' }).fill('tcp.');
    await page.getByRole('option').first().waitFor();
  }),
  packets('filter-wrong', async (page) => {
    await page.getByRole('combobox', { name: 'Display filter' }).fill('tcp.port == 443 &&');
    await page.locator('.packet-filter-problem').waitFor();
  }),
  packets(
    'filtering',
    async (page) => {
      await page.getByRole('combobox', { name: 'Display filter' }).fill('http.request.method == "GET"');
      await press(page, 'Enter');
      await page.getByRole('group', { name: 'Filtering' }).waitFor();
      await page.getByRole('button', { name: 'Stop', exact: true }).last().click();
      await page.getByText('stopped after').waitFor();
    },
    ['--exchanges', '40', '--packets', '900000'],
  ),
  packets('stream', async (page) => {
    await choosePacket(page, 20);
    await press(page, 's');
    await page.locator('.stream-line').first().waitFor();
  }),
  packets('stream-hex', async (page) => {
    await choosePacket(page, 8);
    await press(page, 's');
    await page.locator('.stream-line').first().waitFor();
    await page.getByRole('button', { name: 'Hex', exact: true }).click();
  }),
  packets('expert', async (page) => {
    await page.getByRole('tab', { name: 'Expert' }).click();
    await page.locator('.expert-summary').first().click();
  }),
  packets('graph', async (page) => {
    await page.getByRole('tab', { name: 'I/O graph' }).click();
    const line = page.getByRole('textbox', { name: 'Display filter of another line' });
    await line.fill('tcp.analysis.retransmission');
    await line.press('Enter');
    await page.getByRole('button', { name: 'tcp.analysis.retransmission', exact: true }).waitFor();
  }),
  packets('decode-as', async (page) => {
    await page.locator('.packet-row').nth(6).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Decode as' }).click();
    await page.getByRole('dialog', { name: 'Decode as' }).waitFor();
  }),
  packets('capture', async (page) => {
    await press(page, 'Shift+R');
    await page.getByRole('radio', { name: 'eth0' }).waitFor();
  }),
  packets('capture-ssh', async (page) => {
    await press(page, 'Shift+R');
    await page.getByRole('button', { name: 'Over ssh' }).click();
    await page.getByLabel('Machine, as ssh takes it').fill('ada@db.example');
  }),
  packets(
    'capturing',
    (page) => page.getByRole('group', { name: 'Capture on eth0' }).getByText('kernel').waitFor(),
    ['--exchanges', '40', '--packets', '3000', '--capture', 'running'],
  ),
  scene('conversations', (page) => openConversation(page, 'http/1.1', 'Facts'), engine),
  scene(
    'conversation-sequence',
    async (page) => {
      await openConversation(page, 'http/1.1', 'Sequence');
      await page.getByRole('grid', { name: 'Sequence' }).focus();
      await press(page, ...Array.from({ length: 24 }, () => 'ArrowDown'));
    },
    engine,
  ),
  picture('stevens', 'Time-sequence'),
  picture('stevens-long', 'Time-sequence', '100000'),
  picture('window', 'Window'),
  picture('throughput', 'Throughput', '100000'),
  picture('rtt', 'Round trip', '100000'),
  scene(
    'exchange-packets',
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await page.getByRole('grid').focus();
      await press(page, 'Home', 'Enter');
      await page.getByRole('tab', { name: /^Packets/ }).click();
      await page.locator('.leg-packet').nth(3).waitFor();
    },
    engine,
  ),
];
