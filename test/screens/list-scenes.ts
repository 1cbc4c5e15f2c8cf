import { filterBy, listScene, press, scene, type Scene } from './scene.ts';

/** The list, what stands around it, and what is laid over it. */
export const listScenes: readonly Scene[] = [
  scene('list-empty', (page) => page.getByText('Waiting for the first request').waitFor(), [
    '--exchanges',
    '0',
  ]),
  scene('list-stopped', (page) => page.getByText('Nothing is recorded yet').waitFor(), [
    ...['--exchanges', '0', '--stopped'],
  ]),
  listScene('list-full', (page) => press(page, 'Escape')),
  scene('list-live', (page) => page.locator('.list-row').nth(20).waitFor(), [
    ...['--exchanges', '40', '--live', '3'],
  ]),
  listScene('filter-no-match', async (page) => {
    await filterBy(page, 'host:nowhere.example');
    await page.locator('.guide, .no-match').first().waitFor();
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
  listScene('waterfall-card', (page) => page.locator('.list-row').nth(20).locator('.waterfall').hover()),
  listScene('waterfall-axis', async (page) => {
    await page.getByLabel('Time across the waterfall column').selectOption('absolute');
    await page.locator('.list-row').nth(20).click();
    await press(page, '=');
  }),
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
