import type { Page } from 'playwright-core';
import { listScene, openFirst, press, scene, type Scene } from './scene.ts';

const notice =
  'The last recording into this session ended unexpectedly; what arrived in its last second may be missing.';

async function openSession(page: Page, name: string): Promise<void> {
  await press(page, 'Control+o');
  await page.getByRole('dialog', { name: 'Sessions' }).getByText(name).click();
  await page.getByRole('tab', { name: new RegExp(name) }).waitFor();
}

/** The window around its panels: sessions, files, what it says, and when its engine is not there. */
export const dialogScenes: readonly Scene[] = [
  listScene('file-menu', (page) => page.getByRole('button', { name: 'File', exact: true }).click()),
  listScene('dialog-sessions', (page) => press(page, 'Control+o')),
  listScene('dialog-import', (page) => press(page, 'Control+i')),
  listScene('dialog-export', (page) => press(page, 'Control+Shift+e')),
  {
    ...listScene('session-tabs', async (page) => {
      await openSession(page, 'login-on-android');
      await openSession(page, '2026-11-18-0911');
      await page.locator('.list-row').first().waitFor();
    }),
    alone: true,
  },
  scene(
    'transfers',
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await page.getByText('Importing').first().waitFor();
    },
    ['--exchanges', '3000', '--transfers'],
  ),
  scene('notices', (page) => page.getByText(notice).waitFor(), ['--exchanges', '400', '--notice', notice]),
  scene('encode-box', async (page) => {
    await openFirst(page, '', 'Headers');
    await press(page, 'Control+e');
    const box = page.getByRole('dialog', { name: 'Encode and decode' });
    await box.getByLabel('Input').fill('{"lamp":"warm light","price":19.9}');
    await box
      .getByRole('group', { name: 'Encode' })
      .getByRole('button', { name: 'Base64', exact: true })
      .click();
  }),
  listScene('keys', (page) => page.getByRole('button', { name: 'Keys', exact: true }).first().click()),
  {
    ...scene(
      'engine-lost',
      async (page, server) => {
        await page.locator('.list-row').first().waitFor();
        server.program.dispose();
        await page.getByText('The engine stopped and is restarting').waitFor();
      },
      ['--exchanges', '200'],
    ),
    alone: true,
  },
  scene('not-connected', (page) => page.getByText('This window is not connected').waitFor(), ['--refuse']),
];
