import { filterBy, listScene, openFirst, press, scene, type Scene } from './scene.ts';

const cannotListen =
  'The proxy cannot listen on 127.0.0.1:8888: another program uses this port. Close it, or choose another port in the settings.';

/** The list, what stands around it, and what is laid over it. */
export const listScenes: readonly Scene[] = [
  scene(
    // docs/screenshots are these at 1280x800.
    'window',
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await page.locator('.list-row', { hasText: 'page=5' }).click();
      await page.getByRole('tab', { name: 'Timing' }).click();
      await page.getByText(/such exchanges/).waitFor();
    },
    ['--exchanges', '0', '--story'],
  ),
  scene('list-empty', (page) => page.getByText('Waiting for the first request').waitFor(), [
    '--exchanges',
    '0',
  ]),
  scene('list-stopped', (page) => page.getByText('Nothing is recorded yet').waitFor(), [
    ...['--exchanges', '0', '--stopped'],
  ]),
  scene('list-cannot-listen', (page) => page.getByText('Nothing is recorded yet').waitFor(), [
    ...['--exchanges', '0', '--stopped', '--problem', cannotListen],
  ]),
  listScene('list-full', (page) => press(page, 'Escape')),
  {
    ...listScene('list-compact', async (page) => {
      await press(page, 'Control+6');
      await page.getByRole('button', { name: 'Appearance', exact: true }).click();
      await page.getByRole('button', { name: /^Compact/ }).click();
      await press(page, 'Control+1');
      await page.locator('.list-row').first().waitFor();
    }),
    alone: true,
  },
  listScene('list-sorted', async (page) => {
    await page.getByRole('columnheader', { name: /^Time/ }).click();
    await page.locator('[aria-sort=descending], [aria-sort=ascending]').waitFor();
  }),
  {
    ...listScene('list-marks', async (page) => {
      for (const [row, key] of ['1', '2', '3', '4', '5', '6', '7', 'p'].entries()) {
        await page
          .locator('.list-row')
          .nth(8 + row)
          .click();
        await press(page, key);
      }
      await press(page, 'Escape', 'Escape');
    }),
    alone: true,
  },
  listScene('list-everything', async (page) => {
    await press(page, 't');
    await page.getByRole('treeitem').first().waitFor();
    await openFirst(page, 'host:api', 'Overview');
    await page.locator('.phase-legend').waitFor();
  }),
  scene('list-live', (page) => page.locator('.list-row').nth(20).waitFor(), [
    ...['--exchanges', '40', '--live', '3'],
  ]),
  listScene('filter-no-match', async (page) => {
    await filterBy(page, 'host:nowhere.example');
    await page.locator('.guide, .no-match').first().waitFor();
  }),
  listScene('filter-http3', async (page) => {
    await filterBy(page, 'protocol:h3');
    await page.locator('.guide').getByText('In transparent mode').waitFor();
  }),
  listScene('filter-error', async (page) => {
    await page.getByRole('combobox', { name: 'Filter' }).fill('status:>=4xx and (host:api');
    await press(page, 'Enter');
    await page.locator('.filter-problem').waitFor();
  }),
  listScene('filter-completion', async (page) => {
    await press(page, 'Control+f');
    await page.keyboard.type('host:');
    await page.getByRole('option').first().waitFor();
  }),
  scene(
    'search-running',
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await filterBy(page, 'header.content-encoding:gzip status:>=400');
      await page.locator('.list-progress').waitFor();
    },
    ['--exchanges', '3000', '--searching', 'running'],
  ),
  scene(
    'search-running-nothing',
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await filterBy(page, 'body:"out of stock"');
      await page.getByText('No exchange found yet').waitFor();
    },
    ['--exchanges', '3000', '--searching', 'running'],
  ),
  scene(
    'search-stopped',
    async (page) => {
      await page.locator('.list-row').first().waitFor();
      await filterBy(page, 'header.content-encoding:gzip status:>=400');
      await page.getByText('Not complete').waitFor();
    },
    ['--exchanges', '3000', '--searching', 'stopped'],
  ),
  listScene('search-done', (page) => filterBy(page, 'header.content-encoding:gzip status:>=400')),
  listScene('filter-save', async (page) => {
    await filterBy(page, 'status:>=500');
    await page.getByRole('button', { name: 'Saved and recent filters' }).click();
    await page.getByLabel('Name for this filter').fill('Server errors');
  }),
  listScene('filter-help', (page) => page.getByRole('button', { name: 'How to write a filter' }).click()),
  listScene('filter-saved', async (page) => {
    await filterBy(page, 'status:>=400');
    await filterBy(page, 'host:api time:>500ms');
    await page.getByRole('button', { name: 'Saved and recent filters' }).click();
  }),
  listScene('tree-host', async (page) => {
    await press(page, 't');
    const tree = page.getByRole('tree');
    await tree.getByRole('treeitem').first().waitFor();
    await tree.focus();
    await press(page, 'Home', 'ArrowRight');
    await tree.locator('[aria-level="2"]').first().waitFor();
    await press(page, 'Enter');
    await page.locator('.branch-note').waitFor();
  }),
  listScene('tree-app', async (page) => {
    await press(page, 't');
    await page.getByRole('button', { name: 'Apps', exact: true }).click();
    await page.getByRole('treeitem').first().waitFor();
  }),
  {
    ...listScene('list-selected', async (page) => {
      await page.getByRole('grid').focus();
      await press(page, 'Home', ...Array<string>(7).fill('Shift+ArrowDown'), '1');
      await page.locator('.summary-bar').getByText('p95').waitFor();
    }),
    alone: true,
  },
  listScene('row-menu', async (page) => {
    await page.locator('.list-row').nth(20).locator('[aria-colindex="4"]').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy part' }).hover();
    await page.getByRole('menuitem', { name: 'Request head' }).waitFor();
  }),
  listScene('tree-hidden', async (page) => {
    await press(page, 't');
    await page.getByRole('treeitem').first().waitFor();
    await page.getByRole('tree').focus();
    await press(page, 'Home', 'h', 'ArrowDown', 'h');
    await page.getByRole('button', { name: 'Show again' }).first().waitFor();
  }),
  listScene('column-chooser', (page) => page.getByRole('button', { name: 'Choose columns' }).click()),
  listScene('header-menu', (page) =>
    page.getByRole('columnheader', { name: 'Host' }).click({ button: 'right' }),
  ),
  listScene('comment-editor', async (page) => {
    await page.locator('.list-row').nth(20).click();
    await press(page, 'm');
    await page.keyboard.type('slow since Tuesday');
  }),
  {
    ...listScene('row-removed', async (page) => {
      await page.locator('.list-row').nth(20).click();
      await press(page, 'p', 'Delete');
      await page.getByText('1 exchange removed.').waitFor();
    }),
    alone: true,
  },
  listScene('waterfall-card', async (page) => {
    await page.locator('.list-row').nth(20).locator('.waterfall-cell').hover();
    await page.locator('.phase-card').waitFor();
  }),
  listScene('waterfall-axis', async (page) => {
    await page.getByLabel('Time across the waterfall column').selectOption('absolute');
    await page.locator('.list-row').nth(20).click();
    await press(page, '=');
  }),
  listScene('strip-card', (page) => page.locator('.time-strip').hover({ position: { x: 320, y: 16 } })),
  listScene('strip-range', async (page) => {
    const strip = await page.locator('.time-strip').boundingBox();
    if (strip === null) throw new Error('There is no strip.');
    await page.mouse.move(strip.x + strip.width * 0.3, strip.y + strip.height / 2);
    await page.mouse.down();
    await page.mouse.move(strip.x + strip.width * 0.55, strip.y + strip.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.getByText(/ of 3,000 exchanges/).waitFor();
  }),
];
