import type { Page } from 'playwright-core';
import type { DevicesFake } from '../support/fake-devices.ts';
import { press, scene, type Scene } from './scene.ts';

function devices(
  name: string,
  fake: DevicesFake,
  show: (page: Page) => Promise<unknown>,
  ...options: string[]
): Scene {
  const engine = ['--exchanges', '40', '--devices', fake, ...options];
  const shown = async (page: Page) => {
    await page.locator('.list-row').first().waitFor();
    await press(page, 'Control+5');
    await show(page);
  };
  // A phone that is added stays with its engine.
  return { ...scene(`devices-${name}`, shown, engine), alone: true };
}

async function addPhone(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a phone' }).click();
}

/** A phone is added, and this is told of it. */
function adding(name: string, fake: DevicesFake, told: string): Scene {
  return devices(`add-${name}`, fake, async (page) => {
    await addPhone(page);
    await page.getByText(told).first().waitFor();
  });
}

async function look(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Look for devices' }).click();
  await page.getByRole('button', { name: 'Look again' }).waitFor();
}

export const deviceScenes: readonly Scene[] = [
  devices('empty', 'empty', (page) => page.getByText('See what a phone sends').waitFor()),
  devices('list', 'list', (page) => page.getByRole('listbox').waitFor()),
  devices('problem-selected', 'list', async (page) => {
    await page.getByRole('option', { name: 'Pixel 8' }).click();
    await page.getByRole('heading', { name: 'Pixel 8' }).waitFor();
  }),
  devices('rename', 'list', async (page) => {
    await page.getByRole('listbox').focus();
    await press(page, 'F2');
    await page.getByRole('textbox', { name: 'Name of the device' }).fill('Pixel 8');
    await press(page, 'Enter');
    await page.getByRole('alert').waitFor();
  }),
  devices('remove', 'list', async (page) => {
    await page.getByRole('listbox').focus();
    await press(page, 'Delete');
    await page.getByRole('dialog').waitFor();
  }),
  devices('stopped', 'list', (page) => page.getByText('Recording is off').waitFor(), '--stopped'),
  adding('waiting', 'empty', 'If the page does not open'),
  adding('late', 'late', 'No phone has come for'),
  adding('visited', 'visited', 'A device has come'),
  adding('no-proxy', 'no-proxy', 'It came without the proxy'),
  adding('ca-not-installed', 'ca-not-installed', 'has not downloaded it yet'),
  adding('ca-not-trusted', 'ca-not-trusted', 'it is not trusted yet'),
  adding('pinned', 'pinned', 'An app refuses our certificate'),
  adding('other-network', 'other-network', 'It comes from 10.20.0.14'),
  adding('around-proxy', 'around-proxy', 'It speaks HTTP/3'),
  adding('works', 'works', 'It works'),
  adding('no-network', 'no-network', 'This computer is in no network'),
  adding('problem', 'problem', 'The proxy is not open to phones'),
  adding('refused', 'refused', 'No phone can be added now'),
  devices('add-not-recording', 'empty', async (page) => {
    await addPhone(page);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Recording is off').waitFor();
  }),
  devices(
    'adb-none',
    'empty',
    async (page) => {
      await page.getByRole('button', { name: 'Look for devices' }).click();
      await page.getByText('adb was not found').waitFor();
    },
    ...['--adb', 'none'],
  ),
  devices('adb-list', 'empty', look, '--adb', 'devices'),
  devices(
    'adb-beside',
    'list',
    async (page) => {
      await look(page);
      await page.getByRole('button', { name: 'Use the proxy: Pixel 6' }).click();
      await page.getByText('It sends its traffic here').scrollIntoViewIfNeeded();
    },
    ...['--adb', 'devices'],
  ),
  devices(
    'adb-by-hand',
    'list',
    async (page) => {
      await look(page);
      await page.getByRole('button', { name: 'Install the certificate: Pixel 6' }).click();
      await page.getByText('Install anyway').scrollIntoViewIfNeeded();
    },
    ...['--adb', 'devices'],
  ),
  devices(
    'adb-running',
    'empty',
    async (page) => {
      await look(page);
      await page.getByRole('button', { name: 'Use the proxy: Pixel 6' }).click();
      await page.getByText('Setting the proxy').scrollIntoViewIfNeeded();
    },
    ...['--adb', 'slow'],
  ),
  devices(
    'adb-broken',
    'empty',
    async (page) => {
      await page.getByRole('button', { name: 'Look for devices' }).click();
      await page.getByText('cannot start its server').waitFor();
    },
    ...['--adb', 'broken'],
  ),
];
