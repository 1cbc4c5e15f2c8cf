import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/fake-window.ts';
import { pcapOf, tcpFrame, type TcpFields, type TimedFrame } from '../support/frame-bytes.ts';
import { runCli, startCli } from '../support/program.ts';

const stepTimeoutMs = 15_000;
const startUs = 1_795_000_000_000_000;

let folder: string;
let browser: Browser;
const undo: (() => unknown)[] = [];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-statements-'));
  undo.push(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  browser = await launchBrowser();
  undo.push(() => browser.close());
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

/** One connection to Redis on which these commands were answered, a millisecond between two frames. */
function redisCapture(talk: readonly (readonly [command: string, answer: string])[]): Uint8Array {
  const ends = {
    client: { from: '10.0.0.5', to: '10.0.1.9', sourcePort: 50_123, destinationPort: 6379 },
    server: { from: '10.0.1.9', to: '10.0.0.5', sourcePort: 6379, destinationPort: 50_123 },
  };
  const at = { client: 1000, server: 7000 };
  const frames: TimedFrame[] = [];
  const send = (by: 'client' | 'server', flags: string, payload = ''): void => {
    const other = by === 'client' ? 'server' : 'client';
    const step: TcpFields = { ...ends[by], seq: at[by], ack: at[other], flags, payload };
    frames.push({ atUs: startUs + frames.length * 1000, bytes: tcpFrame(step) });
    at[by] += payload.length + (flags.includes('S') ? 1 : 0);
  };
  send('client', 'S');
  send('server', 'SA');
  send('client', 'A');
  for (const [command, answer] of talk) {
    const words = command.split(' ').map((word) => `$${word.length}\r\n${word}\r\n`);
    send('client', 'PA', `*${words.length}\r\n${words.join('')}`);
    send('server', 'PA', answer);
  }
  return pcapOf(frames);
}

describe('statements of a database in the window', () => {
  it('are narrowed to those that differ only in their values, and by the rows of their answers', async () => {
    const capture = path.join(folder, 'redis.pcap');
    const session = path.join(folder, 'redis.plumb');
    writeFileSync(
      capture,
      redisCapture([
        ['GET user:17', '$3\r\nAda\r\n'],
        ['GET user:4711', '$5\r\nGrace\r\n'],
        ['SET user:17 Ada', '+OK\r\n'],
        ['LRANGE queue 0 9', '*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n'],
      ]),
    );
    expect(await runCli(['import', capture, '--session', session])).toMatchObject({ code: 0 });
    const serve = startCli([
      ...['serve', '--data-dir', folder, '--session', session, '--proxy', '127.0.0.1:0'],
    ]);
    undo.push(() => {
      serve.child.kill('SIGTERM');
      return serve.ended();
    });
    const page = await browser.newPage();
    page.setDefaultTimeout(stepTimeoutMs);
    await page.goto((await serve.says(/^Open (http:\S+)$/m))[1] ?? '');

    const rows = page.locator('.list-row');
    await rows.nth(3).waitFor();
    await rows.filter({ hasText: 'GET user:4711' }).click();
    await page.getByRole('tab', { name: 'Statement' }).click();
    await page.getByRole('button', { name: 'Show all like this' }).click();
    const filter = page.getByRole('combobox', { name: 'Filter', exact: true });
    expect(await filter.inputValue()).toBe('statement:="GET user:?"');
    await expect.poll(() => rows.count()).toBe(2);
    await filter.fill('rows:>1');
    await expect.poll(() => rows.allInnerTexts()).toEqual([expect.stringContaining('LRANGE queue 0 9')]);
    await filter.fill('tier:proxy');
    await expect.poll(() => rows.count()).toBe(0);

    await filter.fill('');
    await page.keyboard.press('Control+4');
    await page.getByRole('combobox', { name: 'Grouped by' }).selectOption('Statement');
    const groups = page.getByRole('region', { name: 'Groups' });
    const names = groups.getByRole('rowheader');
    await groups.getByRole('button', { name: 'Rows' }).click();
    await expect.poll(() => names.allInnerTexts()).toEqual(['LRANGE queue', 'GET user:?', 'SET user:?']);
    await groups.getByRole('button', { name: 'Exchanges' }).click();
    await expect.poll(() => names.first().innerText()).toBe('GET user:?');
    expect(await groups.getByRole('columnheader', { name: 'Exchanges' }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    await groups.getByRole('button', { name: 'SET user:?' }).click();
    await expect.poll(() => filter.inputValue()).toBe('statement:="SET user:?"');
    await expect.poll(() => names.allInnerTexts()).toEqual(['SET user:?']);
  });
});
