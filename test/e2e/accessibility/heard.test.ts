import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityBench, type AccessibilityBench } from './support.ts';

let bench: AccessibilityBench;
beforeAll(async () => {
  bench = await accessibilityBench('--exchanges', '400');
});
afterAll(() => bench.close());

/**
 * Collects what assistive technology reads out from now on: what changes in regions that are there already, and alerts
 * when they come. A polite region that comes with its text is not read out by all of them.
 */
function listen(page: Page): Promise<void> {
  return page.evaluate(() => {
    const heard: string[] = [];
    for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]')) {
      new MutationObserver(() => heard.push(region.textContent)).observe(region, {
        ...{ childList: true, characterData: true, subtree: true },
      });
    }
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (!(node instanceof Element)) continue;
        const alerts = node.matches('[role=alert]') ? [node] : node.querySelectorAll('[role=alert]');
        for (const alert of alerts) heard.push(alert.textContent);
      }
    }).observe(document.body, { childList: true, subtree: true });
    Object.assign(window, { heard });
  });
}

function expectHeard(page: Page, wanted: RegExp | string) {
  return expect
    .poll(() => page.evaluate(() => (window as unknown as { heard: string[] }).heard))
    .toContainEqual(typeof wanted === 'string' ? wanted : expect.stringMatching(wanted));
}

async function importFile(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+i');
  await page.getByRole('textbox', { name: 'Path of the file' }).fill(path);
  await page.keyboard.press('Enter');
}

describe('is read out, not only shown:', () => {
  it('how many exchanges match, and what is wrong with a filter', async () => {
    const page = await bench.open();
    await listen(page);
    const field = page.getByRole('combobox', { name: 'Filter' });
    await field.fill('status:404');
    await expectHeard(page, /^[\d,]+ exchanges? match(es)?$/);
    await field.fill('status:x(');
    await page.locator('.filter-problem').waitFor();
    const problem = await page.locator('.filter-problem').innerText();
    expect(problem).not.toBe('');
    await expectHeard(page, problem);
    await field.fill('host:nowhere.example');
    await expectHeard(page, /^No exchanges match$/);
  });

  it('what came of an import and an export, and why one cannot begin', async () => {
    const page = await bench.open();
    await listen(page);
    await importFile(page, '/tmp/missing.har');
    await expectHeard(page, /^There is no file at \/tmp\/missing\.har\.$/);
    await page.keyboard.press('Escape');
    await importFile(page, '/tmp/partly.har');
    await expectHeard(
      page,
      /400 exchanges imported from “partly\.har”\. 2 entries of it could not be used\./,
    );
    await page.keyboard.press('Control+Shift+E');
    await page
      .getByRole('dialog', { name: 'Export' })
      .getByRole('button', { name: 'Export', exact: true })
      .click();
    await expectHeard(page, /400 exchanges exported to /);
  });

  it('that the engine is away', async () => {
    const { address, program } = await bench.start('--exchanges', '5');
    const page = await bench.open(address);
    await page.locator('.list-row').nth(4).waitFor();
    await listen(page);
    program.dispose();
    await expectHeard(page, /^The engine stopped and is restarting/);
  });
});
