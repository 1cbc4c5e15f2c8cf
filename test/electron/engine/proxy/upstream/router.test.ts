import { describe, expect, test } from 'vitest';
import { defaultSettings, readSettings } from '../../../../../core/model/settings.ts';
import { hopName, parsePacAnswer } from '../../../../../core/model/upstream-proxy.ts';
import type { PacAnswers } from '../../../../../electron/engine/proxy/upstream/pac/pac-answers.ts';
import { routeWords } from '../../../../../electron/engine/proxy/upstream/route-words.ts';
import {
  createRouter,
  type Route,
  type Router,
} from '../../../../../electron/engine/proxy/upstream/router.ts';
import { readWaysOut, routerSettings } from '../../../../../electron/engine/proxy/upstream/ways-out.ts';

const pac = (answer: string, asked: string[] = []): PacAnswers => ({
  use: () => undefined,
  ask: (url) => {
    asked.push(url);
    return Promise.resolve({ hops: parsePacAnswer(answer) ?? [], because: 'the PAC says so', note: null });
  },
  close: () => undefined,
});

function router(
  upstreamProxy: Record<string, unknown>,
  hosts: unknown[] = [],
  env: Record<string, string> = {},
  answers: PacAnswers = pac('DIRECT'),
): Router {
  const settings = readSettings({ upstreamProxy, hosts });
  if (!settings.ok) throw new Error(settings.error.message);
  return createRouter(settings.value, env, answers);
}

async function wayTo(made: Router, url: string): Promise<string> {
  const { hostname, port, protocol } = new URL(url);
  const https = protocol === 'https:';
  const route: Route = await made.route({
    scheme: https ? 'https' : 'http',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (https ? 443 : 80) : Number(port),
  });
  return route.hops.map(hopName).join(', ');
}

const manual = { mode: 'manual', url: 'http://proxy:3128' };

