import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBodySession, type RecordedBody } from '../support/body-session.ts';
import { startCli } from '../support/program.ts';

/** The longest time the window may be deaf, and what it may hold beyond what it holds without a body. */
const taskMsMax = 100;
const heapBytesMax = 200_000_000;

const jsonBytes = 200_000_000;
const binaryBytes = 1_000_000_000;
const undo: (() => unknown)[] = [];
let browser: Browser;
let page: Page;

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function largeJson(): RecordedBody {
  const line = (at: number) =>
    `{"id":90071992547409${String(at).padStart(4, '0')},"name":"Lamp ${at}","price":49.90,"note":"${'warm light '.repeat(8)}"},\n`;
  const block = text(Array.from({ length: 1000 }, (_, at) => line(at)).join(''));
  const count = Math.ceil(jsonBytes / block.length);
  const last = text('{"id":1,"name":"the very last one"}]}');
  return {
    path: '/large.json',
    type: 'application/json',
    body: { first: text('{"items":[\n'), block, count, last },
  };
}

function largeBinary(): RecordedBody {
  const block = Uint8Array.from({ length: 262_144 }, (_, at) => (at * 31 + (at >> 7)) & 0xff);
  const count = Math.ceil(binaryBytes / block.length);
  return {
    path: '/large.bin',
    type: 'application/octet-stream',
    body: { first: text('first'), block, count, last: text('-the end of it-') },
  };
}

beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-large-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const session = path.join(folder, 'large.plumb');
  const million = text(`[${Array.from({ length: 1_000_000 }, (_, at) => at).join(',')}]`);
  await writeBodySession(session, [
    largeJson(),
    largeBinary(),
    { path: '/million.json', type: 'application/json', body: million },
  ]);
  expect(statSync(session).size).toBeLessThan(30_000_000);
  const serve = startCli([
    ...['serve', '--data-dir', folder, '--session', session, '--proxy', '127.0.0.1:0'],
  ]);
  undo.push(() => {
    serve.child.kill('SIGTERM');
    return serve.ended();
  });
  const address = (await serve.says(/^Open (http:\S+)$/m))[1] ?? '';
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
  });
  undo.push(() => browser.close());
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(address);
  await page.locator('.list-row').first().waitFor();
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Time of the processor, µs: others may share the machine. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Longest task of the window's thread while something is done, ms of its own work. */
async function longestTask(act: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const threads = trace.traceEvents.filter(({ args }) => args?.name === 'CrRendererMain');
  const tasks = trace.traceEvents.filter(
    ({ name, pid, tid }) =>
      name.endsWith('RunTask') && threads.some((thread) => thread.pid === pid && thread.tid === tid),
  );
  // A task that goes on while the trace ends has no length.
  const lengths = tasks.flatMap(({ tdur }) => tdur ?? []);
  expect(lengths.length).toBeGreaterThan(10);
  expect(lengths.length).toBeGreaterThan(tasks.length * 0.9);
  return Math.round(Math.max(...lengths) / 1000);
}

async function heapBytes(): Promise<number> {
  return page.evaluate(() => {
    (globalThis as { gc?: () => void }).gc?.();
    return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
  });
}

async function openBody(name: string): Promise<void> {
  await page.locator('.list-row', { has: page.getByText(name, { exact: true }) }).click();
  if ((await page.getByRole('tab', { name: 'Body' }).count()) === 0) await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Body' }).click();
}

const mode = (name: string) => page.locator('#detail-body').getByRole('button', { name, exact: true });
const shows = (what: string | RegExp) => page.locator('#detail-body').getByText(what).first().waitFor();

describe('large bodies', () => {
  it('opens 200 MB of JSON as a tree and as text without holding up the window', async ({ annotate }) => {
    const before = await heapBytes();
    const tree = await longestTask(async () => {
      await openBody('/large.json');
      await shows(/^The first 34 MB of 200 MB are shown here/);
      await page.getByRole('treeitem').nth(5).waitFor();
      await page.getByRole('tree').press('End');
      await page.getByRole('tree').press('Home');
    });
    const asText = await longestTask(async () => {
      await mode('Text').click();
      await shows(/^0 B to 524 KB of 200 MB shown/);
      await shows('"Lamp 3"');
      await page.getByRole('slider', { name: 'Place in the body' }).press('End');
      await shows(/to 200 MB of 200 MB shown/);
    });
    const held = (await heapBytes()) - before;
    await annotate(
      `Longest task: tree ${tree} ms, text ${asText} ms; heap ${Math.round(held / 1e6)} MB more`,
    );
    expect(Math.max(tree, asText)).toBeLessThan(taskMsMax);
    expect(held).toBeLessThan(heapBytesMax);
  });

  it('finds the last line of it and shows it', async ({ annotate }) => {
    await openBody('/large.json');
    await mode('Text').click();
    const longest = await longestTask(async () => {
      await page.getByRole('searchbox', { name: 'Find in all of the body' }).fill('THE VERY LAST');
      await page.keyboard.press('Enter');
      await shows('"the very last one"');
    });
    await annotate(`Longest task: ${longest} ms`);
    expect(longest).toBeLessThan(taskMsMax);
  });

  it('opens 1 GB of bytes anywhere', async ({ annotate }) => {
    const before = await heapBytes();
    const longest = await longestTask(async () => {
      await openBody('/large.bin');
      await shows('00000000');
      for (const offset of ['0x1dcd6500', '123456789', '999999999999']) {
        await page.getByRole('textbox', { name: 'Go to offset' }).fill(offset);
        await page.keyboard.press('Enter');
        await page.locator('.hex-bytes').first().waitFor();
      }
      await shows(/1 selected at 0x3b9/);
      await page.getByRole('region', { name: 'Bytes' }).hover();
      for (let notch = 0; notch < 10; notch++) await page.mouse.wheel(0, -400);
    });
    const held = (await heapBytes()) - before;
    await annotate(`Longest task: ${longest} ms; heap ${Math.round(held / 1e6)} MB more`);
    expect(longest).toBeLessThan(taskMsMax);
    expect(held).toBeLessThan(heapBytesMax);
  });

  it('goes to the last of a million items by one key', async ({ annotate }) => {
    const longest = await longestTask(async () => {
      await openBody('/million.json');
      await mode('Tree').click();
      await page.getByRole('treeitem').nth(5).waitFor();
      await page.getByRole('tree').press('End');
      await shows('999999: 999999');
    });
    await annotate(`Longest task: ${longest} ms`);
    expect(longest).toBeLessThan(taskMsMax);
  });
});
