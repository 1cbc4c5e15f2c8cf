import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { hasRuntime, runtimes, startPlumbline, type Plumbline } from '../../support/plumbline.ts';
import { startProgram } from '../../support/program.ts';

describe.skipIf(process.platform !== 'linux').each(runtimes)('clients of the proxy in %s', (runtime) => {
  let plumbline: Plumbline | null = null;
  let rows: readonly ExchangeJson[] = [];
  const ids = new Map<string, number>();
  const origin = createServer((request, response) => {
    setTimeout(() => response.end('ok'), request.url === '/curl' ? 1500 : 0);
  });

  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    origin.listen(0, '127.0.0.1');
    await once(origin, 'listening');
    const base = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    plumbline = await startPlumbline({ runtime });
    const proxy = `http://${plumbline.host}:${plumbline.port}`;
    // Its request is over at once; then it lives on, with its connection.
    const python = `import http.client, time
c = http.client.HTTPConnection('${plumbline.host}', ${plumbline.port})
c.request('GET', '${base}/python', headers={'User-Agent': 'Crawler/1.0'})
c.getresponse().read()
time.sleep(2)`;
    const clients: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
      ['curl', 'curl', ['-s', '-A', 'Something/1.0', '-x', proxy, `${base}/curl`]],
      ['python', '/usr/bin/python3', ['-c', python]],
    ];
    for (const [name, command, args] of clients) {
      const client = startProgram(command, args);
      ids.set(name, client.child.pid ?? 0);
      expect((await client.ended()).code).toBe(0);
    }
    rows = await plumbline.stop();
  }, 60_000);
  afterAll(() => {
    plumbline?.dispose();
    origin.close();
  });

  test.skipIf(!hasRuntime(runtime))('have their process on the client leg', () => {
    expect(rows.map(({ clientLeg }) => clientLeg?.process)).toEqual([
      { id: ids.get('curl'), name: 'curl', path: '/usr/bin/curl' },
      { id: ids.get('python'), name: 'python3', path: expect.stringContaining('/usr/bin/python3') as string },
    ]);
  });

  test.skipIf(!hasRuntime(runtime))(
    'give their exchanges the name of their program, whatever a request says, also after the end',
    () => {
      expect(rows.map(({ app, state }) => [app, state])).toEqual([
        ['curl', 'done'],
        ['python3', 'done'],
      ]);
    },
  );
});
