import zlib from 'node:zlib';
import type {
  BodySide,
  ConversationRecord,
  ExchangeRecord,
  H2Note,
} from '../../core/model/exchange-record.ts';
import { chance } from './fake-exchanges.ts';
import { headText, webSocketRecord, type Arrival, type LongFake } from './long-exchange.ts';
import { conversationRecord, exchangeRecord } from './records.ts';
import { closePayload, createDeflater, frameBytes, grpcFrame } from './web-socket-bytes.ts';

/** How long it takes, µs. */
export const longUs = 64_000_000;

const text = (value: string) => Buffer.from(value, 'utf8');

interface Connection {
  readonly client: ConversationRecord;
  readonly server: ConversationRecord;
}

/** A made-up session of everything that stays open: an HTTP/2 page, WebSockets, an event stream, gRPC calls. */
export function longExchanges(fromUs: number): LongFake[] {
  const page = connection(1, 'shop.example.com', fromUs, 'h2', h2Notes(fromUs));
  const api = connection(2, 'api.shop.example.com', fromUs + 900_000, 'h2', []);
  const live = connection(3, 'live.shop.example.com', fromUs + 1_400_000, 'http/1.1', []);
  return [
    ...pageOf(page, fromUs),
    ...calls(api, fromUs + 1_000_000),
    prices(18, live, fromUs + 1_500_000),
    support(19, live, fromUs + 3_000_000),
    broken(20, live, fromUs + 8_000_000),
    orders(21, api, fromUs + 2_000_000),
    notStored(22, live, fromUs + 9_000_000),
    poll(23, api, fromUs + 12_000_000),
  ];
}

function connection(
  number: number,
  host: string,
  atUs: number,
  alpn: string,
  notes: readonly H2Note[],
): Connection {
  const client = conversationRecord({
    ...{ id: number * 2, role: 'client', localAddress: '127.0.0.1', localPort: 8888 },
    ...{ remoteAddress: '127.0.0.1', remotePort: 51_200 + number, hostName: null, openedAtUs: atUs },
    ...{ tlsFromUs: atUs + 1000, tlsToUs: atUs + 9000, tlsVersion: 'TLSv1.3', alpn, serverName: host },
    ...{ way: number === 3 ? 'socks5' : 'connect', processId: 4711, processName: 'chromium' },
    ...{ processPath: '/usr/lib/chromium/chromium', alpnOffered: ['h2', 'http/1.1'] },
    ...{
      ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1',
      ja3: '579ccef312d18482fc42e2b822ca2430',
      tlsGroup: 'X25519',
    },
    h2Notes: notes.filter(({ text: words }) => words.includes('initial') || words.includes('ENABLE')),
  });
  const server = conversationRecord({
    ...{ id: number * 2 + 1, localAddress: '192.168.1.20', localPort: 52_000 + number },
    ...(number === 3
      ? { remoteAddress: '10.20.0.9', remotePort: 3128 }
      : { remoteAddress: '203.0.113.44', remotePort: 443 }),
    ...{ hostName: host, openedAtUs: atUs + 1000, serverName: host },
    ...{
      dnsFromUs: atUs + 1000,
      dnsToUs: atUs + 6000,
      connectFromUs: atUs + 6000,
      connectToUs: atUs + 27_000,
    },
    ...{ tlsFromUs: atUs + 27_000, tlsToUs: atUs + 61_000, tlsVersion: 'TLSv1.3', alpn },
    ...{ alpnOffered: ['h2', 'http/1.1'], tlsGroup: 'X25519', tlsResumed: number === 2, h2Notes: notes },
    ...{
      ja4: 't13d1517h2_8daaf6152771_b0da82dd1658',
      via: number === 3 ? 'http://proxy.corp.example:3128' : null,
    },
    clientCertificate: number === 2 ? 'CN=checkout-client, O=Shop' : null,
  });
  return { client, server };
}

