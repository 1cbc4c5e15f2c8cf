import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { openClosedPort, type ClosedPort } from '../../support/closed-port.ts';
import { playScenarios, type Lab, type Scenario, type ScenarioOutcome } from '../../support/lab.ts';
import { hasRuntime, runtimes } from '../../support/plumbline.ts';
import { openUpstream, type UpstreamServer } from '../../support/upstream-servers.ts';

const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine';

/** Ports of two HTTP proxies and of nobody, as the PAC of these tests names them. */
interface Ports {
  readonly one: UpstreamServer;
  readonly two: UpstreamServer;
  readonly nobody: number;
}

const pacOf = ({ one, two, nobody }: Ports): string => `
function FindProxyForURL(url, host) {
  if (host === 'hang.test') for (;;);
  if (host === 'throw.test') throw new Error('broken here');
  if (host === 'node.test') return 'PROXY ' + typeof process + ':1; DIRECT';
  if (host === 'turn.test') return 'PROXY 127.0.0.1:${nobody}; SOCKS5 127.0.0.1:${nobody}; PROXY 127.0.0.1:${two.port}; DIRECT';
  if (host === 'refuses.test') return 'PROXY 127.0.0.1:${two.port}; DIRECT';
  if (host === 'none.test') return 'PROXY 127.0.0.1:${nobody}; PROXY 127.0.0.1:${nobody}';
  if (shExpMatch(host, 'one*.test') && url.indexOf('secret') === -1) return 'PROXY 127.0.0.1:${one.port}';
  return 'DIRECT';
}`;

async function get({ client }: Lab, host: string, path_ = '/'): Promise<string> {
  const peer = await client();
  peer.send(`GET http://${host}${path_} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await peer.expect('\r\n\r\n');
  peer.end();
  return peer.received().toString();
}
const rowOf = (host: string, rows: readonly ExchangeJson[]): ExchangeJson | undefined =>
  rows.find(({ url }) => url.includes(`${host}/`) || url.includes(`${host}:`));
const nameOf = (server: UpstreamServer): string => `http://127.0.0.1:${server.port.toString()}`;

function scenariosWith(ports: () => Ports): Record<string, Scenario> {
  return {
    'names the proxy, and is not told path and query': async (lab) => {
      expect(await get(lab, 'one.test', '/secret?secret')).toBe(reply);
      return (rows) => {
        expect(ports().one.received[0]).toContain('GET http://one.test/secret?secret HTTP/1.1\r\n');
        expect(rowOf('one.test', rows)).toMatchObject({
          note: null,
          serverLeg: { via: nameOf(ports().one) },
        });
      };
    },
    'names several, which are tried in turn': async (lab) => {
      expect(await get(lab, 'turn.test')).toBe(reply);
      return (rows) => {
        const row = rowOf('turn.test', rows);
        expect(row).toMatchObject({ status: 200, serverLeg: { via: nameOf(ports().two) } });
        expect(row?.note).toMatch(
          /http:\/\/127\.0\.0\.1:\d+ could not be reached.*socks5:\/\/127\.0\.0\.1:\d+ could not be reached/,
        );
      };
    },
    'names one that refuses: the next is not tried': async ({ client }) => {
      const peer = await client();
      peer.send('CONNECT refuses.test:443 HTTP/1.1\r\n\r\n');
      expect(await peer.ending()).toBe('fin');
      return (rows) => {
        expect(rowOf('refuses.test', rows)).toMatchObject({ error: { code: 'upstream-proxy-refused' } });
      };
    },
    'names only such that are not there': async (lab) => {
      expect(await get(lab, 'none.test')).toContain('X-Plumbline-Error: upstream-proxy-unreachable\r\n');
      return (rows) => {
        expect(rowOf('none.test', rows)).toMatchObject({ error: { code: 'upstream-proxy-unreachable' } });
      };
    },
    ...Object.fromEntries(
      [
        [
          'hangs: the connection is made directly, and the row says so',
          'hang.test',
          /no answer within 1 s\. The connection was made directly\./,
        ],
        [
          'throws: the connection is made directly, and the row says so',
          'throw.test',
          /broken here.* made directly\./,
        ],
        ['reaches nothing of Node', 'node.test', /http:\/\/undefined:1 could not be reached/],
      ].map(([name, host, words]): [string, Scenario] => [
        String(name),
        async (lab) => {
          const place = await lab.origin();
          const accepted = place.accept();
          const answered = get(lab, `${String(host)}:${place.port.toString()}`);
          const server = await accepted;
          await server.expect('\r\n\r\n');
          server.send(reply);
          expect(await answered).toBe(reply);
          server.end();
          return (rows) => {
            const row = rowOf(String(host), rows);
            expect(row).toMatchObject({ status: 200, serverLeg: { via: null } });
            expect(row?.note).toMatch(words as RegExp);
          };
        },
      ]),
    ),
  };
}

describe.each(runtimes)('a PAC in %s', (runtime) => {
  let ports: Ports | null = null;
  let folder = '';
  const scenarios = scenariosWith(() => {
    if (ports === null) throw new Error('Not opened yet.');
    return ports;
  });
  let outcomes: ReadonlyMap<string, ScenarioOutcome> = new Map();
  let nobody: ClosedPort | null = null;

  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    const one = await openUpstream(async ({ take, send }) => {
      await take('\r\n\r\n');
      send(reply);
    });
    const two = await openUpstream(async ({ take, send }) => {
      const head = await take('\r\n\r\n');
      send(head.toString().startsWith('CONNECT') ? 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n' : reply);
    });
    nobody = await openClosedPort();
    ports = { one, two, nobody: nobody.port };
    folder = mkdtempSync(path.join(tmpdir(), 'plumbline-pac-'));
    const pac = path.join(folder, 'proxy.pac');
    writeFileSync(pac, pacOf(ports));
    const hosts = ['hang.test', 'throw.test', 'node.test'].map((host) => ({ host, address: 'localhost' }));
    const settings = { upstreamProxy: { mode: 'pac', pac, noProxy: ['<-loopback>'] }, hosts };
    outcomes = await playScenarios({ runtime, settings }, scenarios);
  }, 120_000);
  afterAll(() => {
    ports?.one.close();
    ports?.two.close();
    nobody?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  test.skipIf(!hasRuntime(runtime)).each(Object.keys(scenarios))('%s', (name) => {
    outcomes.get(name)?.check();
    expect(outcomes.has(name)).toBe(true);
  });
});
