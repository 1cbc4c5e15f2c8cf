import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { clipboard, expectFocus, focused, keyboardBench, press, reach, toList } from './support.ts';

const bench = keyboardBench('--exchanges', '10');

const list = /^listbox Devices/;

/** The place, with the phones that this fake of the engine has. */
async function openDevices(fake: string, adb = 'none'): Promise<Page> {
  const { address } = await bench.start('--exchanges', '10', '--devices', fake, '--adb', adb);
  const page = await bench.open(address);
  await toList(page);
  await press(page, 'Control+5');
  await page.getByRole('main', { name: 'Devices' }).waitFor();
  return page;
}

async function addPhone(page: Page): Promise<void> {
  await reach(page, /^button Add a phone/);
  await press(page, 'Enter');
  await expectFocus(page, /^h2 Add a phone/);
}

const rows = (page: Page) => page.getByRole('listbox', { name: 'Devices' }).getByRole('option');
const selected = (page: Page) => page.locator('.device-row[aria-selected=true]').innerText();

describe('devices without a mouse', () => {
  it('are gone through, renamed and removed, and Escape goes back one step', async () => {
    const page = await openDevices('list');
    await reach(page, list);
    await press(page, 'ArrowDown');
    await expect.poll(() => selected(page)).toContain('Pixel 8');
    await press(page, 'F2');
    await expectFocus(page, /^input Name of the device/);
    await page.keyboard.type('Test tablet of the second floor');
    await press(page, 'Enter');
    await page.getByRole('alert').getByText('is called Test tablet').waitFor();
    await press(page, 'Escape');
    await expectFocus(page, list);
    await expect.poll(() => selected(page)).toContain('Pixel 8');
    await press(page, 'F2');
    await page.keyboard.type('Pixel of Ada');
    await press(page, 'Enter');
    await expectFocus(page, list);
    await expect.poll(() => selected(page)).toContain('Pixel of Ada');
    await press(page, 'Delete');
    await page.getByRole('dialog', { name: 'Remove Pixel of Ada' }).waitFor();
    // Asked again before the browser has told that the dialog was closed.
    await Promise.all([press(page, 'Escape'), press(page, 'Delete')]);
    await page.getByRole('dialog', { name: 'Remove Pixel of Ada' }).waitFor();
    await press(page, 'Escape');
    await expectFocus(page, list);
    await press(page, 'Delete');
    await reach(page, /^button Remove$/);
    await press(page, 'Enter');
    await page.getByText('Pixel of Ada most likely still trusts').waitFor();
    await expectFocus(page, list);
    expect(await rows(page).count()).toBe(2);
    await press(page, 'Escape');
    await page.getByRole('main', { name: 'Exchanges' }).waitFor();
    expect(await focused(page)).not.toBe('body');
  });

  it('show their requests, filtered by their name', async () => {
    const page = await openDevices('list');
    await reach(page, list);
    await press(page, 'End', 'Enter');
    await page.getByRole('main', { name: 'Exchanges' }).waitFor();
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Filter' }).inputValue())
      .toBe('device:="Test tablet of the second floor"');
  });

  it('are let in that came without the code, and former ones are done with', async () => {
    const page = await openDevices('list');
    await reach(page, /^button Allow the device at 192.168.1.77/);
    await press(page, 'Enter');
    await expect.poll(() => rows(page).count()).toBe(4);
    expect(await focused(page)).not.toBe('body');
    await reach(page, /^button Done: Galaxy of Ben is clean/);
    await press(page, 'Enter');
    await page.getByText('Galaxy of Ben').waitFor({ state: 'detached' });
    expect(await focused(page)).not.toBe('body');
  });

  it('are added: the code is copied, another network chosen, and Escape leaves', async () => {
    const page = await openDevices('empty');
    await addPhone(page);
    await page.getByRole('img', { name: 'QR code of http://192.168.1.5:8888/pair/' }).waitFor();
    await reach(page, /^button Copy address/);
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toBe('http://192.168.1.5:8888');
    await reach(page, /^button Copy code/);
    await press(page, 'Enter');
    await expect.poll(() => clipboard(page)).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await reach(page, /^input Wi-Fi wlan0/);
    await press(page, 'ArrowDown');
    await page.getByRole('img', { name: 'QR code of http://10.8.0.2:8888/pair/' }).waitFor();
    await press(page, 'Control+1');
    await press(page, 'Control+5');
    await page.getByRole('heading', { name: 'Add a phone' }).waitFor();
    await press(page, 'Escape');
    await expectFocus(page, /^button Add a phone/);
    await page.getByText('See what a phone sends').waitFor();
  });

  it('go on to their steps when they are let in while a phone is added', async () => {
    const page = await openDevices('visited');
    await addPhone(page);
    await page.getByRole('heading', { name: 'A device has come' }).waitFor();
    await reach(page, /^button Allow the device at 192.168.1.23/);
    await press(page, 'Enter');
    await page.getByRole('heading', { name: 'is paired' }).waitFor();
    await expect.poll(() => focused(page)).not.toBe('body');
    await reach(page, /^button Finish later/);
    await press(page, 'Enter');
    await expectFocus(page, /^button Add a phone/);
  });

  it('are watched while they are set up, until they work', async () => {
    const page = await openDevices('live');
    await addPhone(page);
    await page.getByRole('heading', { name: 'iPhone is paired' }).waitFor();
    await page.getByRole('heading', { name: 'It works' }).waitFor();
    await page.getByRole('listitem').getByText('Read: api.shop.test.').waitFor();
    await reach(page, /^button Add another/);
    await press(page, 'Enter');
    await page.getByText('Waiting for the phone.').waitFor();
    await page.getByRole('heading', { name: 'It works' }).waitFor();
    await reach(page, /^button Done/);
    await press(page, 'Enter');
    await expectFocus(page, /^button Add a phone/);
    await expect.poll(() => selected(page)).toContain('iPhone');
  });

  it('cannot be added while nothing records, and can at once when it does', async () => {
    const page = await openDevices('empty');
    await addPhone(page);
    await page.getByRole('img', { name: /^QR code/ }).waitFor();
    await press(page, 'r');
    await page.getByRole('heading', { name: 'Recording is off' }).waitFor();
    await reach(page, /^button Start recording/);
    await press(page, 'Enter');
    await page.getByRole('img', { name: /^QR code/ }).waitFor();
    expect(await focused(page)).not.toBe('body');
  });

  it('are set up through adb, and the focus stays where it was', async () => {
    const page = await openDevices('empty', 'devices');
    await reach(page, /^button Look for devices/);
    await press(page, 'Enter');
    await expectFocus(page, /^button Look again/);
    await reach(page, /^button Use the proxy: Pixel 6/);
    await press(page, 'Enter');
    await page.getByText('It sends its traffic here').waitFor();
    await expectFocus(page, /^button Stop using it: Pixel 6/);
    await reach(page, /^button Open the page: Pixel 6/);
    await press(page, 'Enter');
    await page.getByText('The page is open on the device').waitFor();
    await reach(page, /^button Install the certificate: Pixel 6/);
    await press(page, 'Enter');
    await page.getByText('Go on there:').waitFor();
    await expectFocus(page, /^button Install the certificate: Pixel 6/);
  });
});