function h2Notes(fromUs: number): H2Note[] {
  const note = (ms: number, sender: H2Note['sender'], what: H2Note['what'], words: string): H2Note => ({
    ...{ atUs: fromUs + 62_000 + ms * 1000, sender, what, text: words },
  });
  return [
    note(0, 'client', 'settings', 'ENABLE_PUSH 0, INITIAL_WINDOW_SIZE 6291456, MAX_HEADER_LIST_SIZE 262144'),
    note(21, 'server', 'settings', 'MAX_CONCURRENT_STREAMS 100, INITIAL_WINDOW_SIZE 65535'),
    note(22, 'client', 'settings-ack', ''),
    note(43, 'server', 'settings-ack', ''),
    note(5000, 'client', 'ping', '0000000000000001'),
    note(5024, 'server', 'ping-ack', '0000000000000001, 24 ms'),
    note(610, 'server', 'starved', 'no connection window for 120 ms'),
    note(30_400, 'server', 'goaway', 'NO_ERROR, last stream 25, "restarting"'),
  ];
}

const resources: readonly (readonly [string, string, number, number, number])[] = [
  ['/lamps', 'text/html', 0, 112, 48_000],
  ['/assets/theme.91ac.css', 'text/css', 180, 24, 38_000],
  ['/assets/app.4f2c81d0.js', 'text/javascript', 181, 28, 412_000],
  ['/assets/vendor.77aa.js', 'text/javascript', 181, 31, 640_000],
  ['/fonts/inter.woff2', 'font/woff2', 240, 19, 71_000],
  ['/img/evora.webp', 'image/webp', 420, 40, 92_000],
  ['/img/tromso.webp', 'image/webp', 421, 44, 120_000],
  ['/img/lyon.webp', 'image/webp', 421, 240, 88_000],
  ['/img/porto.webp', 'image/webp', 422, 61, 64_000],
  ['/v1/session', 'application/json', 430, 88, 900],
  ['/v1/recommendations', 'application/json', 520, 310, 21_000],
  ['/v1/collect', 'text/plain', 900, 90, 0],
  ['/favicon.ico', 'image/x-icon', 940, 14, 4000],
];

/** A page whose parts come on one connection. */
function pageOf({ client, server }: Connection, fromUs: number): LongFake[] {
  return resources.map(([path, type, atMs, waitMs, bytes], at) => {
    const startedAtUs = fromUs + 62_000 + atMs * 1000;
    const sentToUs = startedAtUs + 500;
    const responseFromUs = sentToUs + waitMs * 1000;
    const isStarved = path.includes('vendor');
    const responseToUs = responseFromUs + bytes * 0.6 + (isStarved ? 120_000 : 0);
    const record = exchangeRecord({
      ...h2Times(startedAtUs, sentToUs, responseFromUs, responseToUs),
      ...{ id: at + 1, host: 'shop.example.com', path, contentType: type, responseBytes: bytes },
      ...{ h2Stream: at * 2 + 1, clientConversation: client.id, serverConversation: server.id },
      ...{ clientReused: at > 0, serverReused: at > 0, dnsUs: at > 0 ? null : 5000 },
      ...{ connectUs: at > 0 ? null : 55_000, tlsUs: at > 0 ? null : 34_000 },
      responseStarvedUs: isStarved ? 120_000 : 0,
      loopDelayUs: isStarved ? 3100 : 240,
    });
    const body = Buffer.alloc(Math.min(bytes, 4000), `/* ${path} */ `);
    return {
      ...{ kind: 'plain', record, clientLeg: client, serverLeg: server },
      heads: {
        request: headText(`GET ${path} HTTP/2`, { ':authority': 'shop.example.com', accept: '*/*' }),
        response: headText('HTTP/2 200', { 'content-type': type }),
      },
      arrivals: bytes === 0 ? [] : [{ side: 'response', bytes: body, atUs: responseToUs }],
    };
  });
}

function h2Times(startedAtUs: number, sentToUs: number, responseFromUs: number, responseToUs: number) {
  return {
    ...{ protocol: 'h2', startedAtUs, requestEndedAtUs: startedAtUs + 200, sentFromUs: startedAtUs + 300 },
    ...{ sentToUs, responseFromUs, responseToUs, clientFromUs: responseFromUs + 200 },
    ...{ endedAtUs: responseToUs + 400, sendUs: 200, waitUs: responseFromUs - sentToUs },
    ...{ receiveUs: responseToUs - responseFromUs, app: 'Chromium', addedUs: 420, blockedUs: null },
  };
}

/** Tag and value of a protobuf field: numbers as varints, texts and messages with their length. */
function field(number: number, value: number | string | Uint8Array): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = typeof value === 'string' ? text(value) : value;
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

const stockOf = (id: number, left: number) =>
  Buffer.concat([field(1, id), field(2, left), field(3, left === 0 ? 'sold out' : 'in stock')]);

