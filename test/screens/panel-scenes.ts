import type { Page } from 'playwright-core';
import { sections } from '../../renderer/panels/settings/sections.ts';
import { filterBy, listScene, press, scene, type Scene } from './scene.ts';

const settingsProblem =
  'The settings file /home/ada/.local/share/plumbline/settings.json is not valid: listen must be an address and a port, such as 127.0.0.1:8888.';

function settings(name: string, show: (page: Page) => Promise<unknown>): Scene {
  return listScene(`settings-${name}`, async (page) => {
    await press(page, 'Control+6');
    await page.getByRole('textbox', { name: 'Search the settings' }).waitFor();
    await show(page);
  });
}

async function showSection(page: Page, title: string): Promise<void> {
  const contents = page.getByRole('navigation', { name: 'Sections of the settings' });
  await contents.getByRole('button', { name: title }).click();
}

function search(page: Page, text: string): Promise<void> {
  return page.getByRole('textbox', { name: 'Search the settings' }).fill(text);
}

const authorityDialogs: readonly (readonly [name: string, button: string])[] = [
  ['rotate', 'Rotate …'],
  ['reset', 'Reset …'],
  ['import', 'Import …'],
  ['export-key', 'With the key, PKCS#12 (.p12) …'],
];

/** The statistics, and every section and dialog of the settings. */
export const panelScenes: readonly Scene[] = [
  listScene('statistics', async (page) => {
    await press(page, 'Control+4');
    await page.getByRole('table').first().waitFor();
  }),
  listScene('statistics-filtered', async (page) => {
    await filterBy(page, 'status:>=400');
    await press(page, 'Control+4');
    await page.getByRole('table').first().waitFor();
  }),
  scene(
    'statistics-empty',
    async (page) => {
      await page.getByText('Waiting for the first request').waitFor();
      await press(page, 'Control+4');
      await page.getByText('Nothing to count yet').waitFor();
    },
    ['--exchanges', '0'],
  ),
  listScene('statistics-no-match', async (page) => {
    await filterBy(page, 'host:nowhere.example');
    await press(page, 'Control+4');
    await page.getByRole('heading', { name: 'No exchange matches the filter' }).last().waitFor();
  }),
  ...sections.map(({ id, title }) => settings(id, (page) => showSection(page, title))),
  settings('upstream-tried', async (page) => {
    await showSection(page, 'Ways out');
    const field = page.getByRole('textbox', { name: 'Try a URL' });
    await field.fill('https://www.shop.test/cart');
    await field.press('Enter');
    await page.getByText('because of the rule').waitFor();
  }),
  settings('upstream-refused', async (page) => {
    await showSection(page, 'Ways out');
    await page.getByRole('button', { name: 'PAC', exact: true }).click();
    const rule = page.getByRole('textbox', { name: 'To add: Rules for hosts' });
    await rule.fill('shop.test');
    await rule.press('Enter');
    await page.getByText('Write a rule as').waitFor();
  }),
  settings('transparent', (page) => search(page, 'transparent')),
  settings('search', (page) => search(page, 'host')),
  settings('search-nothing', (page) => search(page, 'zebra')),
  settings('host-refused', async (page) => {
    await showSection(page, 'Hosts');
    const field = page.getByLabel('Host to add to the pass-through hosts');
    await field.fill('https://shop.test/cart');
    await field.press('Enter');
  }),
  settings('decoding-removed', async (page) => {
    await showSection(page, 'Decoding');
    const field = page.getByLabel('File or folder to add to the proto files');
    await field.fill('/home/ada/shop/protos');
    await field.press('Enter');
    await page.getByRole('button', { name: 'Remove /home/ada/shop/protos' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
  }),
  settings('host-removed', async (page) => {
    await showSection(page, 'Hosts');
    await page
      .getByRole('button', { name: /^Remove / })
      .first()
      .click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
  }),
  settings('reverse-change', async (page) => {
    await showSection(page, 'Proxy');
    await page.getByRole('button', { name: 'Change 127.0.0.1:8443' }).click();
    await page.getByRole('form', { name: 'Reverse proxy 127.0.0.1:8443' }).waitFor();
  }),
  settings('reverse-refused', async (page) => {
    await showSection(page, 'Proxy');
    const form = page.getByRole('form', { name: 'New reverse proxy' });
    await form.getByLabel('Listen on').fill('9002');
    await form.getByLabel('Upstream').fill('http://127.0.0.1:9003/api');
    await form.getByRole('button', { name: 'Add' }).click();
    await page.getByText('An upstream has no path').waitFor();
  }),
  settings('key-wish', async (page) => {
    await showSection(page, 'Keys');
    await page
      .getByRole('button', { name: /^Change the key of: / })
      .nth(1)
      .click();
    await press(page, 'Control+o');
  }),
  scene(
    'settings-problem',
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await press(page, 'Control+6');
      await page.getByText(settingsProblem).waitFor();
    },
    ['--exchanges', '40', '--settings-problem', settingsProblem],
  ),
  {
    ...settings('ca-replaced', async (page) => {
      await showSection(page, 'Certificate authority');
      await page.getByRole('button', { name: 'Rotate …', exact: true }).click();
      await page
        .locator('dialog[open]')
        .getByRole('button', { name: /^Rotate|^Make/ })
        .click();
      await page
        .getByRole('button', { name: /^Use again/ })
        .first()
        .waitFor();
    }),
    alone: true,
  },
  ...authorityDialogs.map(([name, button]) =>
    settings(`ca-${name}`, async (page) => {
      await showSection(page, 'Certificate authority');
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.locator('dialog[open]').waitFor();
    }),
  ),
];
