import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openClosedPort } from '../../support/closed-port.ts';
import { freePort } from '../../support/free-port.ts';
import { hasRuntime, runtimes, startPlumbline, type PlumblineOptions } from '../../support/plumbline.ts';
import { runCli, runCurl } from '../../support/program.ts';
import { startWebOrigin } from '../../support/web-origin.ts';

/** A real proxy that wants a user and a password, and its CA. */
async function startMitmdump(): Promise<{
  host: string;
  port: number;
  authority: string;
  caPem: string;
  log: () => string;
}> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-mitm-'));
  // An address that nothing else listens on, so that nothing else can take the port in the meantime.
  const host = '127.0.0.3';
  const port = await freePort(host);
  const address = ['--listen-host', host, '--listen-port', port.toString()];
  const child = spawn(
    'mitmdump',
    [...address, '--proxyauth', 'ada:s@same', '--ssl-insecure', '--set', `confdir=${folder}`],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PYTHONUNBUFFERED: '1' } },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const answers = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, host, () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', reject);
    });
  await vi.waitFor(answers, { timeout: 25_000, interval: 100 });
  return {
    host,
    port,
    authority: `${host}:${port}`,
    caPem: readFileSync(path.join(folder, 'mitmproxy-ca-cert.pem'), 'utf8'),
    log: () => said,
  };
}

/** Starts Plumbline; `get` asks through it with curl and gives the status and the body. */
async function start(options: PlumblineOptions) {
  const proxy = await startPlumbline(options);
  onTestFinished(proxy.dispose);
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-curl-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const at = `http://${proxy.host}:${proxy.port.toString()}`;
  const get = async (url: string, way: readonly string[] = ['-x', at]): Promise<string> => {
    const out = path.join(folder, 'out');
    const ended = await runCurl(['-k', ...way, '-o', out, '-w', '%{http_code} %{http_connect}', url]);
    return `${ended.stdout.trim()} ${readFileSync(out, { encoding: 'utf8', flag: 'a+' })}`;
  };
  return { proxy, get };
}

describe.each(runtimes)('mitmdump as the upstream proxy, in %s', (runtime) => {
  test.skipIf(!hasRuntime(runtime))(
    'takes plain requests, tunnels and what comes to a reverse proxy, with its password only',
    { timeout: 90_000 },
    async () => {
      const mitm = await startMitmdump();
      const origin = await startWebOrigin();
      onTestFinished(origin.close);
      const { proxy, get } = await start({
        runtime,
        upstreamCaPem: mitm.caPem,
        reverse: [`0=${origin.http}`],
        settings: {
          upstreamProxy: {
            rules: [
              { host: 'localhost', proxy: `http://ada:s%40same@${mitm.authority}` },
              { host: '127.0.0.1', proxy: `http://ada:wrong@${mitm.authority}` },
            ],
          },
        },
      });
      expect(await get(`${origin.http}/plain`)).toMatch(/^200 000 /);
      expect(await get(`${origin.https}/tunnel`)).toMatch(/^200 200 /);
      expect(await get(`${origin.http}/wrong`.replace('localhost', '127.0.0.1'))).toMatch(/^407 000 /);
      expect(await get(`${origin.https}/wrong`.replace('localhost', '127.0.0.1'))).toMatch(/^000 502 /);
      expect(await get(`http://${proxy.reverse[0]?.listen ?? ''}/reverse`, [])).toMatch(/^200 000 /);
      const via = `http://${mitm.authority}`;
      expect(await proxy.stop()).toMatchObject([
        {
          url: `${origin.http}/plain`,
          status: 200,
          note: null,
          serverLeg: { via, remoteAddress: mitm.host, remotePort: mitm.port },
        },
        { url: `${origin.https}/tunnel`, status: 200, note: null, serverLeg: { via } },
        { status: 407, note: expect.stringContaining('did not accept the user and password') as string },
        { status: 502, error: { code: 'upstream-proxy-auth' } },
        { url: `${origin.http}/reverse`, status: 200, clientLeg: { way: 'reverse' }, serverLeg: { via } },
      ]);
      expect(mitm.log()).toContain('/reverse');
      expect(mitm.log()).toContain('/plain');
      expect(mitm.log()).toContain('/tunnel');
    },
  );
});

describe('the command line', () => {
  test('takes an upstream proxy, hosts without it, and hosts overrides', { timeout: 60_000 }, async () => {
    const origin = await startWebOrigin();
    onTestFinished(origin.close);
    const asked: string[] = [];
    const upstream = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('from the upstream proxy');
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void upstream.close());
    const { port } = upstream.address() as AddressInfo;
    const { port: originPort } = new URL(origin.http);
    const { proxy, get } = await start({
      runtime: 'node',
      args: [
        ...['--upstream', `http://ada:sesame@127.0.0.1:${port.toString()}`],
        ...['--no-upstream', 'past.test', '--no-upstream', '*.past.test'],
        ...['--resolve', `past.test:80=127.0.0.1:${originPort}`],
      ],
    });
    expect(await get('http://shop.test/x')).toBe('200 000 from the upstream proxy');
    expect(await get('http://past.test/y')).toMatch(/^200 000 /);
    expect(asked).toEqual(['http://shop.test/x']);
    expect(await proxy.stop()).toMatchObject([
      { url: 'http://shop.test/x', serverLeg: { via: `http://127.0.0.1:${port.toString()}` } },
      {
        url: 'http://past.test/y',
        note: `Hosts override: 127.0.0.1:${originPort} instead of a lookup.`,
        serverLeg: { via: null },
      },
    ]);
  });

  test('reads the environment only when the settings say so', { timeout: 60_000 }, async () => {
    const nobody = await openClosedPort();
    onTestFinished(nobody.close);
    const dead = `http://127.0.0.1:${nobody.port.toString()}`;
    const env = { HTTP_PROXY: dead, http_proxy: dead, NO_PROXY: '', no_proxy: '' };
    const origin = await startWebOrigin();
    onTestFinished(origin.close);
    const url = `${origin.http}/`;
    expect(await (await start({ runtime: 'node', env })).get(url)).toMatch(/^200 /);
    const settings = { upstreamProxy: { mode: 'system', noProxy: ['<-loopback>'] } };
    expect(await (await start({ runtime: 'node', env, settings })).get(url)).toMatch(/^502 /);
  });

  test.each([
    [['--upstream', 'ftp://proxy'], /Write an upstream proxy as http:/],
    [['--upstream', 'http://p', '--upstream-pac', 'x'], /not both/],
    [['--resolve', 'shop.test'], /is no hosts override/],
  ])('refuses %j in one line', async (args, words) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-cli-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const ended = await runCli([
      'record',
      '--session',
      path.join(folder, 'a.plumb'),
      '--data-dir',
      folder,
      ...args,
    ]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr.trim()).not.toContain('\n');
  });
});