interface Call {
  readonly path: string;
  readonly atMs: number;
  readonly waitMs: number;
  readonly status: number | null;
  readonly message?: string;
  readonly timeout?: string;
  readonly encoding?: string;
  readonly sent: readonly Uint8Array[];
  readonly received: readonly Uint8Array[];
  readonly everyMs?: number;
}

const product = Buffer.concat([
  field(1, 8812),
  field(2, 'Évora floor lamp'),
  field(3, Buffer.concat([field(1, 4990), field(2, 'EUR')])),
  field(4, 'indoor'),
  field(4, 'dimmable'),
]);

function calls({ client, server }: Connection, fromUs: number): LongFake[] {
  const list: readonly Call[] = [
    {
      ...{ path: '/shop.v1.Catalog/GetProduct', atMs: 0, waitMs: 18, status: 0, timeout: '500m' },
      ...{ sent: [field(1, 8812)], received: [product] },
    },
    {
      ...{ path: '/shop.v1.Stock/Reserve', atMs: 400, waitMs: 203, status: 14, timeout: '1S' },
      ...{ message: 'no healthy upstream', sent: [stockOf(8812, 2)], received: [] },
    },
    {
      ...{ path: '/shop.v1.Orders/Place', atMs: 900, waitMs: 250, status: 4, timeout: '250m' },
      ...{
        message: 'context deadline exceeded',
        sent: [Buffer.concat([field(1, 'cart-41'), field(2, product)])],
        received: [],
      },
    },
    {
      ...{
        path: '/shop.v1.Stock/Watch',
        atMs: 1200,
        waitMs: 12,
        status: null,
        encoding: 'gzip',
        everyMs: 740,
      },
      sent: [field(1, 'lamps')],
      received: Array.from({ length: 60 }, (_, at) => stockOf(8800 + (at % 12), (at * 7) % 23)),
    },
  ];
  return list.map((call, at) => grpcCall(14 + at, call, { client, server }, fromUs));
}

function grpcCall(id: number, call: Call, { client, server }: Connection, fromUs: number): LongFake {
  const { path, atMs, waitMs, status, encoding, sent, received } = call;
  const startedAtUs = fromUs + atMs * 1000;
  const sentToUs = startedAtUs + 400;
  const responseFromUs = sentToUs + waitMs * 1000;
  const everyUs = (call.everyMs ?? 1) * 1000;
  const isOpen = status === null;
  const responseToUs = responseFromUs + received.length * everyUs;
  const arrivals: Arrival[] = [
    ...sent.map((payload) => ({
      side: 'request' as const,
      bytes: grpcFrame(payload),
      atUs: startedAtUs + 200,
    })),
    ...received.map((payload, at) => ({
      side: 'response' as const,
      bytes: encoding === 'gzip' ? grpcFrame(zlib.gzipSync(payload), true) : grpcFrame(payload),
      atUs: responseFromUs + at * everyUs,
    })),
  ];
  const isStream = call.everyMs !== undefined;
  const record = exchangeRecord({
    ...h2Times(startedAtUs, sentToUs, responseFromUs, responseToUs),
    ...{ id, method: 'POST', host: 'api.shop.example.com', path, contentType: 'application/grpc' },
    ...{ h2Stream: (id - 13) * 2 - 1, clientConversation: client.id, serverConversation: server.id },
    ...{ grpcStatus: status, longLived: isStream ? 'grpc-stream' : null, app: 'grpc-node-js' },
    ...(isOpen ? { state: 'open', endedAtUs: null, responseToUs: null, receiveUs: null } : {}),
  });
  return {
    ...{ kind: 'grpc', record, clientLeg: client, serverLeg: server, arrivals },
    heads: {
      request: headText(`POST ${path} HTTP/2`, {
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-accept-encoding': 'identity, gzip',
        ...(call.timeout === undefined ? {} : { 'grpc-timeout': call.timeout }),
      }),
      response: headText('HTTP/2 200', {
        'content-type': 'application/grpc',
        ...(encoding === undefined ? {} : { 'grpc-encoding': encoding }),
      }),
      ...(status === null
        ? {}
        : {
            'response-trailers':
              `grpc-status: ${status}\r\n` +
              (call.message === undefined ? '' : `grpc-message: ${encodeURIComponent(call.message)}\r\n`),
          }),
    },
  };
}

