import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBodySession } from '../../support/body-session.ts';
import { startCli } from '../../support/program.ts';
import { expectAccessible } from '../accessibility/support.ts';
import { expectFocus, focused, keyboardBench, press, reach, toList } from './support.ts';

/** To look through all of it takes minutes, so that a search is still running whenever it is stopped. */
const blocks = 380_000;
const blockBytes = 262_144;

const bench = keyboardBench();
let address: string;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-search-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const session = path.join(folder, 'long.plumb');
  const text = (value: string) => new TextEncoder().encode(value);
  await writeBodySession(session, [
    { path: '/first', type: 'text/plain', body: text('warm light for long evenings') },
    {
      path: '/endless',
      type: 'text/plain',
      body: {
        first: text('first'),
        block: text('lamp and light '.repeat(Math.ceil(blockBytes / 15))).subarray(0, blockBytes),
        count: blocks,
        last: text('the end'),
      },
    },
    { path: '/last', type: 'text/plain', body: text('warm light again') },
  ]);
  const serve = startCli(['serve', '--data-dir', folder, '--session', session, '--proxy', '127.0.0.1:0']);
  undo.push(() => {
    serve.child.kill('SIGTERM');
    return serve.ended();
  });
  address = (await serve.says(/^Open (http:\S+)$/m))[1] ?? '';
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

const progress = (page: Page) => page.getByRole('progressbar', { name: 'Exchanges looked at' });

describe('a search in bodies without a mouse', () => {
  it('is stopped, read out as not complete, goes on, and ends with the filter', async () => {
    const page = await bench.open(address);
    await toList(page);
    await press(page, '/');
    await page.keyboard.type('body:evenings');
    await press(page, 'Enter');
    await progress(page).waitFor();
    await page.getByText('/first', { exact: true }).waitFor();
    await toList(page);
    await expectAccessible(page, 'a search in bodies that runs');
    await reach(page, /^button Stop$/);
    await press(page, 'Enter');
    await progress(page).getByText('Not complete').waitFor();
    await expectFocus(page, /^button Continue/);
    await expect
      .poll(() => page.locator('[role=status].visually-hidden').allInnerTexts())
      .toContain('Stopped: 1 exchange matches so far');
    await expectAccessible(page, 'a search in bodies that was stopped');
    await press(page, 'Enter');
    await progress(page).getByText('Looked at').waitFor();
    await expectFocus(page, /^button Stop$/);
    await reach(page, /^combobox Filter/, 'F6');
    await press(page, 'Escape');
    await progress(page).waitFor({ state: 'detached' });
    await page.getByText('/last', { exact: true }).waitFor();
    expect(await focused(page)).not.toBe('body');
  });
});

describe('a search in one body without a mouse', () => {
  it('is stopped by Escape and by its button', async () => {
    const page = await bench.open(address);
    await toList(page);
    await press(page, 'Home', 'ArrowDown', 'Enter');
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    await reach(page, /^tab /, 'F6');
    await reach(page, /^tab Body/, 'ArrowRight');
    await reach(page, /^input Find in all of the body/);
    await page.keyboard.type('not in there');
    await press(page, 'Enter');
    await page.getByText(/ looked through$/).waitFor();
    await press(page, 'Escape');
    await page.getByText('Stopped', { exact: true }).waitFor();
    await expectFocus(page, /^input Find in all of the body/);
    await press(page, 'Enter');
    await page.getByText(/ looked through$/).waitFor();
    await expectAccessible(page, 'a search in one body that runs');
    await reach(page, /^button Stop$/);
    await press(page, 'Enter');
    await page.getByText('Stopped', { exact: true }).waitFor();
    await expectFocus(page, /^button Find next/);
    await reach(page, /^button Later/);
    await press(page, 'Enter');
    await page.getByText(/^262 KB to 786 KB of /).waitFor();
    await reach(page, /^button Earlier/, 'Shift+Tab');
    await press(page, 'Enter');
    await page.getByText(/^0 B to 524 KB of /).waitFor();
    expect(await focused(page)).not.toBe('body');
  });
});

describe('saving a large body without a mouse', () => {
  it('is stopped by its button', async () => {
    const page = await bench.open(address);
    // The chooser of the system would stand in the way of a test; what it gives takes all that is written.
    await page.evaluate(() => {
      const taken = {
        write: () => Promise.resolve(),
        close: () => Promise.resolve(),
        abort: () => Promise.resolve(),
      };
      const picker = () => Promise.resolve({ createWritable: () => Promise.resolve(taken) });
      Reflect.set(globalThis, 'showSaveFilePicker', picker);
    });
    await toList(page);
    await press(page, 'Home', 'ArrowDown', 'Enter');
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    await reach(page, /^tab /, 'F6');
    await reach(page, /^tab Body/, 'ArrowRight');
    await reach(page, /^button Save body/);
    await press(page, 'Enter');
    await reach(page, /^button Stop saving/);
    await press(page, 'Enter');
    await expectFocus(page, /^button Save body/);
  });
});
