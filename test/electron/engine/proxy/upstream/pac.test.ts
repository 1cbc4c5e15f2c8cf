import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { hopName } from '../../../../../core/model/upstream-proxy.ts';
import {
  createPacAnswers,
  type PacAnswers,
} from '../../../../../electron/engine/proxy/upstream/pac/pac-answers.ts';
import { pacBytesMax, readPac } from '../../../../../electron/engine/proxy/upstream/pac/pac-file.ts';
import {
  createPacRunner,
  type PacRunner,
} from '../../../../../electron/engine/proxy/upstream/pac/pac-runner.ts';
import { workers } from '../../../../support/workers.ts';

const trust = createSecureContext();

function run(script: string): PacRunner {
  const runner = createPacRunner(workers.pac, script);
  onTestFinished(runner.close);
  return runner;
}

/** What `expression` gives inside a PAC, as text. */
async function valueOf(expression: string): Promise<string> {
  const answer = await run(`function FindProxyForURL(url, host) { return String(${expression}); }`).ask(
    'http://h/',
    'h',
  );
  return answer.ok ? answer.value : answer.error.message;
}

function pacFile(script: string): { file: string; write: (next: string) => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-pac-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = path.join(folder, 'proxy.pac');
  const write = (next: string): void => {
    writeFileSync(`${file}.new`, next);
    renameSync(`${file}.new`, file);
  };
  write(script);
  return { file, write };
}

function answersOf(source: string): PacAnswers {
  const answers = createPacAnswers(workers.pac, trust);
  onTestFinished(answers.close);
  answers.use(source);
  return answers;
}

const ways = async (answers: PacAnswers, host: string): Promise<string> =>
  (await answers.ask(`https://${host}/`, host)).hops.map(hopName).join(', ');

describe('the functions of a PAC', () => {
  test.each([
    ['isPlainHostName("www")', 'true'],
    ['isPlainHostName("www.a.test")', 'false'],
    ['dnsDomainIs("www.a.test", ".a.test")', 'true'],
    ['dnsDomainIs("www.b.test", ".a.test")', 'false'],
    ['localHostOrDomainIs("www", "www.a.test")', 'true'],
    ['localHostOrDomainIs("www.b.test", "www.a.test")', 'false'],
    ['dnsDomainLevels("a.b.c")', '2'],
    ['shExpMatch("http://home.a.test/x", "*://*.a.test/*")', 'true'],
    ['shExpMatch("http://a.test", "*.b.test")', 'false'],
    ['shExpMatch("abc", "a?c")', 'true'],
    ['shExpMatch("a.c", "a[bc")', 'false'],
    ['isInNet("10.1.2.3", "10.0.0.0", "255.0.0.0")', 'true'],
    ['isInNet("200.1.2.3", "200.1.0.0", "255.255.0.0")', 'true'],
    ['isInNet("11.1.2.3", "10.0.0.0", "255.0.0.0")', 'false'],
    ['isInNet("localhost", "127.0.0.0", "255.0.0.0")', 'true'],
    ['dnsResolve("localhost")', '127.0.0.1'],
    ['dnsResolve("no-such-name.invalid")', 'null'],
    ['isResolvable("localhost")', 'true'],
    ['isResolvable("no-such-name.invalid")', 'false'],
    ['convert_addr("104.16.41.2")', '1745889538'],
    ['/^\\\\d+\\\\.\\\\d+\\\\.\\\\d+\\\\.\\\\d+$/.test(myIpAddress())'.replaceAll('\\\\', '\\'), 'true'],
    ['weekdayRange("SUN", "SAT")', 'true'],
    ['weekdayRange("FUN")', 'false'],
    ['timeRange(0, 0, 0, 23, 59, 59)', 'true'],
    ['timeRange(new Date().getUTCHours(), "GMT")', 'true'],
    ['dateRange("JAN", "DEC")', 'true'],
    ['dateRange(1, "JAN", 1999, 31, "DEC", 2001)', 'false'],
    ['dateRange(new Date().getUTCFullYear(), "GMT")', 'true'],
    ['alert("hello")', 'undefined'],
  ])('%s is %s', async (expression, expected) => {
    expect(await valueOf(expression)).toBe(expected);
  });
});

