import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writePacketMix } from '../../bench/packet-mix.ts';
import { runCli, type Ended } from '../../support/program.ts';
import { scratchFolder } from '../../support/scratch.ts';

const fixture = (name: string): string => new URL(`../../fixtures/${name}`, import.meta.url).pathname;

function expectOneLine(ended: Ended, saying: RegExp): void {
  expect(ended.stderr).toMatch(saying);
  expect(ended.stderr.trimEnd().split('\n'), ended.stderr).toHaveLength(1);
  expect(ended.code).toBe(1);
}

describe('plumbline import, export and snippet', () => {
  it('take flows of mitmproxy to a session, to HAR and to a command', async () => {
    const folder = scratchFolder();
    const session = path.join(folder, 'a.plumb');
    const har = path.join(folder, 'a.har');
    const first = await runCli(['import', fixture('mitmproxy-8.flows'), '--session', session]);
    expect(first.stderr).toBe('');
    expect(JSON.parse(first.stdout)).toEqual({ event: 'imported', session, exchanges: 7, skipped: 0 });
    const second = await runCli(['export', session, '--to', 'har', '--out', har]);
    expect(JSON.parse(second.stdout)).toEqual({ event: 'exported', file: har, exchanges: 7 });
    expect(readFileSync(har, 'utf8')).toContain('Credentials are left out');
    await runCli(['export', session, '--to', 'har', '--out', har, '--no-redact', '--force']);
    expect(readFileSync(har, 'utf8')).toContain('Credentials are included');
    const third = await runCli(['snippet', session, '4', '--as', 'curl']);
    expect(third.stdout).toContain("--data-raw 'a=1&b=two words'");
  });

  it('keep what comes before the place where a file is cut off, and say so', async () => {
    const folder = scratchFolder();
    const file = path.join(folder, 'cut.flows');
    writeFileSync(file, readFileSync(fixture('mitmproxy-8.flows')).subarray(0, 9000));
    const ended = await runCli(['import', file, '--session', path.join(folder, 'a.plumb')]);
    expectOneLine(ended, /“cut\.flows” is cut off or damaged: only what comes before/);
    expect(JSON.parse(ended.stdout)).toMatchObject({ event: 'imported' });
  });

  it('list a capture without a session that stays', async () => {
    const folder = scratchFolder();
    const temporary = path.join(folder, 'tmp');
    mkdirSync(temporary);
    const capture = path.join(folder, 'mix.pcap');
    const mix = writePacketMix(capture, 2000);
    const list = async (...args: readonly string[]): Promise<string[]> => {
      const ended = await runCli([...args, '--json'], { TMPDIR: temporary });
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(readdirSync(temporary)).toEqual([]);
      return ended.stdout.trimEnd().split('\n');
    };
    expect(await list('packets', capture)).toHaveLength(mix.packets);
    expect(await list('conversations', capture)).toHaveLength(mix.conversations);
    const lookups = await list('exchanges', capture, '--filter', 'scheme:dns');
    expect(lookups).toHaveLength(mix.exchanges['dns'] ?? 0);
  });

  it('list a capture as they list the session that it is imported into, though its packets stay in it', async () => {
    const folder = scratchFolder();
    const capture = path.join(folder, 'mix.pcap');
    writePacketMix(capture, 6000);
    const session = path.join(folder, 'mix.plumb');
    expect((await runCli(['import', capture, '--session', session])).code).toBe(0);
    const list = async (command: string, file: string, ...args: string[]): Promise<string[]> =>
      (await runCli([command, file, '--json', ...args])).stdout.trimEnd().split('\n');
    for (const args of [
      ['packets'],
      // What follows reads what is in packets, heads and bodies.
      ['packets', '--filter', 'http.request.method == "GET"'],
      ['conversations'],
      ['exchanges'],
      ['exchanges', '--filter', 'response.header.server:made'],
      ['exchanges', '--filter', 'response-body:inStock'],
    ] as const) {
      const [command, ...others] = args;
      const listed = await list(command, capture, ...others);
      expect(listed.length, args.join(' ')).toBeGreaterThan(10);
      expect(listed).toEqual(await list(command, session, ...others));
    }
    const pcapng = path.join(folder, 'mix.pcapng');
    await runCli(['export', session, '--to', 'pcapng', '--out', pcapng]);
    const packed = path.join(folder, 'mix.pcap.gz');
    writeFileSync(packed, gzipSync(readFileSync(capture)));
    for (const file of [pcapng, packed]) {
      const filter = ['--filter', 'http.request.method == "GET"'];
      expect(await list('packets', file, ...filter)).toEqual(await list('packets', session, ...filter));
    }
    // Of a session the keys were read when it was made.
    const late = await runCli(['conversations', session, '--keylog', path.join(folder, 'keys.txt')]);
    expect(late.stderr).toMatch(/--keylog is passed over: “mix\.plumb” is a session/);
    expect(late.code).toBe(0);
  });

  it('list what a damaged capture has, say what is wrong, and refuse one that has nothing', async () => {
    const folder = scratchFolder();
    const capture = path.join(folder, 'cut.pcap');
    const { packets } = writePacketMix(capture, 100);
    const whole = readFileSync(capture);
    writeFileSync(capture, whole.subarray(0, whole.length - 1));
    const cut = await runCli(['packets', capture, '--json']);
    expect(cut.stdout.trimEnd().split('\n')).toHaveLength(packets - 1);
    expect(cut.stderr).toMatch(/ends inside a packet of/);
    writeFileSync(capture, whole.subarray(0, 24));
    expectOneLine(await runCli(['conversations', capture]), /“cut\.pcap” holds no packets/);
  });

  it('refuse what they cannot do in one line', async () => {
    const folder = scratchFolder();
    const garbage = path.join(folder, 'garbage.har');
    const session = path.join(folder, 'a.plumb');
    writeFileSync(garbage, 'garbage');
    expectOneLine(await runCli(['import', garbage, '--session', session]), /not a file that can be imported/);
    expectOneLine(
      await runCli(['import', `${garbage}.no`, '--session', session]),
      /There is no “garbage\.har\.no”/,
    );
    expectOneLine(await runCli(['export', garbage, '--to', 'har', '--out', session]), /./);
    copyFileSync(fixture('chrome.har'), session);
    expectOneLine(await runCli(['import', fixture('chrome.har'), '--session', session]), /exists already/);
    expectOneLine(await runCli(['export', session, '--to', 'pdf', '--out', 'x']), /no format “pdf”/);
    expectOneLine(await runCli(['snippet', session, '1', '--as', 'basic']), /no snippet “basic”/);
    expect(readdirSync(folder).sort()).toEqual(['a.plumb', 'garbage.har']);
  });
});
