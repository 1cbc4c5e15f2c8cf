import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { accessibilityBench, expectAccessible, focusIndicator, type AccessibilityBench } from './support.ts';

/** Further focusable elements are of a kind that came before. */
const focusedMax = 90;

let bench: AccessibilityBench;
beforeAll(async () => {
  bench = await accessibilityBench('--exchanges', '400');
});
afterAll(() => bench.close());

describe('axe finds nothing wrong in', () => {
  it('an empty list while stopped, and with the engine lost', async () => {
    const empty = await bench.start('--exchanges', '0', '--stopped');
    const page = await bench.open(empty.address);
    await page.getByText('Stopped', { exact: true }).waitFor();
    await expectAccessible(page, 'empty');
    empty.program.dispose();
    await page.getByText('The engine stopped and is restarting').waitFor();
    await expectAccessible(page, 'lost');
  });

  it('an empty list that waits for the first request', async () => {
    const empty = await bench.start('--exchanges', '0');
    const page = await bench.open(empty.address);
    await page.getByText('Waiting for the first request').waitFor();
    await expectAccessible(page, 'waiting');
  });

  it('a window that is not let in', async () => {
    const { address } = await bench.start('--refuse');
    const page = await bench.open(address);
    await page.getByText('This window is not connected').waitFor();
    await expectAccessible(page, 'refused');
  });
});

/** What Tab leads to from here without looking otherwise than without the focus. */
async function unseen(page: Page): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  for (let count = 0; count < focusedMax; count++) {
    await page.keyboard.press('Tab');
    const { name, isShown } = await page.evaluate(focusIndicator);
    if (seen.has(name) && count > 20) break;
    if (!isShown && !found.includes(name)) found.push(name);
    seen.add(name);
  }
  expect(seen.size).toBeGreaterThan(2);
  return found;
}

describe('the focus is seen', () => {
  it('in the list, its tree, the strip and the details', async () => {
    const page = await bench.open();
    await page.keyboard.press('t');
    await page.getByRole('treeitem').first().waitFor();
    await page.locator('.list-row').nth(3).click();
    await page.getByRole('tab', { name: 'Headers' }).click();
    expect(await unseen(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Timing' }).click();
    expect(await unseen(page)).toEqual([]);
  });

  it('in the statistics and the settings', async () => {
    const page = await bench.open();
    await page.keyboard.press('Control+4');
    await page.getByRole('group', { name: 'Histogram' }).waitFor();
    expect(await unseen(page)).toEqual([]);
    await page.keyboard.press('Control+6');
    for (const section of ['Hosts', 'Certificate authority', 'Appearance', 'Session']) {
      await page.getByRole('button', { name: section, exact: true }).click();
      expect(await unseen(page), section).toEqual([]);
    }
  });

  it('in what is laid over the window', async () => {
    const page = await bench.open();
    for (const [keys, name] of [
      ['Control+i', 'Open or import'],
      ['Control+Shift+E', 'Export'],
      ['Control+o', 'Sessions'],
      ['Control+e', 'Encode and decode'],
    ] as const) {
      await page.keyboard.press(keys);
      await page.getByRole('dialog', { name }).waitFor();
      expect(await unseen(page), name).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name }).waitFor({ state: 'hidden' });
    }
    for (const name of ['Saved and recent filters', 'How to write a filter', 'Choose columns']) {
      await page.getByRole('button', { name }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      const { isShown } = await page.evaluate(focusIndicator);
      expect(isShown, name).toBe(true);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });
});

describe('what a person asks of the system is heeded:', () => {
  it('nothing moves by itself with reduced motion', async () => {
    const page = await bench.open();
    await page.locator('.list-row').nth(3).click();
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => {
          const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
          const moves = transitionDuration.split(',').some((each) => parseFloat(each) > 0);
          return moves || animationName !== 'none' || scrollBehavior === 'smooth';
        })
        .map((element) => element.className),
    );
    expect(moving).toEqual([]);
  });

  it('what is chosen looks otherwise than the rest in forced colours', async () => {
    const page = await bench.open();
    await page.emulateMedia({ forcedColors: 'active' });
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Body' }).click();
    await page.getByRole('button', { name: 'Hex', exact: true }).click();
    await page.locator('.hex-bytes [data-at]').nth(4).click();
    await page.locator('.hex-selected').first().waitFor();
    expect(
      await alike(page, [
        ['.list-row.selected', '.list-row:not(.selected, .missing)'],
        ['.detail [role=tab][aria-selected=true]', '.detail [role=tab][aria-selected=false]'],
        ['.segmented [aria-pressed=true]', '.segmented [aria-pressed=false]'],
        ['.hex-selected', '.hex-bytes [data-at]:not(.hex-selected)'],
        ['.rail-button[aria-current]', '.rail-button:not([aria-current])'],
      ]),
    ).toEqual([]);
    await page.keyboard.press('t');
    await page.getByRole('treeitem').first().click();
    await page.locator('.branch-line.focused').waitFor();
    expect(await alike(page, [['.branch-line.focused', '.branch-line:not(.focused)']])).toEqual([]);
  });
});

/** Which pairs of selectors, of something chosen and of one of its kind that is not, look the same. */
function alike(page: Page, pairs: readonly (readonly [string, string])[]) {
  return page.evaluate((asked) => {
    const look = (selector: string) => {
      const element = document.querySelector(selector);
      if (element === null) return null;
      const { backgroundColor, color, outline, borderColor } = getComputedStyle(element);
      return [backgroundColor, color, outline, borderColor].join(' ');
    };
    return asked.filter(([chosen, other]) => look(chosen) === null || look(chosen) === look(other));
  }, pairs);
}
