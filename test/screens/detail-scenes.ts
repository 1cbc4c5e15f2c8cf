import type { Page } from 'playwright-core';
import { filterBy, openFirst, press, scene, type Scene } from './scene.ts';

const json = 'status:200 path:/reviews -id:7';
/** What stands in the place of a body once it is there. */
const drawn = '.cm-line, [role=treeitem], .line, .parts-list, .fields-table, img, iframe, dl, table';

function detail(name: string, filter: string, tab: string, then?: (page: Page) => Promise<unknown>): Scene {
  return scene(`detail-${name}`, async (page) => {
    await openFirst(page, filter, tab);
    await then?.(page);
    await page.waitForFunction(() => document.querySelector('#detail-body')?.textContent !== '');
    if (tab === 'Body' && name !== 'body-none')
      await page.locator('#detail-body').locator(drawn).first().waitFor();
  });
}

/** A body as one of its views, in the half of the window that is below the list. */
function body(name: string, filter: string, view: string, side: 'Request' | 'Response' = 'Response'): Scene {
  return detail(`body-${name}`, filter, 'Body', async (page) => {
    const shown = page.locator('#detail-body');
    await shown.getByRole('button', { name: new RegExp(`^${side}`) }).click();
    await shown.getByRole('button', { name: view, exact: true }).first().click();
  });
}

/** The details of one exchange: each tab, each kind of body, and the places they can stand in. */
export const detailScenes: readonly Scene[] = [
  detail('overview', json, 'Overview'),
  detail('overview-failed', 'error:reset', 'Overview'),
  detail('overview-tunnel', 'host:gateway.push', 'Overview'),
  detail('headers', json, 'Headers'),
  detail('query', 'path:sort status:200', 'Query'),
  detail('cookies', json, 'Cookies'),
  detail('timing', json, 'Timing'),
  detail('timing-failed', 'error:refused', 'Timing'),
  detail('connection', 'status:200 type:json time:>1s', 'Connection'),
  detail('connection-certificate', 'error:certificate', 'Connection'),
  body('json', json, 'Tree'),
  body('text', json, 'Text'),
  body('page', 'status:200 type:html', 'Preview'),
  detail('body-script', 'status:200 type:javascript', 'Body'),
  body('image', 'status:200 type:svg', 'Image'),
  body('hex', 'status:200 type:octet-stream', 'Hex'),
  body('multipart', 'method:PUT', 'Parts', 'Request'),
  body('form', 'path:/v2/collect request-size:>0', 'Form', 'Request'),
  detail('body-both', 'method:POST type:json', 'Body', (page) =>
    page.getByRole('button', { name: 'Both', exact: true }).click(),
  ),
  detail('body-damaged', 'id:7', 'Body'),
  detail('body-none', 'status:304', 'Body', (page) =>
    page
      .locator('#detail-body')
      .getByText(/has no body/)
      .waitFor(),
  ),
  detail('body-find', json, 'Body', async (page) => {
    await page.locator('#detail-body').getByRole('button', { name: 'Text', exact: true }).first().click();
    await page.locator('.cm-line').first().click();
    await press(page, 'Control+f');
    await page.keyboard.type('lamp');
  }),
  detail('headers-menu', json, 'Headers', async (page) => {
    await page.locator('.header-lines tr').nth(3).focus();
    await press(page, 'Enter');
    await page.getByRole('menuitem', { name: 'Copy value' }).waitFor();
  }),
  detail('headers-find', json, 'Headers', (page) => page.getByLabel('Find in headers').fill('cookie')),
  detail('headers-raw', json, 'Headers', (page) =>
    page.getByRole('button', { name: 'Raw', exact: true }).click(),
  ),
  detail('copy-as', json, 'Overview', (page) => page.getByRole('button', { name: 'Copy as' }).click()),
  detail('timing-term', json, 'Timing', (page) => page.locator('.term', { hasText: 'Wait' }).first().focus()),
  detail('timing-zoomed', json, 'Timing', async (page) => {
    await page.getByRole('figure', { name: 'Phases of both legs over time' }).focus();
    await press(page, '+', '+', '+');
  }),
  detail('overview-certificate', 'error:certificate', 'Overview'),
  detail('overview-not-stored', 'id:335', 'Overview'),
  detail('overview-interrupted', 'id:183', 'Overview'),
  detail('timing-stall', 'id:64', 'Timing'),
  detail('not-listed', '', 'Overview', (page) => filterBy(page, 'host:nowhere.example')),
  detail('right', json, 'Headers', (page) => press(page, 'b')),
  detail('right-timing', json, 'Timing', (page) => press(page, 'b')),
  detail('right-json', json, 'Body', (page) => press(page, 'b')),
  {
    ...scene('detail-window', () => Promise.resolve()),
    show: async (page) => {
      await openFirst(page, json, 'Timing');
      const opened = page.context().waitForEvent('page');
      await page.getByRole('button', { name: 'Open in a window of its own' }).click();
      const popup = await opened;
      await popup.setViewportSize({ width: 900, height: 640 });
      await popup.getByRole('tab', { name: 'Timing' }).click();
      return popup;
    },
  },
];
