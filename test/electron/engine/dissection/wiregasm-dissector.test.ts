import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testElectron } from '../../../../build/electron-for-tests.ts';
import type { TreeNode } from '../../../../core/contract/packets.ts';
import type { Dissector } from '../../../../electron/engine/dissection/dissector.ts';
import {
  createWiregasmDissector,
  wiregasmLimits,
  type WiregasmLimits,
} from '../../../../electron/engine/dissection/wiregasm-dissector.ts';
import { httpCapture, httpFrames, requestText } from '../../../support/http-capture.ts';
import { mixedCapture } from '../../../support/mixed-capture.ts';
import { pcapOf } from '../../../support/frame-bytes.ts';
import { hasRuntime, runtimes, type Runtime } from '../../../support/plumbline.ts';
import { root } from '../../../support/program.ts';

const script = path.join(root, 'dist/dissection/main.js');
const open: Dissector[] = [];

afterEach(() => {
  for (const dissector of open.splice(0)) dissector.close();
});

function dissectorOf(
  runtime: Runtime = 'node',
  limits: Partial<WiregasmLimits> = {},
  program = script,
): Dissector {
  const executable = runtime === 'node' ? process.execPath : testElectron().executable;
  const dissector = createWiregasmDissector(
    { runtime: executable, script: program },
    { ...wiregasmLimits, ...limits },
  );
  open.push(dissector);
  return dissector;
}

const capture = (bytes: Uint8Array, key = '') => ({ key, bytes, decodeAs: [] });