const frame = (
  side: BodySide,
  atUs: number,
  opcode: number,
  payload: Uint8Array,
  more: object = {},
): Arrival => ({
  ...{ side, atUs },
  bytes: frameBytes({ opcode, payload, masked: side === 'request', ...more }),
});

function socket(
  id: number,
  { client, server }: Connection,
  startedAtUs: number,
  path: string,
  changes: Partial<ExchangeRecord>,
  arrivals: readonly Arrival[],
  extensions?: string,
): LongFake {
  const record = webSocketRecord({
    ...{ id, startedAtUs, host: 'live.shop.example.com', path, app: 'Chromium', protocol: 'http/1.1' },
    ...{ requestEndedAtUs: startedAtUs + 200, sentFromUs: startedAtUs + 300, sentToUs: startedAtUs + 500 },
    ...{ responseFromUs: startedAtUs + 31_000, clientFromUs: startedAtUs + 31_300, waitUs: 30_500 },
    ...{
      responseToUs: arrivals.at(-1)?.atUs ?? null,
      endedAtUs: (arrivals.at(-1)?.atUs ?? startedAtUs) + 900,
    },
    ...{ clientConversation: client.id, serverConversation: server.id, receiveUs: null },
    ...changes,
  });
  return {
    ...{ kind: 'websocket', record, clientLeg: client, serverLeg: server, arrivals },
    heads: {
      request: headText(`GET ${path} HTTP/1.1`, {
        Host: 'live.shop.example.com',
        Upgrade: 'websocket',
        Connection: 'Upgrade',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Protocol': 'prices.v1',
      }),
      response: headText('HTTP/1.1 101 Switching Protocols', {
        Upgrade: 'websocket',
        Connection: 'Upgrade',
        'Sec-WebSocket-Protocol': 'prices.v1',
        ...(extensions === undefined ? {} : { 'Sec-WebSocket-Extensions': extensions }),
      }),
    },
  };
}

const lamps = ['evora', 'tromso', 'lyon', 'porto', 'bergen', 'oslo', 'delft', 'malmo'];

/** Prices of lamps, compressed, still open. */
function prices(id: number, on: Connection, fromUs: number): LongFake {
  const random = chance(41);
  const deflate = createDeflater();
  const arrivals: Arrival[] = [
    frame('request', fromUs + 40_000, 1, text('{"subscribe":"prices","lamps":"*","depth":2}')),
  ];
  let atUs = fromUs + 62_000;
  for (let at = 0; at < 2400; at += 1) {
    atUs += Math.round(2000 + random() * 40_000);
    if (at % 180 === 179) {
      arrivals.push(frame('response', atUs, 9, text(`t${at}`)));
      arrivals.push(frame('request', atUs + 700, 10, text(`t${at}`)));
      continue;
    }
    const tick = {
      type: 'price',
      sequence: 48_211 + at,
      lamp: lamps[Math.floor(random() * lamps.length)],
      amount: Math.round(2000 + random() * 9000) / 100,
      currency: 'EUR',
      levels: [1, 2].map((level) => ({ level, left: Math.floor(random() * 30) })),
    };
    arrivals.push(frame('response', atUs, 1, deflate(text(JSON.stringify(tick))), { compressed: true }));
  }
  const open = { state: 'open', endedAtUs: null } as const;
  return socket(
    id,
    on,
    fromUs,
    '/v1/prices',
    open,
    arrivals,
    'permessage-deflate; client_max_window_bits=15',
  );
}

/** A talk with the support of the shop, closed as it should be. */
function support(id: number, on: Connection, fromUs: number): LongFake {
  const at = (ms: number) => fromUs + ms * 1000;
  const say = (ms: number, side: BodySide, from: string, words: string) =>
    frame(side, at(ms), 1, text(JSON.stringify({ from, words })));
  const picture = Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex');
  return socket(id, on, fromUs, '/v1/support?topic=order-8812', {}, [
    say(120, 'request', 'ada', 'Hello, my lamp flickers.'),
    say(2100, 'response', 'support', 'Good morning. Which lamp is it?'),
    say(9300, 'request', 'ada', 'The Évora floor lamp, since yesterday.'),
    frame('request', at(9900), 2, picture),
    frame('response', at(12_000), 9, text('')),
    frame('request', at(12_030), 10, text('')),
    frame('response', at(14_000), 1, text('{"from":"support","words":"Please read the leaflet. '), {
      final: false,
    }),
    frame('response', at(14_010), 0, text('Page 3: the dimmer has two modes. '), { final: false }),
    frame('response', at(14_020), 0, text('Press both buttons for five seconds."}')),
    say(31_000, 'request', 'ada', 'That was it, thank you.'),
    say(33_000, 'response', 'support', 'You are welcome.'),
    frame('request', at(35_000), 8, closePayload(1000, 'done')),
    frame('response', at(35_024), 8, closePayload(1000, '')),
  ]);
}

