import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readQrOnScreen } from '../../support/read-qr.ts';
import { accessibilityBench, expectAccessible, focusIndicator, type AccessibilityBench } from './support.ts';

let bench: AccessibilityBench;
beforeAll(async () => {
  bench = await accessibilityBench('--exchanges', '40');
});
afterAll(() => bench.close());

async function openDevices(fake: string, adding: boolean, adb = 'none'): Promise<Page> {
  const { address } = await bench.start('--exchanges', '40', '--devices', fake, '--adb', adb);
  const page = await bench.open(address);
  await page.locator('.list-row').first().waitFor();
  await page.keyboard.press('Control+5');
  if (adding) await page.getByRole('button', { name: 'Add a phone' }).click();
  return page;
}

describe('axe finds nothing wrong in', () => {
  it('the devices, a name that is taken and the question before one is removed', async () => {
    const page = await openDevices('list', false);
    await page.getByRole('listbox', { name: 'Devices' }).waitFor();
    await page.getByRole('option', { name: 'Pixel 8' }).click();
    await expectAccessible(page, 'devices');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name of the device' }).fill('Ada’s iPhone');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await expectAccessible(page, 'a name that is taken');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Delete');
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'remove a device');
  });

  it('a place without devices', async () => {
    const page = await openDevices('empty', false);
    await page.getByText('See what a phone sends').waitFor();
    await expectAccessible(page, 'no devices');
  });

  it('devices that adb reaches, and what is left to do on one', async () => {
    const page = await openDevices('list', false, 'devices');
    await page.getByRole('button', { name: 'Look for devices' }).click();
    await page.getByRole('button', { name: 'Install the certificate: Pixel 6' }).click();
    await page.getByText('Install anyway').waitFor();
    await expectAccessible(page, 'devices that adb reaches');
  });

  it('something that is being done with one', async () => {
    const page = await openDevices('empty', false, 'slow');
    await page.getByRole('button', { name: 'Look for devices' }).click();
    await page.getByRole('button', { name: 'Use the proxy: Pixel 6' }).click();
    await page.getByText('Setting the proxy').waitFor();
    await expectAccessible(page, 'a proxy that is being set');
  });

  it.each([
    ['late', 'No phone has come for'],
    ['visited', 'A device has come'],
    ['ca-not-trusted', 'it is not trusted yet'],
    ['works', 'Read: api.shop.test.'],
    ['no-network', 'This computer is in no network'],
    ['problem', 'The proxy is not open to phones'],
  ])('a phone that is added: %s', async (fake, told) => {
    const page = await openDevices(fake, true);
    await page.getByText(told).first().waitFor();
    await expectAccessible(page, `add a phone, ${fake}`);
  });
});

describe('a phone that is added', () => {
  it('can be scanned in both themes', async () => {
    const page = await openDevices('empty', true);
    const wanted = /^http:\/\/192\.168\.1\.5:8888\/pair\/[0-9A-Z]{8}$/;
    expect(await readQrOnScreen(page.getByRole('img', { name: /^QR code/ }))).toMatch(wanted);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await readQrOnScreen(page.getByRole('img', { name: /^QR code/ }))).toMatch(wanted);
  });

  it('shows where the focus is', async () => {
    const page = await openDevices('late', true);
    await page.getByText('No phone has come for').waitFor();
    const unseen: string[] = [];
    for (let count = 0; count < 16; count++) {
      await page.keyboard.press('Tab');
      const { name, isShown } = await page.evaluate(focusIndicator);
      if (!isShown) unseen.push(name);
    }
    expect(unseen).toEqual([]);
  });
});
