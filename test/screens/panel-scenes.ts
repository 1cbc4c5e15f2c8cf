import type { Page } from 'playwright-core';
import { sections } from '../../renderer/panels/settings/sections.ts';
import { filterBy, listScene, press, type Scene } from './scene.ts';

function settings(name: string, show: (page: Page) => Promise<unknown>): Scene {
  return listScene(`settings-${name}`, async (page) => {
    await press(page, 'Control+3');
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
    await press(page, 'Control+2');
    await page.getByRole('table').first().waitFor();
  }),
  listScene('statistics-filtered', async (page) => {
    await filterBy(page, 'status:>=400');
    await press(page, 'Escape', 'Control+2');
    await page.getByRole('table').first().waitFor();
  }),
  ...sections.map(({ id, title }) => settings(id, (page) => showSection(page, title))),
  settings('search', (page) => search(page, 'host')),
  settings('search-nothing', (page) => search(page, 'zebra')),
  ...authorityDialogs.map(([name, button]) =>
    settings(`ca-${name}`, async (page) => {
      await showSection(page, 'Certificate authority');
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.locator('dialog[open]').waitFor();
    }),
  ),
];
