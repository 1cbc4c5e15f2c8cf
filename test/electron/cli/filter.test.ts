import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, runCurl, startCli } from '../../support/program.ts';
import { startWebOrigin, type WebOrigin } from '../../support/web-origin.ts';

let folder: string;
let session: string;
let origin: WebOrigin;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-filter-'));
  session = path.join(folder, 'recorded.plumb');
  origin = await startWebOrigin({ '/found.html': { type: 'text/html', body: '<p>The needle is here</p>' } });
  const program = startCli([
    ...['record', '--session', session, '--proxy', '127.0.0.1:0'],
    ...['--data-dir', path.join(folder, 'data')],
  ]);
  const [line] = await program.says(/^\{"event":"ready".*\}$/m);
  const { proxy } = JSON.parse(line) as { proxy: string };
  const urls = ['/one', '/two', '/found.html'].map((each) => origin.http + each);
  expect((await runCurl(['-x', `http://${proxy}`, ...urls])).code).toBe(0);
  program.child.kill('SIGINT');
  await program.ended();
});
afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

async function pathsOf(filter: string): Promise<string[]> {
  const { stdout, stderr, code } = await runCli(['exchanges', session, '--json', '--filter', filter]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => new URL((JSON.parse(line) as { url: string }).url).pathname);
}

it('export --filter writes what matches', async () => {
  const har = path.join(folder, 'some.har');
  const exported = await runCli(['export', session, '--to', 'har', '--out', har, '--filter', 'path:/one']);
  expect(JSON.parse(exported.stdout)).toEqual({ event: 'exported', file: har, exchanges: 1 });
  expect(readFileSync(har, 'utf8')).toContain('/one');
  const wrong = await runCli([
    'export',
    session,
    '--to',
    'har',
    '--out',
    `${har}2`,
    '--filter',
    'stauts:404',
  ]);
  expect(wrong.stderr).toMatch(/^.*There is no field “stauts”\. Did you mean status:\?.*\n$/);
  expect(wrong.code).toBe(1);
});

describe('exchanges --filter', () => {
  it('prints the exchanges that match, in order', async () => {
    expect(await pathsOf('path:/one or path:/found')).toEqual(['/one', '/found.html']);
    expect(await pathsOf('not path:/one')).toEqual(['/two', '/found.html']);
    expect(await pathsOf('path:nowhere')).toEqual([]);
    expect(await pathsOf('')).toEqual(['/one', '/two', '/found.html']);
  });

  it('looks in heads and bodies as well', async () => {
    expect(await pathsOf('response.header.content-type:html')).toContain('/found.html');
    expect(await pathsOf('body:needle')).toEqual(['/found.html']);
  });

  it('says in one line what is wrong with a filter', async () => {
    const { stdout, stderr, code } = await runCli(['exchanges', session, '--json', '--filter', 'stauts:404']);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^.*There is no field “stauts”\. Did you mean status:\?.*\n$/);
    expect(code).toBe(1);
  });
});
