import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import { startNginx, type Nginx } from '../../support/nginx.ts';
import { hasRuntime, runtimes, startPlumbline, type Plumbline } from '../../support/plumbline.ts';

const resources = 200;
const eventCount = 5;
const browserArgs = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** What the browser and the servers saw. */
interface Seen {
  readonly direct: PageLoad;
  readonly proxied: PageLoad;
  /** For each event, whether the page had seen the one before when it was sent. */
  readonly events: readonly string[];
  readonly webSocket: readonly string[];
}

interface PageLoad {
  readonly loaded: number;
  readonly protocols: readonly string[];
  readonly connections: number;
}

describe.each(runtimes)('Chromium through the proxy in %s', (runtime) => {
  let plumbline: Plumbline | null = null;
  let nginx: Nginx | null = null;
  let origin: Server | null = null;
  let rows: readonly ExchangeJson[] = [];
  let seen: Seen | null = null;

  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    const authority = await createTestAuthority();
    const pem = await authority.pemFor(['localhost', '127.0.0.1']);
    nginx = await startNginx({ ...pem, server: 'types { text/html html; text/css css; }' });
    const links = Array.from({ length: resources }, (_, number) => `<img src="${number}.svg">`);
    nginx.put('page.html', `<!doctype html><link rel="icon" href="data:,">${links.join('')}`);
    for (let number = 0; number < resources; number++) nginx.put(`${number}.svg`, 'no picture');
    const direct = await loadPage(await launch(null), nginx);
    const proxy = await startPlumbline({ runtime, upstreamCaPem: authority.certificatePem });
    plumbline = proxy;
    const browser = await launch(proxy);
    const proxied = await loadPage(browser, nginx, false);
    origin = createServer(pem);
    const events = serveEvents(origin);
    serveWebSockets(origin);
    origin.listen(0, 'localhost');
    await once(origin, 'listening');
    const { port } = origin.address() as AddressInfo;
    const page = await openPage(browser);
    await page.goto(`https://localhost:${port}/`);
    await page.evaluate(listenToEvents, eventCount);
    const webSocket = await page.evaluate(talk, `wss://localhost:${port}/talk`);
    await browser.close();
    seen = { direct, proxied, events, webSocket };
    rows = await proxy.stop();
  }, 90_000);
  afterAll(async () => {
    plumbline?.dispose();
    origin?.close();
    await nginx?.stop();
  });

  test.skipIf(!hasRuntime(runtime))(
    'a page of 200 resources comes over one connection, as without us',
    () => {
      expect(seen?.direct).toEqual({ loaded: resources, protocols: ['h2'], connections: 1 });
      expect(seen?.proxied).toEqual(seen?.direct);
      const pictures = rows.filter(({ url }) => url.endsWith('.svg'));
      expect(pictures).toHaveLength(resources);
      expect(new Set(pictures.map(({ h2Stream }) => h2Stream)).size).toBe(resources);
      expect(new Set(pictures.map(({ serverLeg }) => serverLeg?.localPort)).size).toBe(1);
    },
  );

  test.skipIf(!hasRuntime(runtime))('each server-sent event is seen before the next one is sent', () => {
    expect(seen?.events).toEqual(['0 seen', '1 seen', '2 seen', '3 seen', '4 seen']);
    const row = rows.find(({ url }) => url.endsWith('/events'));
    expect(row).toMatchObject({ longLived: 'event-stream', messages: { request: 0, response: eventCount } });
  });

  test.skipIf(!hasRuntime(runtime))('a WebSocket talks both ways and closes as it was told to', () => {
    expect(seen?.webSocket).toEqual(['open chat.v2', 'hello back', '3 bytes back', 'closed 4001 enough']);
    const row = rows.find(({ url }) => url.endsWith('/talk'));
    expect(row).toMatchObject({
      ...{ protocol: 'websocket', status: 101, longLived: 'websocket', error: null, note: null },
      ...{ messages: { request: 4, response: 4 } },
    });
  });
});

function launch(proxy: Plumbline | null): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...browserArgs,
      ...(proxy === null
        ? []
        : [`--proxy-server=http://${proxy.host}:${proxy.port}`, '--proxy-bypass-list=<-loopback>']),
    ],
  });
}

/** Whom it believes is not what is looked at here. */
function openPage(browser: Browser): Promise<Page> {
  return browser.newPage({ ignoreHTTPSErrors: true });
}

async function loadPage(browser: Browser, nginx: Nginx, last = true): Promise<PageLoad> {
  const before = nginx.asked().length;
  const page = await openPage(browser);
  await page.goto(`https://localhost:${nginx.port}/page.html`);
  const protocols = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((entry) => (entry as PerformanceResourceTiming).nextHopProtocol),
  );
  if (last) await browser.close();
  const asked = nginx.asked().slice(before);
  return {
    loaded: protocols.length,
    protocols: [...new Set(protocols)],
    connections: new Set(asked.map(({ connection }) => connection)).size,
  };
}

/** Each event goes out when the page has said that it saw the one before; gives what it said. */
function serveEvents(server: Server): string[] {
  const said: string[] = [];
  let stream: ServerResponse | null = null;
  server.on('request', (request, response) => {
    const number = /^\/seen\?(\d+)$/.exec(request.url ?? '')?.[1];
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      stream = response;
      response.write('data: 0\n\n');
    } else if (number !== undefined) {
      said.push(`${number} seen`);
      response.end();
      if (said.length < eventCount) stream?.write(`id: ${said.length}\ndata: ${said.length}\n\n`);
      else stream?.end();
    } else {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><link rel="icon" href="data:,">');
    }
  });
  return said;
}

function serveWebSockets(server: Server): void {
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'chat.v2' });
  sockets.on('connection', (socket) => {
    socket.ping('there?');
    socket.on('message', (data: Buffer, isBinary) => {
      socket.send(isBinary ? `${data.length} bytes back` : `${data.toString()} back`);
    });
    socket.on('close', () => undefined);
  });
}

/** Runs in the page: tells the server of every event it has seen. */
async function listenToEvents(count: number): Promise<void> {
  const source = new EventSource('/events');
  await new Promise<void>((done) => {
    source.onmessage = ({ data }) => {
      void fetch(`/seen?${String(data)}`).then(() => {
        if (Number(data) === count - 1) done();
      });
    };
  });
  source.close();
}

/** Runs in the page: what it heard, in order. */
function talk(url: string): Promise<string[]> {
  const heard: string[] = [];
  const socket = new WebSocket(url, ['chat.v1', 'chat.v2']);
  return new Promise((done) => {
    socket.onopen = () => {
      heard.push(`open ${socket.protocol}`);
      socket.send('hello');
    };
    socket.onmessage = ({ data }) => {
      heard.push(String(data));
      if (heard.length === 2) socket.send(new Uint8Array(3));
      else socket.close(4001, 'enough');
    };
    socket.onclose = ({ code, reason }) => {
      heard.push(`closed ${code} ${reason}`);
      done(heard);
    };
  });
}
