import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktopPlace, openDesktop, proxyOf } from '../support/desktop.ts';
import { startDisplay, type Display } from '../support/display.ts';
import { runCli, runCurl } from '../support/program.ts';
import { startWebOrigin, type WebOrigin } from '../support/web-origin.ts';

const stepTimeoutMs = 30_000;

let display: Display | null;
let origin: WebOrigin;

beforeAll(async () => {
  [display, origin] = await Promise.all([startDisplay(), startWebOrigin()]);
});
afterAll(async () => {
  display?.stop();
  await origin.close();
});

const packetRow = (window: Page, info: string) => window.locator('.packet-row', { hasText: info });
const selectedInfo = (window: Page) => window.locator('.packet-row.selected .packet-info').innerText();
const exchangeRow = (window: Page, path: string) =>
  window.locator('.list-row', { has: window.getByText(path, { exact: true }) });
const panel = (window: Page, name: string) => window.getByRole('main', { name });

/** The bytes of the selected field, read as text. */
async function litText(window: Page): Promise<string> {
  const bytes = await window.locator('.hex-bytes .hex-selected').allInnerTexts();
  return Buffer.from(bytes.join('').replaceAll(/\s/g, ''), 'hex').toString('latin1');
}

/** Through the window, on the loopback interface, and no other packets than of these ports. */
async function startCapture(window: Page, ports: readonly string[]): Promise<void> {
  await panel(window, 'Packets').getByRole('button', { name: 'Capture …' }).last().click();
  const dialog = window.getByRole('dialog', { name: 'Capture packets' });
  await dialog.getByRole('radio', { name: /^lo\b/ }).check();
  const filter = ports.map((port) => `tcp port ${port}`).join(' or ');
  await dialog.getByLabel('Capture filter, as tcpdump takes it').fill(filter);
  await dialog.getByRole('button', { name: 'Start' }).click();
  await dialog.waitFor({ state: 'detached' });
  await window.getByRole('group', { name: 'Capture on lo' }).getByText('Capturing on').waitFor();
}

describe('packets of this machine in the desktop program', () => {
  it('come as they are sent, are taken apart, and lead to their exchange and back', async () => {
    const place = desktopPlace(origin.caPem);
    const { window, quit } = await openDesktop(place, display);
    window.setDefaultTimeout(stepTimeoutMs);
    const proxy = await proxyOf(window);
    await window.keyboard.press('Control+2');
    await window.getByRole('heading', { name: 'No packets yet' }).waitFor();
    await startCapture(
      window,
      [proxy, origin.http].map((address) => new URL(address).port),
    );

    // Past the proxy: this exchange is known from its packets only.
    const direct = new URL('/direct', origin.http.replace('localhost', '127.0.0.1'));
    expect(await runCurl([direct.href])).toMatchObject({ code: 0, stdout: 'You asked for /direct' });
    await packetRow(window, 'HTTP/1.1 200 OK').waitFor();
    await packetRow(window, 'GET /direct HTTP/1.1').click();
    const tree = window.getByRole('tree', { name: /^Protocols of packet \d+, read by / });
    await tree.getByRole('treeitem', { name: /^Transmission Control Protocol/ }).waitFor();
    await tree.getByRole('treeitem', { name: 'Hypertext Transfer Protocol' }).click();
    expect(await litText(window)).toMatch(/^GET \/direct HTTP\/1\.1\r\nHost: /);
    await window.keyboard.press('ArrowRight');
    await tree.getByRole('treeitem', { name: /^User-Agent: curl/ }).click();
    expect(await litText(window)).toMatch(/^User-Agent: curl\/[\d.]+\r\n$/);
    await window.getByText('http.user_agent', { exact: true }).waitFor();
    // The other way round, into another protocol: a byte leads to its field.
    await window.locator('.hex-bytes [data-at="36"]').click();
    const current = tree.locator('[aria-selected="true"]');
    await expect.poll(() => current.innerText()).toContain(`Destination Port: ${direct.port}`);

    await window.getByRole('button', { name: /^Exchange #\d+$/ }).click();
    await panel(window, 'Exchanges').waitFor();
    await window.locator('.list-row.selected', { hasText: '/direct' }).waitFor();
    await window.getByRole('tab', { name: 'Body' }).click();
    await window.locator('#detail-body').getByText('You asked for /direct').waitFor();
    await window.getByRole('tab', { name: /^Packets \d+$/ }).click();
    await window.locator('.leg-packet', { hasText: '200 OK' }).click();
    await panel(window, 'Packets').waitFor();
    await expect.poll(() => selectedInfo(window)).toBe('HTTP/1.1 200 OK');
    await window.getByRole('button', { name: 'Back to all packets' }).click();
    const wholeList = window.getByText(/^\d+ packets$/);
    const before = await wholeList.innerText();

    // Through the proxy: one exchange, whose packets are on both legs.
    const proxied = await runCurl(['-x', proxy, `${origin.http}/proxied`]);
    expect(proxied).toMatchObject({ code: 0, stdout: 'You asked for /proxied' });
    await expect.poll(() => wholeList.innerText()).not.toBe(before);
    // The list stays where a person looks, and says what came meanwhile.
    expect(await runCurl([new URL('/more', direct).href])).toMatchObject({ code: 0 });
    const follow = window.getByRole('button', { name: /^Follow \d+ new$/ });
    await follow.click();
    await follow.waitFor({ state: 'detached' });
    await window.keyboard.press('Control+1');
    await exchangeRow(window, '/proxied').click();
    await window.getByRole('tab', { name: /^Packets \d+$/ }).click();
    await window.getByRole('region', { name: 'Client leg' }).waitFor();
    const serverLeg = window.getByRole('region', { name: 'Server leg' });
    await serverLeg.locator('.leg-packet', { hasText: 'GET /proxied HTTP/1.1' }).click();
    await expect.poll(() => selectedInfo(window)).toBe('GET /proxied HTTP/1.1');
    // What is told of the packet before stays until this one has been read.
    await window.locator('.detail-title', { hasText: 'GET /proxied HTTP/1.1' }).waitFor();
    await window.getByRole('button', { name: /^Exchange #\d+$/ }).click();
    await window.locator('.list-row.selected', { hasText: '/proxied' }).waitFor();
    await expect.poll(() => window.locator('.list-row').count()).toBe(3);

    // Another selection of packets neither begins to follow nor has anything new.
    await window.keyboard.press('Control+2');
    await window.getByRole('button', { name: 'Back to all packets' }).click();
    await wholeList.waitFor();
    await window.getByRole('grid', { name: 'Packets' }).press('Home');
    const filter = window.getByRole('combobox', { name: 'Display filter' });
    await filter.fill('tcp.port == 1');
    await window.getByRole('heading', { name: 'No packet matches' }).waitFor();
    await filter.fill('');
    await wholeList.waitFor();
    expect(await follow.count()).toBe(0);
    expect(await runCurl([new URL('/later', direct).href])).toMatchObject({ code: 0 });
    await follow.click();
    await packetRow(window, 'GET /later HTTP/1.1').waitFor();
    await follow.waitFor({ state: 'detached' });

    const line = window.getByRole('group', { name: 'Capture on lo' });
    await line.getByRole('button', { name: 'Stop' }).click();
    await line.waitFor({ state: 'detached' });
    await window.getByText('capture off').waitFor();
    const shown = await wholeList.innerText();
    await quit();
    const { stdout } = await runCli(['packets', place.session, '--json']);
    expect(`${stdout.trim().split('\n').length} packets`).toBe(shown);
  });
});
