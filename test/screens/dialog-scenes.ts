import type { Page } from 'playwright-core';
import { listScene, openFirst, press, scene, type Scene } from './scene.ts';

const notice =
  'The last recording into this session ended unexpectedly; what arrived in its last second may be missing.';

const problems = {
  'disk-full':
    'The disk is full, so the session cannot grow. Make room. Recording goes on when there is; until then bodies, and in the end exchanges, are lost.',
  'disk-low':
    'Recording is paused: less than 500 MB are free on the disk of the session. Make room, or lower the limit in the settings; it goes on by itself. Connections are not affected.',
  'session-vanished':
    'The session file /home/ada/.local/share/plumbline/sessions/checkout-slow.plumb was deleted, and what it holds cannot be saved again yet. There is no room on the disk for “checkout-slow.plumb”. It is kept until the program ends, and saving is tried again every few seconds.',
} as const;

function importOf(name: string, path: string, then: (page: Page) => Promise<unknown>): Scene {
  return listScene(`import-${name}`, async (page) => {
    await press(page, 'Control+i');
    await page.getByLabel('Path of the file').fill(path);
    await press(page, 'Enter');
    await then(page);
  });
}

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
  listScene('dialog-export-exists', async (page) => {
    await press(page, 'Control+Shift+e');
    await page.getByLabel('Write to').fill('/home/ada/exports/exists.saz');
    await page.getByLabel('Format').selectOption('saz');
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Replace' }).waitFor();
  }),
  listScene('dialog-session-missing', async (page) => {
    await press(page, 'Control+o');
    await page.getByRole('textbox', { name: 'Path of a session' }).fill('/home/ada/checkout.har');
    await press(page, 'Enter');
    await page.getByText('There is no session at').waitFor();
  }),
  importOf('missing', '/home/ada/missing.har', (page) => page.getByText('There is no file at').waitFor()),
  importOf('password', '/home/ada/protected.saz', (page) => page.getByLabel('Password').waitFor()),
  importOf('broken', '/home/ada/Downloads/broken.har', (page) => page.getByText('is not JSON').waitFor()),
  {
    ...importOf('partly', '/home/ada/Downloads/partly.har', async (page) => {
      await page.getByRole('button', { name: 'Details' }).click();
      await page.locator('.notice-details').waitFor();
    }),
    alone: true,
  },
  listScene('dropping', async (page) => {
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['{}'], 'checkout.har'));
      window.dispatchEvent(new DragEvent('dragover', { dataTransfer, cancelable: true }));
    });
    await page.getByText('Drop to open').waitFor();
  }),
  ...(['disk-full', 'disk-low', 'session-vanished'] as const).map((name) =>
    scene(`problem-${name}`, (page) => page.getByText(problems[name]).waitFor(), [
      ...['--exchanges', '400', '--problem', problems[name]],
    ]),
  ),
  scene('session-read-only', (page) => page.locator('.list-row').first().waitFor(), [
    ...['--exchanges', '400', '--read-only', '--stopped'],
  ]),
  scene(
    'dialog-session-read-only',
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await press(page, 'Control+o');
    },
    ['--exchanges', '400', '--read-only', '--stopped'],
  ),
  scene('strained', (page) => page.getByText('disk queue').waitFor(), ['--exchanges', '400', '--strained']),
  scene(
    'footer-term',
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await page.locator('.footer .term').first().focus();
    },
    ['--exchanges', '400', '--strained'],
  ),
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
        await page.locator('.strip-tick').first().waitFor();
        server.program.dispose();
        await page.getByText('The engine stopped and is restarting').waitFor();
      },
      ['--exchanges', '200'],
    ),
    alone: true,
  },
  scene('not-connected', (page) => page.getByText('This window is not connected').waitFor(), ['--refuse']),
];