describe('a router', () => {
  test('goes directly unless something else is set', async () => {
    expect(await wayTo(createRouter(defaultSettings, {}, pac('PROXY p:1')), 'https://a.test/')).toBe(
      'DIRECT',
    );
  });

  test.each([
    ['https://a.test/', 'http://proxy:3128'],
    ['http://a.test/', 'http://proxy:3128'],
    ['https://www.rule.test/', 'socks5://other:1080'],
    ['https://rule.test/', 'http://proxy:3128'],
    ['https://exact.rule.test/', 'DIRECT'],
    ['https://past.test/', 'DIRECT'],
    ['https://10.1.2.3/', 'DIRECT'],
    ['https://11.1.2.3/', 'http://proxy:3128'],
    ['https://[fd00::7]/', 'DIRECT'],
    ['https://port.test:8443/', 'DIRECT'],
    ['https://port.test/', 'http://proxy:3128'],
    ['http://localhost:3000/', 'DIRECT'],
    ['http://127.8.9.1/', 'DIRECT'],
    ['http://[::1]:99/', 'DIRECT'],
    ['http://app.localhost/', 'DIRECT'],
    ['http://127.0.0.2/', 'http://lo:1'],
  ])('with a proxy, rules and exceptions sends %s by %s', async (url, way) => {
    const made = router({
      ...manual,
      rules: [
        { host: '*.rule.test', proxy: 'socks5://other' },
        { host: 'exact.rule.test', proxy: 'DIRECT' },
        { host: '127.0.0.2', proxy: 'http://lo:1' },
      ],
      noProxy: ['past.test', '10.0.0.0/8', 'fd00::/8', 'port.test:8443'],
    });
    expect(await wayTo(made, url)).toBe(way);
  });

  test('rules hold without a proxy for the rest, too', async () => {
    const made = router({ rules: [{ host: 'a.test', proxy: 'http://p:1' }] });
    expect(await wayTo(made, 'https://a.test/')).toBe('http://p:1');
    expect(await wayTo(made, 'https://b.test/')).toBe('DIRECT');
    expect(made.mayUseProxy()).toBe(true);
    expect(router({}).mayUseProxy()).toBe(false);
  });

  test('sends this machine through the proxy when <-loopback> is listed', async () => {
    const made = router({ ...manual, noProxy: ['<-loopback>'] });
    expect(await wayTo(made, 'http://127.0.0.1:99/')).toBe('http://proxy:3128');
  });

  test.each([
    [{ HTTPS_PROXY: 'http://s:1', HTTP_PROXY: 'p:2' }, 'https://a.test/', 'http://s:1'],
    [{ HTTPS_PROXY: 'http://s:1', HTTP_PROXY: 'p:2' }, 'http://a.test/', 'http://p:2'],
    [{ https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:1' }, 'https://a.test/', 'http://lower:1'],
    [{ ALL_PROXY: 'socks5h://s:3' }, 'http://a.test/', 'socks5://s:3'],
    [{ HTTPS_PROXY: 'http://s:1', NO_PROXY: 'x.test, a.test' }, 'https://www.a.test/', 'DIRECT'],
    [{ HTTPS_PROXY: 'http://s:1', no_proxy: '.a.test' }, 'https://a.test/', 'DIRECT'],
    [{ HTTPS_PROXY: 'http://s:1', no_proxy: '*' }, 'https://a.test/', 'DIRECT'],
    [{ HTTPS_PROXY: 'http://s:1', no_proxy: '10.0.0.0/8' }, 'https://10.9.8.7/', 'DIRECT'],
    [{ HTTPS_PROXY: 'not a proxy' }, 'https://a.test/', 'DIRECT'],
    [{ HTTP_PROXY: 'http://evil:1', REQUEST_METHOD: 'GET' }, 'http://a.test/', 'DIRECT'],
    [{}, 'https://a.test/', 'DIRECT'],
  ])('of the system reads %j for %s as %s', async (env, url, way) => {
    expect(await wayTo(router({ mode: 'system' }, [], env as Record<string, string>), url)).toBe(way);
  });

  test('asks a PAC without path and query, and keeps its order', async () => {
    const asked: string[] = [];
    const made = router({ mode: 'pac', pac: '/x.pac' }, [], {}, pac('PROXY a:1; SOCKS5 b:2; DIRECT', asked));
    expect(await wayTo(made, 'https://shop.test/secret?q')).toBe('http://a:1, socks5://b:2, DIRECT');
    expect(await wayTo(made, 'http://shop.test:8080/x')).toContain('http://a:1');
    expect(await wayTo(made, 'http://[fd00::1]/')).toContain('http://a:1');
    expect(asked).toEqual(['https://shop.test/', 'http://shop.test:8080/', 'http://[fd00::1]/']);
  });

  test('tries a proxy that could not be reached after the others, until settings change', async () => {
    const made = router({ mode: 'pac', pac: '/x.pac' }, [], {}, pac('PROXY a:1; PROXY b:2'));
    made.unreachable({ kind: 'http', host: 'a', port: 1, credentials: null });
    expect(await wayTo(made, 'https://shop.test/')).toBe('http://b:2, http://a:1');
    made.use({
      ...defaultSettings,
      upstreamProxy: { ...defaultSettings.upstreamProxy, mode: 'pac', pac: '/x.pac' },
    });
    expect(await wayTo(made, 'https://shop.test/')).toBe('http://a:1, http://b:2');
  });

  test('goes to the address of a hosts override, and past the proxy when that is this machine', async () => {
    const made = router(manual, [
      { host: '*.shop.test', address: '10.0.0.5', port: 8443 },
      { host: 'api.shop.test', address: '127.0.0.1' },
    ]);
    const target = { scheme: 'https', port: 443 } as const;
    expect(await made.route({ ...target, host: 'api.shop.test' })).toMatchObject({
      hops: [{ kind: 'direct' }],
      override: { address: '127.0.0.1', port: 443 },
      note: 'Hosts override: 127.0.0.1 instead of a lookup.',
    });
    expect(await made.route({ ...target, host: 'www.shop.test' })).toMatchObject({
      hops: [{ kind: 'http' }],
      override: { address: '10.0.0.5', port: 8443 },
      note: 'Hosts override: 10.0.0.5:8443 instead of a lookup.',
    });
    expect(await made.route({ ...target, host: 'shop.test' })).toMatchObject({ override: null, note: null });
  });

  test('says in words how it would go, and why', async () => {
    const made = router({ ...manual, url: 'http://ada:sesame@proxy:3128', noProxy: ['past.test'] });
    expect(await routeWords(made, 'https://a.test/x')).toEqual({
      ok: true,
      value: 'a.test: through http://proxy:3128, because the settings name this proxy.',
    });
    expect(await routeWords(made, 'past.test')).toMatchObject({
      value: 'past.test: directly, because it is on the list of hosts without a proxy.',
    });
    expect(await routeWords(made, 'not a url')).toMatchObject({ error: { code: 'bad-url' } });
  });
});

describe('ways out given at the start', () => {
  const none = { upstream: null, upstreamPac: null, noUpstream: [], resolve: [] };

  test('come before the settings', () => {
    const ways = readWaysOut({
      upstream: 'socks5://p:1',
      upstreamPac: null,
      noUpstream: ['a.test'],
      resolve: ['b.test:443=127.0.0.1:8443', '[::1]=10.0.0.1'],
    });
    if (!ways.ok) throw new Error(ways.error.message);
    const settings = readSettings({
      upstreamProxy: { mode: 'pac', pac: 'x' },
      hosts: [{ host: 'c.test', address: 'd' }],
    });
    if (!settings.ok) throw new Error(settings.error.message);
    expect(routerSettings(settings.value, ways.value)).toEqual({
      upstreamProxy: { mode: 'manual', url: 'socks5://p:1', pac: '', rules: [], noProxy: ['a.test'] },
      hosts: [
        { host: 'b.test', address: '127.0.0.1', port: 8443, onlyPort: 443 },
        { host: '::1', address: '10.0.0.1', port: null },
        { host: 'c.test', address: 'd', port: null },
      ],
    });
  });

  test('hold for one port when one is given', async () => {
    const ways = readWaysOut({ ...none, resolve: ['b.test:443=127.0.0.1:8443'] });
    if (!ways.ok) throw new Error(ways.error.message);
    const made = createRouter(routerSettings(defaultSettings, ways.value), {}, pac('DIRECT'));
    const override = async (port: number): Promise<unknown> =>
      (await made.route({ scheme: 'https', host: 'b.test', port })).override;
    expect(await override(443)).toEqual({ address: '127.0.0.1', port: 8443 });
    expect(await override(80)).toBeNull();
  });

  test.each([
    [{ upstream: 'ftp://x' }, 'bad-upstream'],
    [{ upstream: 'http://x', upstreamPac: 'y' }, 'bad-upstream'],
    [{ noUpstream: ['a b'] }, 'bad-host'],
    [{ resolve: ['a.test'] }, 'bad-override'],
    [{ resolve: ['a.test=b:99999'] }, 'bad-override'],
  ])('of %j are refused as %s', (given, code) => {
    expect(readWaysOut({ ...none, ...given })).toMatchObject({ error: { code } });
  });
});
