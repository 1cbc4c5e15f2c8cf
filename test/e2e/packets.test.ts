import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openFakeWindow, startFakeWindow } from '../support/fake-window.ts';

const stepTimeoutMs = 15_000;

let browser: Browser;
const undo: (() => unknown)[] = [];
beforeAll(async () => {
  browser = await launchBrowser();
  undo.push(() => browser.close());
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

/** The packets of a made-up engine. */
async function openPackets(...options: readonly string[]): Promise<Page> {
  const server = await startFakeWindow('--exchanges', '40', ...options);
  undo.push(server.program.dispose);
  const page = await openFakeWindow(browser, server.address);
  page.setDefaultTimeout(stepTimeoutMs);
  await page.locator('.list-row').first().waitFor();
  await page.keyboard.press('Control+2');
  await page.getByRole('main', { name: 'Packets' }).waitFor();
  return page;
}

const list = (page: Page) => page.getByRole('grid', { name: 'Packets' });
const rowOf = (page: Page, number: string) =>
  page.locator(`.packet-row:has([aria-colindex="1"]:text-is("${number}"))`);
const info = (page: Page) => page.locator('.packet-row.selected .packet-info');
const litBytes = async (page: Page) => {
  const bytes = await page.locator('.hex-bytes .hex-selected').allInnerTexts();
  return bytes.map((text) => text.trim()).join(' ');
};

describe('packets in the window', () => {
  it('are captured, listed, taken apart, and lead to their exchange', async () => {
    const page = await openPackets();
    await page.getByRole('heading', { name: 'No packets yet' }).waitFor();
    await page.keyboard.press('Shift+R');
    const dialog = page.getByRole('dialog', { name: 'Capture packets' });
    await dialog.getByRole('radio', { name: 'eth0' }).check();
    const filter = dialog.getByLabel('Capture filter, as tcpdump takes it');
    await filter.fill('port 80 ==');
    await dialog.getByText('syntax error').waitFor();
    expect(await dialog.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
    await filter.fill('not port 22');
    await dialog.getByRole('button', { name: 'Start' }).click();
    const line = page.getByRole('group', { name: 'Capture on eth0' });
    await line.getByText('kernel 0').waitFor();
    await page.getByText(/^eth0 \d+ packets\/s$/).waitFor();

    // Its end is followed until a packet is looked at.
    await expect.poll(() => page.locator('.packet-row').count()).toBeGreaterThan(10);
    await list(page).focus();
    await page.keyboard.press('Home');
    await rowOf(page, '5').click();
    await line.getByRole('button', { name: 'Stop' }).click();
    await line.waitFor({ state: 'detached' });
    await page.getByText('capture off').waitFor();

    const tree = page.getByRole('tree');
    await tree.getByRole('treeitem', { name: /^Transmission Control Protocol/ }).click();
    await page.keyboard.press('ArrowRight');
    await tree.getByRole('treeitem', { name: 'Sequence Number: 0' }).click();
    expect(await litBytes(page)).toBe('00 00 00 00');
    await page.getByText('tcp.seq', { exact: true }).waitFor();
    // A byte leads to its field: the destination port of the SYN, 443.
    await page.locator('.hex-bytes [data-at="36"]').click();
    expect(await litBytes(page)).toBe('01 bb');
    const current = tree.locator('[aria-selected="true"]');
    await expect.poll(() => current.innerText()).toContain('Destination Port: 443');
    // The next packet shows the same field.
    await list(page).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => current.innerText()).toMatch(/Destination Port: (?!443)/);

    await page.getByRole('button', { name: 'Exchange #1' }).click();
    await page.getByRole('main', { name: 'Exchanges' }).waitFor();
    await page.getByRole('tab', { name: /^Packets \d+$/ }).click();
    await page.getByRole('region', { name: 'Server leg' }).waitFor();
    await page.locator('.leg-packet', { hasText: 'Client Hello' }).click();
    await page.getByText('Exchange #1', { exact: true }).first().waitFor();
    await expect.poll(() => info(page).innerText()).toContain('Client Hello');
    await page.getByRole('button', { name: 'Back to all packets' }).click();
    await page.getByText(/^\d+ packets$/).waitFor();
    await page.close();
  });

  it('are filtered by what is typed, by what is pointed at, and packet by packet in Wireshark’s engine', async () => {
    const page = await openPackets('--packets', '30000');
    await rowOf(page, '1').waitFor();
    const filter = page.getByRole('combobox', { name: 'Display filter' });
    await filter.fill('tcp.analysis.z');
    await page.getByRole('option', { name: /zero_window/ }).click();
    await page.getByText(/^366 of 30,000 packets$/).waitFor();
    await filter.fill('tcp.port == && 1');
    await page.getByText('was not expected here').or(page.getByText('neither a field')).first().waitFor();
    await page.getByText(/^366 of 30,000 packets$/).waitFor();

    await filter.fill('http.request.method == "GET"');
    await page.getByText('Enter runs it in Wireshark’s engine', { exact: false }).first().waitFor();
    await page.keyboard.press('Enter');
    const progress = page.getByRole('group', { name: 'Filtering' });
    await progress.getByRole('button', { name: 'Stop' }).click();
    await progress.getByText('stopped after').waitFor();
    await progress.getByRole('button', { name: 'Continue' }).click();
    await progress.waitFor({ state: 'detached' });
    await page.getByText(/^732 of 30,000 packets$/).waitFor();
    await filter.fill('');

    await rowOf(page, '2').click({ button: 'right', position: { x: 400, y: 12 } });
    await page.getByRole('menuitem', { name: 'Apply as filter' }).click();
    await page.getByRole('menuitem', { name: 'Not this', exact: true }).click();
    expect(await filter.inputValue()).toBe('!(ip.dst == 192.168.1.23)');
    await page.keyboard.press('Control+f');
    await page.keyboard.press('Escape');
    await rowOf(page, '2').waitFor();
    expect(await filter.inputValue()).toBe('');
    await page.close();
  });

  it('are found, marked, commented and timed by keys', async () => {
    const page = await openPackets('--packets', '400');
    await rowOf(page, '1').waitFor();
    await list(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('n');
    await expect.poll(() => info(page).innerText()).toContain('Destination unreachable');
    await page.keyboard.press('n');
    await expect.poll(() => info(page).innerText()).toContain('Previous segment not captured');
    const time = page.locator('.packet-row.selected .packet-time');
    await page.keyboard.press('e');
    await expect.poll(() => time.innerText()).toBe('REF 0.000000');
    await page.keyboard.press('x');
    await page.locator('.packet-row.selected.marked').waitFor();
    await page.keyboard.press('m');
    await page.keyboard.insertText('where it began');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator('.packet-row.selected .packet-number').innerText())
      .toMatch(/^■ ✎ \d+$/);
    await page.keyboard.press('Home');
    await page.keyboard.press('d');
    await expect.poll(() => time.innerText()).toBe('REF 0.000000');
    await page.keyboard.press('g');
    await page.keyboard.insertText('300');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.packet-row.selected .packet-number').innerText()).toBe('300');
    await page.getByRole('combobox', { name: 'Times' }).selectOption('utc');
    await expect.poll(() => time.innerText()).toMatch(/^2026-11-22 10:23:\d\d\.\d{6}$/);
    await page.getByRole('button', { name: 'ns', exact: true }).click();
    await expect.poll(() => time.innerText()).toMatch(/\.\d{9}$/);
    await page.close();
  });

  it('are followed as streams, decrypted where they can be', async () => {
    const page = await openPackets('--packets', '400');
    await rowOf(page, '8').click();
    await page.keyboard.press('s');
    const stream = page.getByRole('region', { name: /^Stream of/ });
    await stream.getByText('GET /v1/cart HTTP/1.1').waitFor();
    await page.getByRole('button', { name: 'B', exact: true }).click();
    await stream.getByText('GET /v1/cart HTTP/1.1').waitFor({ state: 'detached' });
    await page.getByRole('searchbox', { name: 'Find in the stream' }).fill('lamp-480');
    await page.keyboard.press('Enter');
    await page.locator('.stream-line.current .stream-found').waitFor();
    await page.getByRole('button', { name: 'HTTP/2', exact: true }).click();
    await page.getByText('This conversation does not speak HTTP/2.').waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'TLS', exact: true }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect((await saved).suggestedFilename()).toBe('stream 2 api.shop.test.bin');
    await page.close();
  });

  it('are a conversation with figures and pictures that lead back to them', async () => {
    const page = await openPackets('--packets', '400', '--series-points', '100000');
    await page.keyboard.press('Control+3');
    const table = page.getByRole('grid', { name: 'Conversations' });
    await table
      .getByRole('row', { name: /203\.0\.113\.20:80/ })
      .first()
      .click();
    await page.getByRole('tab', { name: 'Sequence', exact: true }).click();
    await page
      .getByRole('grid', { name: 'Sequence' })
      .getByText('100,000')
      .or(page.getByText('100,000 packets'))
      .first()
      .waitFor();
    await page.getByRole('tab', { name: 'Time-sequence' }).click();
    const picture = page.getByRole('slider', { name: /^Time-sequence/ });
    await picture.focus();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => picture.getAttribute('aria-valuetext')).toMatch(/^\S.*, at .*, packet [\d,]+$/);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'SVG', exact: true }).click();
    expect((await saved).suggestedFilename()).toMatch(/^Time-sequence.*\.svg$/);
    await picture.focus();
    await page.keyboard.press('0');
    await expect.poll(() => page.getByRole('button', { name: 'Whole time' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Packets', exact: true }).last().click();
    await page.getByText('Conversation 3', { exact: true }).waitFor();
    await page.close();
  });

  it('cannot be captured without the helper, which the window offers in plain words', async () => {
    const page = await openPackets('--capture', 'not-installed');
    await page.getByText('Reading packets needs a right', { exact: false }).waitFor();
    await page.getByText('sudo setcap', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Install, asking for the password' }).click();
    await page.getByRole('button', { name: 'Capture …' }).last().waitFor();
    await page.keyboard.press('Control+6');
    await page.getByRole('button', { name: 'Packet capture' }).click();
    await page.getByText('Installed', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove the helper' }).click();
    await page.getByText('Not installed', { exact: true }).waitFor();
    await page.close();
  });
});
