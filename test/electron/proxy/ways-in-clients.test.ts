import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import { startNginx } from '../../support/nginx.ts';
import { hasRuntime, runtimes, startPlumbline, type Plumbline } from '../../support/plumbline.ts';
import { startPostgres } from '../../support/postgres.ts';
import { startProgram, type Program } from '../../support/program.ts';

/** Real clients and servers at both ends: curl, psql, nginx, PostgreSQL, Python's http.server, two services in Node. */

const sleepMs = 300;
const asked = 12;

/** Service B: answers `sleepMs` after it has the request, by the clock and not by a timer's goodwill. */
const serviceB = `
const { createServer } = require('node:http');
const server = createServer((request, response) => {
  const until = performance.now() + ${sleepMs};
  setTimeout(() => { while (performance.now() < until); response.end('from B'); }, ${sleepMs - 8});
}).listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
`;
/** Service A asks B, which it knows by the address in its environment, once for each request. */
const serviceA = `
const { createServer } = require('node:http');
const server = createServer(async (request, response) => {
  const answer = await fetch(process.env.SERVICE_B + request.url);
  response.end('A heard: ' + await answer.text());
}).listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
`;

describe.each(runtimes)('real clients come to the proxy in %s', (runtime) => {
  const running: { readonly stop: () => unknown }[] = [];
  const outputs = new Map<string, string>();
  let rows: readonly ExchangeJson[] = [];
  const start = (
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Program => {
    const program = startProgram(command, args, { PYTHONUNBUFFERED: '1', ...env });
    running.push({ stop: program.dispose });
    return program;
  };
  const portOf = async (program: Program): Promise<number> => Number((await program.says(/port (\d+)/))[1]);
  const openProxy = async (options: Parameters<typeof startPlumbline>[0]): Promise<Plumbline> => {
    const proxy = await startPlumbline(options);
    running.push({ stop: proxy.dispose });
    return proxy;
  };
  const curl = async (name: string, args: readonly string[]): Promise<void> => {
    const { stdout, stderr } = await startProgram('curl', [
      ...['--silent', '--show-error', '--max-time', '15', '--write-out', ' [%{http_code}]'],
      ...args,
    ]).ended();
    outputs.set(name, `${stdout}${stderr}`);
  };

  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-clients-'));
    running.push({ stop: () => rmSync(folder, { recursive: true, force: true }) });
    const authority = await createTestAuthority();
    const nginx = await startNginx(await authority.pemFor(['127.0.0.1', 'localhost']));
    running.push(nginx);
    nginx.put('hello.txt', 'from nginx');
    const postgres = await startPostgres();
    running.push(postgres);
    writeFileSync(path.join(folder, 'page.txt'), 'from Python');
    const files = start('python3', ['-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', folder]);
    const filesPort = await portOf(files);
    const portB = await portOf(start(process.execPath, ['-e', serviceB]));

    const proxy = await openProxy({
      runtime,
      upstreamCaPem: authority.certificatePem,
      reverse: [
        `0=tcp://127.0.0.1:${postgres.port}`,
        `0=http://127.0.0.1:${filesPort}`,
        `0=https://localhost:${nginx.port}`,
        `0=http://127.0.0.1:${portB}`,
      ],
    });
    const [database = '', python = '', web = '', atB = ''] = proxy.reverse.map(({ listen }) => listen);
    const caFile = path.join(folder, 'ca.pem');
    writeFileSync(caFile, proxy.caPem);
    const own = `${proxy.host}:${proxy.port}`;
    const plainUrl = `http://localhost:${filesPort}/page.txt`;
    const secureUrl = `https://localhost:${nginx.port}/hello.txt`;
    for (const kind of ['socks4', 'socks4a', 'socks5', 'socks5-hostname']) {
      await curl(`${kind} http`, [`--${kind}`, own, `${plainUrl}?${kind}`]);
      await curl(`${kind} https`, [`--${kind}`, own, '--cacert', caFile, `${secureUrl}?${kind}`]);
    }
    const tls = ['--proxy-cacert', caFile, '--cacert', caFile];
    await curl('https proxy http', ['--proxy', `https://${own}`, ...tls, `${plainUrl}?https-proxy`]);
    await curl('https proxy https', ['--proxy', `https://${own}`, ...tls, `${secureUrl}?https-proxy`]);

    await curl('reverse python', [`http://${python}/page.txt?reverse`]);
    await curl('reverse nginx plain', [`http://${web}/hello.txt?plain`]);
    await curl('reverse nginx tls', ['--cacert', caFile, `https://${web}/hello.txt?tls`]);
    await curl('reverse nginx http1', ['--http1.1', '--cacert', caFile, `https://${web}/hello.txt?http1`]);
    await curl('reverse nginx prior', ['--http2-prior-knowledge', `http://${web}/hello.txt?prior`]);

    const [host = '', port = ''] = database.split(':');
    const query = 'select 6 * 7, length(repeat($$x$$, 100000))';
    const psql = await startProgram('psql', [
      '-h',
      host,
      '-p',
      port,
      '-U',
      'tester',
      '-d',
      'postgres',
      '-Atc',
      query,
    ]).ended();
    outputs.set('psql', `${psql.stdout}${psql.stderr}`);

    const portA = await portOf(start(process.execPath, ['-e', serviceA], { SERVICE_B: `http://${atB}` }));
    for (let number = 0; number < asked; number++) {
      await curl(`service ${number}`, [`http://127.0.0.1:${portA}/ask/${number}`]);
    }
    rows = await proxy.stop();

    const guarded = await openProxy({
      runtime,
      upstreamCaPem: authority.certificatePem,
      proxyAuth: 'me:s3cret',
    });
    writeFileSync(caFile, guarded.caPem);
    const at = `${guarded.host}:${guarded.port}`;
    for (const user of ['me:s3cret', 'me:wrong']) {
      await curl(`http ${user}`, ['--proxy', `http://${at}`, '--proxy-user', user, plainUrl]);
      await curl(`any ${user}`, [
        '--proxy',
        `http://${at}`,
        '--proxy-anyauth',
        '--proxy-user',
        user,
        plainUrl,
      ]);
      await curl(`connect ${user}`, [
        ...[
          '--proxy',
          `http://${at}`,
          '--proxy-anyauth',
          '--proxy-user',
          user,
          '--cacert',
          caFile,
          secureUrl,
        ],
      ]);
      await curl(`socks5 ${user}`, ['--socks5-hostname', at, '--proxy-user', user, plainUrl]);
    }
    await guarded.stop();
  }, 120_000);
  afterAll(async () => {
    for (const { stop } of running.reverse()) await stop();
  });

  const rowFor = (query: string): ExchangeJson | undefined => rows.find(({ url }) => url.endsWith(query));

  test.skipIf(!hasRuntime(runtime)).for(['socks4', 'socks4a', 'socks5', 'socks5-hostname'])(
    'curl --%s',
    (kind) => {
      expect(outputs.get(`${kind} http`)).toBe('from Python [200]');
      expect(outputs.get(`${kind} https`)).toBe('from nginx [200]');
      const way = kind === 'socks5-hostname' ? 'socks5' : kind;
      expect(rowFor(`/page.txt?${kind}`)).toMatchObject({ status: 200, error: null, clientLeg: { way } });
      expect(rowFor(`/hello.txt?${kind}`)).toMatchObject({ status: 200, error: null, clientLeg: { way } });
      expect(rowFor(`/hello.txt?${kind}`)?.url).toMatch(/^https:\/\/localhost:/);
    },
  );

  test.skipIf(!hasRuntime(runtime))('curl --proxy https://', () => {
    expect(outputs.get('https proxy http')).toBe('from Python [200]');
    expect(outputs.get('https proxy https')).toBe('from nginx [200]');
    expect(rowFor('/page.txt?https-proxy')).toMatchObject({ status: 200, clientLeg: { way: 'proxy' } });
    expect(rowFor('/hello.txt?https-proxy')).toMatchObject({ status: 200, clientLeg: { way: 'connect' } });
  });

  test.skipIf(!hasRuntime(runtime))('curl through reverse proxies to Python and nginx', () => {
    expect(outputs.get('reverse python')).toBe('from Python [200]');
    const expected = { status: 200, error: null, clientLeg: { way: 'reverse' } };
    expect(rowFor('/page.txt?reverse')).toMatchObject({ protocol: 'http/1.1', ...expected });
    for (const [kind, protocol] of [
      ['plain', 'http/1.1'],
      ['tls', 'h2'],
      ['http1', 'http/1.1'],
      ['prior', 'h2'],
    ] as const) {
      expect(outputs.get(`reverse nginx ${kind}`)).toBe('from nginx [200]');
      expect(rowFor(`/hello.txt?${kind}`)).toMatchObject({ protocol, ...expected });
      expect(rowFor(`/hello.txt?${kind}`)?.url).toMatch(/^https:\/\/localhost:/);
      expect(rowFor(`/hello.txt?${kind}`)?.serverLeg?.tlsVersion).toMatch(/^TLSv1/);
    }
  });

  test.skipIf(!hasRuntime(runtime))('psql through a reverse proxy to PostgreSQL', () => {
    expect(outputs.get('psql')).toBe('42|100000\n');
    const sessions = rows.filter(
      ({ protocol, clientLeg }) => protocol === 'tunnel' && clientLeg?.way === 'reverse',
    );
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ state: 'done', error: null });
    expect(sessions[0]?.requestBytes).toBeGreaterThan(50);
    expect(sessions[0]?.responseBytes).toBeGreaterThan(100);
  });

  test.skipIf(!hasRuntime(runtime))(
    'a service that waits 300 ms is seen waiting for that long, and the proxy adds next to nothing',
    () => {
      const mine = rows.filter(({ url }) => url.includes('/ask/'));
      expect(mine).toHaveLength(asked);
      expect(outputs.get('service 0')).toBe('A heard: from B [200]');
      // The least of several: other programs on this machine make a service late, and the row says so.
      const least = (values: readonly (number | null)[]): number =>
        Math.min(...values.map((value) => value ?? NaN));
      expect(Math.abs(least(mine.map(({ timings }) => timings.waitMs)) - sleepMs)).toBeLessThanOrEqual(3);
      expect(least(mine.map(({ addedMs }) => addedMs))).toBeLessThan(2);
    },
  );

  test.skipIf(!hasRuntime(runtime))('curl with the password of the proxy, and with a wrong one', () => {
    for (const kind of ['http', 'any', 'connect', 'socks5']) {
      expect(outputs.get(`${kind} me:s3cret`)).toMatch(/^from (Python|nginx) \[200\]$/);
    }
    for (const kind of ['http', 'any']) expect(outputs.get(`${kind} me:wrong`)).toMatch(/\[407\]$/);
    expect(outputs.get('connect me:wrong')).toMatch(/\[000\].*407/s);
    expect(outputs.get('socks5 me:wrong')).toMatch(/\[000\].*SOCKS5/s);
  });
});