describe('a PAC script', () => {
  test.each([
    'process',
    'require',
    'console',
    'fetch',
    'WebAssembly',
    'XMLHttpRequest',
    'setTimeout',
    'print',
  ])('sees no %s', async (name) => {
    expect(await valueOf(`typeof ${name}`)).toBe('undefined');
  });

  test('reaches nothing of Node through the functions it is given', async () => {
    expect(await valueOf('dnsResolve.constructor("return typeof process")()')).toBe('undefined');
    expect(
      await valueOf('this.constructor.constructor("return typeof process + typeof import.meta")()'),
    ).toContain('SyntaxError');
  });

  test.each([
    ['loops', 'for (;;);'],
    ['backtracks', 'return /^(a+)+$/.test("a".repeat(40) + "b");'],
    ['catches its own interruption', 'for (;;) { try { for (;;); } catch (e) {} }'],
  ])('that %s is stopped within a second or so, and the next question is answered', async (_what, code) => {
    const runner = run(
      `function FindProxyForURL(url, host) { if (host === 'bad') { ${code} } return 'DIRECT'; }`,
    );
    expect(await runner.ask('http://good/', 'good')).toEqual({ ok: true, value: 'DIRECT' });
    const began = performance.now();
    expect(await runner.ask('http://bad/', 'bad')).toMatchObject({ error: { code: 'pac-timeout' } });
    expect(performance.now() - began).toBeLessThan(2500);
    expect(await runner.ask('http://good/', 'good')).toEqual({ ok: true, value: 'DIRECT' });
  });

  test.each([
    ['throws', 'throw new Error("no luck");', 'no luck'],
    ['eats memory', 'const a = []; for (;;) a.push("x".repeat(1e6) + a.length);', 'memory'],
    ['calls itself without end', 'return FindProxyForURL(url, host);', 'stack'],
    ['gives a number', 'return 7;', 'no text'],
  ])('that %s fails with its reason', async (_what, code, reason) => {
    const answer = await run(`function FindProxyForURL(url, host) { ${code} }`).ask('http://h/', 'h');
    expect(answer).toMatchObject({ ok: false, error: { code: 'pac-failed' } });
    if (!answer.ok) expect(answer.error.message).toContain(reason);
  });

  test.each([
    ['that is no JavaScript', 'function ('],
    ['without the function', 'var x = 1;'],
    ['that hangs when it is read', 'for (;;);'],
  ])('%s fails every question', async (_what, script) => {
    const runner = run(script);
    for (let time = 0; time < 2; time++)
      expect(await runner.ask('http://h/', 'h')).toMatchObject({ error: { code: 'pac-failed' } });
  });
});

describe('the answers of a PAC', () => {
  test('are asked once for a host', async () => {
    const { file } = pacFile('var n = 0; function FindProxyForURL(u, h) { n += 1; return "PROXY p:" + n; }');
    const answers = answersOf(file);
    expect(await Promise.all([ways(answers, 'a.test'), ways(answers, 'a.test')])).toEqual([
      'http://p:1',
      'http://p:1',
    ]);
    expect(await ways(answers, 'b.test')).toBe('http://p:2');
    expect(await ways(answers, 'a.test')).toBe('http://p:1');
  });

  test('change with the file, and the last good ones hold when it breaks', async () => {
    const { file, write } = pacFile('function FindProxyForURL() { return "PROXY one:1"; }');
    const answers = answersOf(file);
    expect(await ways(answers, 'a.test')).toBe('http://one:1');
    write('function FindProxyForURL() { return "PROXY two:2"; }');
    await vi.waitFor(async () => expect(await ways(answers, 'a.test')).toBe('http://two:2'), 5000);
    write('function FindProxyForURL() { throw new Error("broken"); }');
    await vi.waitFor(async () => {
      expect(await answers.ask('https://a.test/', 'a.test')).toMatchObject({
        note: expect.stringContaining('broken') as string,
      });
    }, 5000);
    expect(await ways(answers, 'a.test')).toBe('http://two:2');
    expect(await answers.ask('https://new.test/', 'new.test')).toMatchObject({
      hops: [{ kind: 'direct' }],
      note: 'The PAC failed: Error: broken. The connection was made directly.',
    });
  });

  test('are DIRECT, and say why, while there is no PAC to be read', async () => {
    const answers = answersOf('/no/such/proxy.pac');
    const { hops, note } = await answers.ask('https://a.test/', 'a.test');
    expect(hops).toEqual([{ kind: 'direct' }]);
    expect(note).toMatch(
      /^The PAC \/no\/such\/proxy\.pac cannot be read: .*ENOENT.* The connection was made directly\.$/,
    );
  });

  test('stop being asked for after the script hung several times', async () => {
    const { file } = pacFile('function FindProxyForURL() { for (;;); }');
    const answers = answersOf(file);
    const began = performance.now();
    await Promise.all(Array.from({ length: 20 }, (_each, at) => ways(answers, `h${at.toString()}.test`)));
    expect(performance.now() - began).toBeLessThan(10_000);
    const { note } = await answers.ask('https://late.test/', 'late.test');
    expect(note).toContain('rests for a minute');
  });
});

describe('a PAC on a web server', () => {
  async function serve(
    answer: (url: string) => { status: number; location?: string; body: string | Buffer },
  ): Promise<string> {
    const server = createServer((request, response) => {
      const { status, location, body } = answer(request.url ?? '');
      response.writeHead(status, location === undefined ? {} : { location }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
  }

  test('is read, also where a redirect leads to it', async () => {
    const base = await serve((url) =>
      url === '/old'
        ? { status: 302, location: '/proxy.pac', body: '' }
        : { status: 200, body: 'function é() {}' },
    );
    expect(await readPac(`${base}/old`, trust)).toEqual({ ok: true, value: 'function é() {}' });
  });

  test.each([
    ['is missing', { status: 404, body: '' }, 'answered 404'],
    ['is too large', { status: 200, body: Buffer.alloc(pacBytesMax + 1, 32) }, 'larger than 1 MiB'],
    ['leads elsewhere without end', { status: 302, location: '/x', body: '' }, 'answered 302'],
    ['leads to a file', { status: 302, location: 'file:///etc/passwd', body: '' }, 'file:'],
  ])('that %s is a failure', async (_what, answer, reason) => {
    const read = await readPac(`${await serve(() => answer)}/p`, trust);
    expect(read).toMatchObject({ ok: false, error: { code: 'pac-unreadable' } });
    if (!read.ok) expect(read.error.message).toContain(reason);
  });
});