async function treeOf(dissector: Dissector, bytes: Uint8Array, frame: number, key = '') {
  const answer = await dissector.tree(capture(bytes, key), frame);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

function nodesOf(tree: readonly TreeNode[]): readonly TreeNode[] {
  return tree.flatMap((node) => [node, ...nodesOf(node.children)]);
}

describe.each(runtimes.filter(hasRuntime))('Wireshark’s engine, run by %s', (runtime) => {
  let dissector: Dissector;

  beforeAll(() => {
    dissector = dissectorOf(runtime);
    open.pop();
  });

  afterAll(() => dissector.close());

  it('says which version it is', async () => {
    expect(await dissector.up()).toEqual({ ok: true, value: 'Wireshark 4.4.5' });
  });

  it('takes a request apart, and every node names its bytes', async () => {
    const { tree, sources } = await treeOf(dissector, httpCapture(), 4);
    expect(tree.map((node) => node.field)).toEqual(['frame', 'eth', 'ip', 'tcp', 'http']);
    expect(sources.map((source) => source.bytes)).toEqual([new Uint8Array(httpFrames()[3]!.bytes)]);
    const uri = nodesOf(tree).find((node) => node.field === 'http.request.uri')!;
    expect(uri).toMatchObject({ source: 0, filter: 'http.request.uri == "/plumb?line=1"', severity: null });
    const bytes = sources[uri.source]!.bytes.subarray(uri.from, uri.from + uri.bytes);
    expect(Buffer.from(bytes).toString()).toBe('/plumb?line=1');
  });

  it('shows what was put together from several packets as a source of its own', async () => {
    const { tree, sources } = await treeOf(dissector, httpCapture(), 7);
    expect(sources.map((source) => source.name)).toEqual([
      'Frame (65 bytes)',
      expect.stringMatching(/^Reassembled TCP/) as string,
    ]);
    const status = nodesOf(tree).find((node) => node.field === 'http.response.code')!;
    expect(status).toMatchObject({ source: 1, from: 9, bytes: 3 });
    expect(Buffer.from(sources[1]!.bytes).toString()).toMatch(/^HTTP\/1.1 200 OK\r\n.*hello world$/s);
  });

  it('selects frames with any display filter', async () => {
    const answer = await dissector.filter(capture(httpCapture()), 'http.host contains "shop"');
    expect(answer).toEqual({ ok: true, value: Uint32Array.of(4) });
  });
});

describe('the dissection process', () => {
  it('says what is wrong with a filter', async () => {
    const dissector = dissectorOf();
    expect(await dissector.checkFilter('tcp.port == 80')).toEqual({ ok: true, value: null });
    expect(await dissector.checkFilter('tcp.prot')).toEqual({
      ok: true,
      value: '"tcp.prot" is not a valid protocol or protocol field.',
    });
    expect(await dissector.filter(capture(httpCapture()), 'tcp.port ==')).toMatchObject({
      error: { code: 'bad-filter' },
    });
  });

  it('completes the names of fields', async () => {
    const answer = await dissectorOf().fields('tcp.flags.', 3);
    expect(answer).toMatchObject({ ok: true, value: { length: 3 } });
    expect(answer.ok && answer.value[0]).toEqual({ name: 'tcp.flags.ace', label: 'ACE' });
  });

  it('follows a conversation', async () => {
    const answer = await dissectorOf().follow!(capture(httpCapture()), 'TCP', 'tcp.stream eq 0');
    expect(answer).toMatchObject({
      ok: true,
      value: [
        { frame: 4, fromServer: false },
        { frame: 6, fromServer: true },
        { frame: 7, fromServer: true },
      ],
    });
    expect(answer.ok && Buffer.from(answer.value[0]!.bytes).toString()).toBe(requestText);
  });

  it('lists what is remarkable', async () => {
    const answer = await dissectorOf().expert!(capture(httpCapture()), 100);
    expect(answer.ok && answer.value[0]).toEqual({
      frame: 1,
      severity: 'chat',
      group: 'Sequence',
      summary: 'Connection establish request (SYN): server port 80',
      protocol: 'tcp',
      filter: 'tcp.connection.syn',
    });
  });

  it('reads a port as another protocol while a rule says so', async () => {
    const dissector = dissectorOf();
    const bytes = httpCapture();
    const uppermost = async (decodeAs: Parameters<Dissector['tree']>[0]['decodeAs']) => {
      const answer = await dissector.tree({ key: 'k', bytes, decodeAs }, 4);
      return answer.ok ? answer.value.tree.at(-1)?.field : answer.error.code;
    };
    expect(await uppermost([])).toBe('http');
    expect(await uppermost([{ table: 'tcp.port', port: 80, protocol: 'resp' }])).toBe('resp');
    expect(await uppermost([{ table: 'tcp.port', port: 80, protocol: 'nonsense' }])).toBe('bad-rule');
    expect(await uppermost([{ table: 'tcp.port', port: 81, protocol: 'http' }])).toBe('http');
    const protocols = await dissector.protocols();
    expect(protocols.ok && protocols.value).toEqual(expect.arrayContaining(['http', 'resp', 'pgsql', 'dns']));
  });

  it('refuses what is no capture and a frame that is not there, and goes on', async () => {
    const dissector = dissectorOf();
    expect(await dissector.tree(capture(new Uint8Array(0)), 1)).toMatchObject({
      error: { code: 'no-such-frame' },
    });
    const cut = httpCapture().subarray(0, 30);
    expect(await dissector.tree(capture(cut), 1)).toMatchObject({ error: { code: 'bad-capture' } });
    expect(await dissector.tree(capture(httpCapture()), 11)).toMatchObject({
      error: { code: 'no-such-frame' },
    });
    expect((await treeOf(dissector, httpCapture(), 1)).tree).toHaveLength(4);
  });

  it('answers the next question after it was killed, and says that it stopped when it was killed during one', async () => {
    await until(() => children().length === 0);
    const dissector = dissectorOf();
    const first = dissector.tree(capture(httpCapture()), 4);
    await until(() => children().length === 1);
    process.kill(childOf(), 'SIGKILL');
    expect(await first).toMatchObject({ error: { message: expect.stringMatching(/SIGKILL/) as string } });
    expect((await treeOf(dissector, httpCapture(), 4)).tree).toHaveLength(5);
    process.kill(childOf(), 'SIGKILL');
    expect((await treeOf(dissector, httpCapture(), 4)).tree).toHaveLength(5);
  });

  it('stops what takes too long, and what is no longer wanted', async () => {
    const dissector = dissectorOf('node', { captureMs: 100 });
    const many = pcapOf(Array.from({ length: 20_000 }, (_, index) => httpFrames()[index % 10]!));
    expect(await dissector.filter(capture(many), 'frame contains "nothing"')).toMatchObject({
      error: { code: 'dissection-slow' },
    });
    const stop = new AbortController();
    const filtering = dissector.filter(capture(httpCapture()), 'tcp', stop.signal);
    stop.abort();
    expect(await filtering).toMatchObject({ error: { code: 'dissection-stopped' } });
    expect(await dissector.up()).toMatchObject({ ok: true });
  });

  it('answers for captures that were cut and changed at random, and for good ones after each', async () => {
    const dissector = dissectorOf();
    const good = mixedCapture();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length),
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 40 }),
        fc.integer({ min: 1, max: 46 }),
        async (cut, changes, frame) => {
          const bytes = Uint8Array.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          const hostile = await dissector.tree(capture(bytes.subarray(0, Math.max(100, cut))), frame);
          if (!hostile.ok) expect(hostile.error.message).toMatch(/\.$/);
          expect((await treeOf(dissector, good, 4, 'good')).tree).toHaveLength(5);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);

  it('is started anew when it holds too much memory', async () => {
    const dissector = dissectorOf('node', { memoryBytesMax: 1 });
    await dissector.up();
    await until(() => children().length === 0);
    expect((await treeOf(dissector, httpCapture(), 4)).tree).toHaveLength(5);
  });

  it('says that it is not there', async () => {
    const answer = await dissectorOf('node', {}, path.join(root, 'dist/dissection/none.js')).up();
    expect(answer).toMatchObject({ ok: false, error: { code: 'dissection-missing' } });
  });

  it('takes one packet apart in less than 100 ms', async () => {
    const dissector = dissectorOf();
    await treeOf(dissector, httpCapture(), 4, 'k');
    const tookMs: number[] = [];
    for (const frame of [1, 4, 6, 7, 8]) {
      const before = performance.now();
      await treeOf(dissector, httpCapture(), frame, 'k');
      tookMs.push(performance.now() - before);
    }
    expect(Math.min(...tookMs)).toBeLessThan(100);
  });
});

/** The dissection processes that this process started. */
function children(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        return (
          stat[1] === `${process.pid}` &&
          stat[0] !== 'Z' &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script)
        );
      } catch {
        return false;
      }
    });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function childOf(): number {
  const [pid, ...more] = children();
  if (pid === undefined || more.length > 0) throw new Error('There is not exactly one dissection process.');
  return pid;
}
