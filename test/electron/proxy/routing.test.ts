import { beforeAll, describe, expect, test } from 'vitest';
import { playScenarios, rowsOf, type Scenario, type ScenarioOutcome } from '../../support/lab.ts';
import type { Peer } from '../../support/peer.ts';
import { hasRuntime, runtimes } from '../../support/plumbline.ts';

/** From the client's abort to its arrival at the origin. */
const abortMsMax = 300;
const answer = (text: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${text.length.toString()}\r\n\r\n${text}`;
const get = (authority: string, path = '/'): string =>
  `GET http://${authority}${path} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;

/** A request that is refused on its head alone: the client gets 400, the origin nothing. */
function ambiguous(lengths: string): Scenario {
  return async ({ client, origin }) => {
    const place = await origin();
    const peer = await client();
    peer.send(
      `POST http://${place.authority}/ HTTP/1.1\r\nHost: ${place.authority}\r\n${lengths}\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
    );
    expect(await peer.ending()).toBe('fin');
    const page = peer.received().toString();
    return (rows) => {
      expect(page).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(page).toContain('X-Plumbline-Error: ambiguous-request\r\n');
      expect(place.accepted()).toBe(0);
      const mine = rowsOf(place, rows);
      expect(mine).toHaveLength(1);
      expect(mine[0]).toMatchObject({
        method: 'POST',
        status: 400,
        state: 'failed',
        error: { code: 'ambiguous-request' },
        serverLeg: null,
      });
    };
  };
}

/** What is answered with a page of our own, whose cause the row names too. */
function refusedWith(
  request: (
    lab: Parameters<Scenario>[0],
  ) => Promise<{ text: string; authority: string }> | { text: string; authority: string },
  status: number,
  code: string,
): Scenario {
  return async (lab) => {
    const { text, authority } = await request(lab);
    const peer = await lab.client();
    peer.send(text);
    expect(await peer.ending()).toBe('fin');
    const page = peer.received().toString();
    return (rows) => {
      expect(page).toMatch(new RegExp(`^HTTP/1\\.1 ${status.toString()} `));
      expect(page).toContain(`X-Plumbline-Error: ${code}\r\n`);
      const length = /Content-Length: (\d+)/.exec(page)?.[1];
      expect(Buffer.byteLength(page.slice(page.indexOf('\r\n\r\n') + 4))).toBe(Number(length));
      const mine = rows.filter(({ url }) => url.includes(authority));
      expect(mine).toHaveLength(1);
      expect(mine[0]).toMatchObject({
        status,
        error: { code },
        state: 'failed',
        requestBytes: 0,
        responseBytes: 0,
      });
    };
  };
}

/** A client that reads no further and then aborts, with bytes on their way to it everywhere. */
function abortedWhileStalled(connects: boolean): Scenario {
  return async ({ client, origin }) => {
    const place = await origin();
    const accepted = place.accept();
    const peer = await client();
    if (connects) {
      peer.send(`CONNECT ${place.authority} HTTP/1.1\r\n\r\n`);
      await peer.expect('\r\n\r\n');
    }
    peer.send(connects ? `GET / HTTP/1.1\r\nHost: ${place.authority}\r\n\r\n` : get(place.authority));
    const server = await accepted;
    await server.expect('\r\n\r\n');
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\nbegun');
    await peer.expect('begun');
    peer.socket.pause();
    server.send(Buffer.alloc(20_000_000));
    await stalled(server);
    peer.reset();
    expect(await server.ending()).toBe('reset');
    return (rows) => {
      expect(server.endedAt() - peer.endedAt()).toBeLessThanOrEqual(abortMsMax);
      expect(rowsOf(place, rows)).toMatchObject([{ status: 200, error: { code: 'client-reset' } }]);
    };
  };
}

/** Resolves when nothing of what this side sent left it for 300 ms. */
function stalled({ socket }: Peer): Promise<void> {
  return new Promise((resolve) => {
    let before = -1;
    const timer = setInterval(() => {
      const left = socket.bytesWritten - socket.writableLength;
      if (left === before) {
        clearInterval(timer);
        resolve();
      }
      before = left;
    }, 300);
  });
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'one connection may ask several hosts': async ({ client, origin }) => {
    const [a, b] = [await origin(), await origin()];
    const peer = await client();
    const atA = a.accept();
    const atB = b.accept();
    const origins: Peer[] = [];
    for (const [place, accepted, path] of [
      [a, atA, '/1'],
      [b, atB, '/2'],
      [a, atA, '/3'],
    ] as const) {
      peer.send(get(place.authority, path));
      const server = await accepted;
      await server.expect('\r\n\r\n');
      server.send(answer(path));
      await peer.expect(`\r\n\r\n${path}`);
      origins.push(server);
    }
    peer.end();
    expect(await Promise.all(origins.map((server) => server.ending()))).toEqual(['fin', 'fin', 'fin']);
    for (const server of origins) server.end();
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      const head = (place: { authority: string }, path: string): string =>
        `GET ${path} HTTP/1.1\r\nHost: ${place.authority}\r\n\r\n`;
      expect(origins[0]?.received().toString()).toBe(head(a, '/1') + head(a, '/3'));
      expect(origins[1]?.received().toString()).toBe(head(b, '/2'));
      expect(rowsOf(a, rows)).toMatchObject([
        { status: 200, clientLeg: { reused: false }, serverLeg: { reused: false } },
        { status: 200, clientLeg: { reused: true }, serverLeg: { reused: true } },
      ]);
      expect(rowsOf(b, rows)).toMatchObject([
        { status: 200, error: null, clientLeg: { reused: true }, serverLeg: { reused: false } },
      ]);
    };
  },

  'answers come in the order of the requests although the second host is faster': async ({
    client,
    origin,
  }) => {
    const [slow, fast] = [await origin(), await origin()];
    const peer = await client();
    const [atSlow, atFast] = [slow.accept(), fast.accept()];
    peer.send(get(slow.authority, '/slow') + get(fast.authority, '/fast') + get(slow.authority, '/last'));
    const fastServer = await atFast;
    await fastServer.expect('\r\n\r\n');
    fastServer.send(answer('fast'));
    const slowServer = await atSlow;
    await slowServer.expect('GET /last');
    slowServer.send(answer('slow'));
    await peer.expect('\r\n\r\nfast');
    slowServer.send(answer('last'));
    await peer.expect('\r\n\r\nlast');
    peer.end();
    await Promise.all([fastServer.ending(), slowServer.ending()]);
    fastServer.end();
    slowServer.end();
    await peer.ending();
    return (rows) => {
      expect(peer.received().toString()).toBe(answer('slow') + answer('fast') + answer('last'));
      expect(rowsOf(slow, rows)).toMatchObject([
        { status: 200, error: null, responseBytes: 4 },
        { status: 200, error: null, responseBytes: 4, serverLeg: { reused: true } },
      ]);
      expect(rowsOf(fast, rows)).toMatchObject([{ status: 200, error: null, responseBytes: 4 }]);
    };
  },

  'the end of a server whose answer had to wait its turn is noticed': async ({ client, origin }) => {
    const [slow, fast] = [await origin(), await origin()];
    const peer = await client();
    const [atSlow, atFast] = [slow.accept(), fast.accept()];
    peer.send(get(slow.authority, '/slow') + get(fast.authority, '/fast'));
    const fastServer = await atFast;
    await fastServer.expect('\r\n\r\n');
    fastServer.send(answer('fast'));
    const slowServer = await atSlow;
    await slowServer.expect('\r\n\r\n');
    slowServer.send(answer('slow'));
    await peer.expect('\r\n\r\nfast');
    fastServer.end();
    expect(await fastServer.ending()).toBe('fin');
    peer.send(get(slow.authority, '/last'));
    await slowServer.expect('GET /last');
    slowServer.send(answer('last'));
    await peer.expect('\r\n\r\nlast');
    peer.end();
    slowServer.end();
    await peer.ending();
    return (rows) => {
      expect(rowsOf(slow, rows)).toMatchObject([{ status: 200 }, { status: 200 }]);
      expect(rowsOf(fast, rows)).toMatchObject([{ status: 200, error: null }]);
    };
  },

  'an answer that fails comes in its turn': async (lab) => {
    const place = await lab.origin();
    const closed = await lab.closedPort();
    const accepted = place.accept();
    const peer = await lab.client();
    peer.send(get(place.authority) + get(closed.authority));
    const server = await accepted;
    await server.expect('\r\n\r\n');
    server.send(answer('first'));
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      const text = peer.received().toString();
      expect(text.startsWith(`${answer('first')}HTTP/1.1 502 Bad Gateway\r\n`)).toBe(true);
      expect(rowsOf(place, rows)).toMatchObject([{ status: 200, error: null }]);
      expect(rowsOf(closed, rows)).toMatchObject([{ status: 502, error: { code: 'connect-refused' } }]);
    };
  },

  'only the target and the fields meant for the proxy are rewritten': async ({ client, origin }) => {
    const place = await origin();
    const accepted = place.accept();
    const peer = await client();
    const { authority } = place;
    const rest = `HTTP/1.1\r\nhost: ${authority}\r\nProxy-Connection: keep-alive\r\nX-a: 1\r\nproxy-authorization: Basic eDp5\r\n more\r\nX-B:2\r\nProxy-Other: stays\r\n\r\n`;
    const left = `HTTP/1.1\r\nhost: ${authority}\r\nX-a: 1\r\nX-B:2\r\nProxy-Other: stays\r\n\r\n`;
    const targets = [
      [`GET http://${authority}`, 'GET /'],
      [`GET http://${authority}?q=1`, 'GET /?q=1'],
      [`GET HTTP://user:pw@${authority}/a//b/../c?x=http://y/`, 'GET /a//b/../c?x=http://y/'],
      [`OPTIONS http://${authority}`, 'OPTIONS *'],
    ] as const;
    let server: Peer | undefined;
    for (const [sent] of targets) {
      peer.send(`${sent} ${rest}`);
      server ??= await accepted;
      await server.expect('\r\n\r\n');
      server.send(answer('ok'));
      await peer.expect('ok');
    }
    peer.end();
    await server?.ending();
    return (rows) => {
      expect(server?.received().toString()).toBe(targets.map(([, arrived]) => `${arrived} ${left}`).join(''));
      expect(rowsOf(place, rows)).toHaveLength(4);
    };
  },

  'a stalled client that aborts a plain request reaches the origin': abortedWhileStalled(false),
  'a stalled client that aborts behind CONNECT reaches the origin': abortedWhileStalled(true),

  'a length and chunks at once are refused': ambiguous('Content-Length: 5\r\nTransfer-Encoding: chunked'),
  'two different lengths are refused': ambiguous('Content-Length: 5\r\nContent-Length: 6'),
  'a length that is no number is refused': ambiguous('Content-Length: 0x5'),

  'a port where nothing listens': refusedWith(
    async (lab) => {
      const { authority } = await lab.closedPort();
      return { text: get(authority), authority };
    },
    502,
    'connect-refused',
  ),
  'CONNECT to a port where nothing listens': refusedWith(
    async (lab) => {
      const { authority } = await lab.closedPort();
      return { text: `CONNECT ${authority} HTTP/1.1\r\n\r\n`, authority };
    },
    502,
    'connect-refused',
  ),
  'a name that cannot be looked up': refusedWith(
    () => ({ text: get('no-such-name.invalid:8123'), authority: 'invalid:8123' }),
    502,
    'dns-failed',
  ),
  'CONNECT to a name that cannot be looked up': refusedWith(
    () => ({ text: 'CONNECT no-such-name.invalid:8124 HTTP/1.1\r\n\r\n', authority: 'invalid:8124' }),
    502,
    'dns-failed',
  ),
  'the proxy itself as destination': refusedWith(
    ({ proxy }) => ({
      text: get(`localhost:${proxy.port.toString()}`),
      authority: `localhost:${proxy.port.toString()}`,
    }),
    502,
    'own-address',
  ),
  'https:// in a plain request': refusedWith(
    () => ({ text: 'GET https://127.0.0.1:8125/ HTTP/1.1\r\n\r\n', authority: '127.0.0.1:8125' }),
    400,
    'unsupported-scheme',
  ),

  'CONNECT to the proxy itself': async ({ client, proxy }) => {
    const peer = await client();
    peer.send(`CONNECT [::ffff:127.0.0.1]:${proxy.port.toString()} HTTP/1.1\r\n\r\n`);
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      expect(peer.received().toString()).toMatch(/^HTTP\/1\.1 502 /);
      const mine = rows.filter(({ url }) => url.includes('::ffff'));
      expect(mine).toMatchObject([{ error: { code: 'own-address' } }]);
    };
  },

  'a request to the proxy as if it were a server': async ({ client }) => {
    const peer = await client();
    peer.send('GET /as-if HTTP/1.1\r\nHost: example.com\r\n\r\n');
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      expect(peer.received().toString()).toMatch(/^HTTP\/1\.1 400 .*X-Plumbline-Error: not-a-proxy-request/s);
      expect(rows.filter(({ url }) => url.endsWith('/as-if'))).toHaveLength(1);
    };
  },

  'bytes that are no request': async ({ client }) => {
    const peer = await client();
    peer.send('\x00\x01\x02\x03 what is this\r\n\r\n');
    expect(await peer.ending()).toBe('fin');
    return () => {
      expect(peer.received().toString()).toMatch(/^HTTP\/1\.1 400 /);
    };
  },

  'CONNECT with bytes right behind its head': async ({ client, origin }) => {
    const place = await origin();
    const accepted = place.accept();
    const peer = await client();
    peer.send(`CONNECT ${place.authority} HTTP/1.1\r\nHost: x\r\n\r\n\x05early`);
    const server = await accepted;
    await server.expect('\x05early');
    server.send('late');
    await peer.expect('late');
    peer.end();
    await server.ending();
    server.end();
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      expect(peer.received().toString()).toBe('HTTP/1.1 200 Connection Established\r\n\r\nlate');
      expect(rowsOf(place, rows)).toMatchObject([{ protocol: 'tunnel', requestBytes: 6, responseBytes: 4 }]);
    };
  },

  'CONNECT after a plain request on the same connection': async ({ client, origin }) => {
    const [plain, behind] = [await origin(), await origin()];
    const [atPlain, atBehind] = [plain.accept(), behind.accept()];
    const peer = await client();
    peer.send(`${get(plain.authority)}CONNECT ${behind.authority} HTTP/1.1\r\n\r\n`);
    const plainServer = await atPlain;
    await plainServer.expect('\r\n\r\n');
    plainServer.send(answer('plain'));
    await peer.expect('plainHTTP/1.1 200 Connection Established\r\n\r\n');
    const behindServer = await atBehind;
    behindServer.send('hello');
    await peer.expect('hello');
    peer.end();
    await behindServer.ending();
    behindServer.end();
    await peer.ending();
    return (rows) => {
      expect(rowsOf(plain, rows)).toMatchObject([{ status: 200, error: null }]);
      expect(rowsOf(behind, rows)).toMatchObject([{ protocol: 'tunnel', responseBytes: 5 }]);
    };
  },
};

describe.each(runtimes)('the proxy in %s', (runtime) => {
  let outcomes: ReadonlyMap<string, ScenarioOutcome> = new Map();
  beforeAll(async () => {
    if (hasRuntime(runtime)) outcomes = await playScenarios({ runtime }, scenarios);
  }, 90_000);
  test.skipIf(!hasRuntime(runtime)).for(Object.keys(scenarios))('%s', (name) => {
    outcomes.get(name)?.check();
    expect(outcomes.has(name)).toBe(true);
  });
});