/** One that broke off, with a message that is damaged before it. */
function broken(id: number, on: Connection, fromUs: number): LongFake {
  const deflate = createDeflater();
  const at = (ms: number) => fromUs + ms * 1000;
  const first = deflate(text('{"alarm":"stock low","lamp":"lyon"}'));
  first.fill(0xff, 4);
  const error = {
    ...({ state: 'failed', errorCode: 'upstream-reset' } as const),
    errorMessage: 'The server reset the connection while the WebSocket was open.',
  };
  return socket(
    ...([id, on, fromUs, '/v1/alarms', error] as const),
    [
      frame('request', at(60), 1, text('{"subscribe":"alarms"}')),
      frame('response', at(900), 1, first, { compressed: true }),
      frame('response', at(2400), 1, deflate(text('{"alarm":"stock low","lamp":"oslo"}')), {
        compressed: true,
      }),
    ],
    'permessage-deflate',
  );
}

/** One whose bytes were not stored from some point on. */
function notStored(id: number, on: Connection, fromUs: number): LongFake {
  const arrivals = Array.from({ length: 40 }, (_, at) =>
    frame('response', fromUs + 40_000 + at * 30_000, 1, text(`{"log":"line ${at}","level":"info"}`)),
  );
  const recorded = 'The response body is not stored from byte 700 on: the disk could not keep up.';
  return { ...socket(id, on, fromUs, '/v1/logs', { recorded }, arrivals), storedTo: 700 };
}

/** What happens to an order, as server-sent events; still open. */
function orders(id: number, { client, server }: Connection, fromUs: number): LongFake {
  const steps = ['paid', 'picked', 'packed', 'labelled', 'handed over', 'in transit'];
  const blocks = ['retry: 3000\n\n'];
  for (const [at, step] of steps.entries()) {
    blocks.push(
      `event: order\nid: ${at + 1}\ndata: ${JSON.stringify({ order: 8812, step })}\n\n`,
      ': alive\n\n',
    );
  }
  const arrivals = blocks.map((block, at) => ({
    ...{ side: 'response' as const, bytes: text(block), atUs: fromUs + 40_000 + at * 2_400_000 },
  }));
  const record = exchangeRecord({
    ...h2Times(fromUs, fromUs + 500, fromUs + 32_000, fromUs + 60_000_000),
    ...{ id, host: 'api.shop.example.com', path: '/v1/orders/8812/events', contentType: 'text/event-stream' },
    ...{ state: 'open', endedAtUs: null, responseToUs: null, receiveUs: null, longLived: 'event-stream' },
    ...{ h2Stream: 9, clientConversation: client.id, serverConversation: server.id },
  });
  return {
    ...{ kind: 'event-stream', record, clientLeg: client, serverLeg: server, arrivals },
    heads: {
      request: headText('GET /v1/orders/8812/events HTTP/2', { accept: 'text/event-stream' }),
      response: headText('HTTP/2 200', { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }),
    },
  };
}

function poll(id: number, { client, server }: Connection, fromUs: number): LongFake {
  const record = exchangeRecord({
    ...h2Times(fromUs, fromUs + 400, fromUs + 30_000_000, fromUs + 30_000_400),
    ...{
      id,
      host: 'api.shop.example.com',
      path: '/v1/notifications?wait=30',
      status: 204,
      contentType: null,
    },
    ...{ longLived: 'long-poll', responseBytes: 0, h2Stream: 11, statusText: 'No Content' },
    ...{ clientConversation: client.id, serverConversation: server.id },
  });
  return {
    ...{ kind: 'plain', record, clientLeg: client, serverLeg: server, arrivals: [] },
    heads: {
      request: headText('GET /v1/notifications?wait=30 HTTP/2', { prefer: 'wait=30' }),
      response: headText('HTTP/2 204', {}),
    },
  };
}
