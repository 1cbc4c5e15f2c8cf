import type { ConversationRecord, ExchangeRecord } from '../../core/model/exchange-record.ts';
import { conversationRecord, exchangeRecord } from './records.ts';

/** Repeatable chance (mulberry32): the same seed gives the same session. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Site {
  readonly host: string;
  readonly scheme: 'http' | 'https';
  readonly port: number;
  readonly roundTripUs: number;
}

const sites: readonly Site[] = [
  { host: 'www.shop.test', scheme: 'https', port: 443, roundTripUs: 18_000 },
  { host: 'api.shop.test', scheme: 'https', port: 443, roundTripUs: 24_000 },
  { host: 'cdn.shop.test', scheme: 'https', port: 443, roundTripUs: 6_000 },
  { host: 'auth.example.com', scheme: 'https', port: 443, roundTripUs: 95_000 },
  { host: 'telemetry.analytics.example.net', scheme: 'https', port: 443, roundTripUs: 140_000 },
  { host: 'inventory.internal.test', scheme: 'http', port: 8080, roundTripUs: 700 },
  { host: 'images.eu-central-1.storage.example', scheme: 'https', port: 443, roundTripUs: 31_000 },
];

/** What is asked for, and how large the answer is about. */
export type Resource = readonly [method: string, path: string, type: string, bytes: number];

const resources: readonly Resource[] = [
  ['GET', '/', 'text/html', 48_000],
  ['GET', '/products?page=3&sort=price&category=lamps', 'application/json', 1_240_000],
  ['GET', '/products/8812/reviews', 'application/json', 18_400],
  ['POST', '/cart/items', 'application/json', 640],
  ['GET', '/assets/app.4f2c81d0.js', 'text/javascript', 412_000],
  ['GET', '/assets/theme.91ac.css', 'text/css', 38_000],
  ['GET', '/img/lamp-large.webp', 'image/webp', 184_000],
  ['GET', '/img/logo.svg', 'image/svg+xml', 2_100],
  ['POST', '/v2/collect', 'text/plain', 0],
  ['PUT', '/users/41/preferences', 'application/json', 90],
  ['OPTIONS', '/cart/items', 'text/plain', 0],
  ['DELETE', '/cart/items/7f2e1a', 'application/problem+json', 210],
  ['GET', '/export/orders-2026.parquet', 'application/octet-stream', 34_000_000],
];

export interface FakeExchange {
  readonly record: ExchangeRecord;
  readonly clientLeg: ConversationRecord;
  readonly serverLeg: ConversationRecord | null;
}

/** Exchange `id` of a made-up session: mostly ordinary, some slow in one phase, some failed, some tunnels. */
export function fakeExchange(id: number, startedAtUs: number): FakeExchange {
  const random = chance(id * 7919);
  const site = pick(sites, random());
  const resource = pick(resources, random() ** 1.4);
  return bent(ordinaryExchange({ id, startedAtUs, site, resource }, random), random());
}

export interface Course {
  readonly id: number;
  readonly startedAtUs: number;
  readonly site: Site;
  readonly resource: Resource;
  /** On a connection made for it. By chance where this and what follows is left out. */
  readonly fresh?: boolean;
  readonly waitUs?: number;
  readonly status?: number;
}

/** One that goes well, as far as its status allows. */
export function ordinaryExchange(course: Course, random: () => number): FakeExchange {
  const { id, startedAtUs, site } = course;
  const [method, path, type, bytes] = course.resource;
  const fresh = course.fresh ?? random() < 0.14;
  const rtt = site.roundTripUs * (0.8 + random() * 0.6);
  const slow = random() < 0.06 ? 8 + random() * 20 : 1;
  const us = Math.round;

  const dnsUs = fresh ? us(rtt * (0.3 + random())) : 0;
  const tcpUs = fresh ? us(rtt) : 0;
  const tlsUs = fresh && site.scheme === 'https' ? us(rtt * (1.1 + random())) : 0;
  const atConnect = fresh && site.scheme === 'https' && random() < 0.6;
  const dialUs = dnsUs + tcpUs + tlsUs;
  const dialFromUs = atConnect ? startedAtUs - dialUs - us(900 + random() * 4000) : startedAtUs + 300;
  const sentFromUs = startedAtUs + 420 + (atConnect ? 0 : dialUs);
  const sentToUs = sentFromUs + us(200 + (method === 'GET' ? 0 : random() * 9_000));
  const responseFromUs = sentToUs + (course.waitUs ?? us((rtt + random() * 60_000) * slow));
  const responseToUs = responseFromUs + us(bytes / 6 + random() * 12_000);
  const clientStallUs = bytes > 1_000_000 && random() < 0.5 ? us(random() * 400_000) : 0;
  const endedAtUs = responseToUs + clientStallUs + us(200 + random() * 600);
  const status = course.status ?? statusOf(method, random());

  const ordinary = exchangeRecord({
    id,
    method,
    scheme: site.scheme,
    host: site.host,
    port: site.port,
    path,
    status,
    statusText: statusTexts[status] ?? '',
    contentType: status === 304 || status === 204 ? null : type,
    startedAtUs,
    requestEndedAtUs: sentToUs - 150,
    sentFromUs,
    sentToUs,
    responseFromUs,
    responseToUs,
    clientFromUs: responseFromUs + us(120 + random() * 400),
    endedAtUs,
    requestBytes: method === 'POST' || method === 'PUT' ? us(40 + random() * 3000) : 0,
    responseBytes: status === 304 || status === 204 ? 0 : us(bytes * (0.6 + random() * 0.7)),
    addedUs: us(300 + random() * 900),
    blockedUs: 420,
    dnsUs: fresh ? dnsUs : null,
    connectUs: fresh ? tcpUs + tlsUs : null,
    tlsUs: fresh && tlsUs > 0 ? tlsUs : null,
    sendUs: sentToUs - sentFromUs,
    waitUs: responseFromUs - sentToUs,
    receiveUs: responseToUs - responseFromUs,
    clientStallUs,
    clientConversation: id * 2,
    serverConversation: id * 2 + 1,
    clientReused: !fresh,
    serverReused: !fresh,
  });
  const clientLeg = conversationRecord({
    id: id * 2,
    role: 'client',
    localAddress: '127.0.0.1',
    localPort: 8888,
    remoteAddress: '127.0.0.1',
    remotePort: 40_000 + (id % 20_000),
    hostName: null,
    openedAtUs: startedAtUs - dialUs - 6000,
    tlsFromUs: site.scheme === 'https' ? startedAtUs - tlsUs - 4000 : null,
    tlsToUs: site.scheme === 'https' ? startedAtUs - 400 : null,
    tlsVersion: site.scheme === 'https' ? 'TLSv1.3' : null,
    tlsCipher: site.scheme === 'https' ? 'TLS_AES_128_GCM_SHA256' : null,
    alpn: site.scheme === 'https' ? 'http/1.1' : null,
    ...(site.scheme === 'https' ? helloOfClient : {}),
    serverName: site.scheme === 'https' ? site.host : null,
    bytesIn: ordinary.requestBytes + 812,
    bytesOut: ordinary.responseBytes + 655,
  });
  const serverLeg = conversationRecord({
    id: id * 2 + 1,
    localAddress: '192.168.1.20',
    localPort: 50_000 + (id % 9000),
    remoteAddress: '203.0.113.44',
    remotePort: site.port,
    hostName: site.host,
    openedAtUs: dialFromUs,
    dnsFromUs: fresh ? dialFromUs : null,
    dnsToUs: fresh ? dialFromUs + dnsUs : null,
    connectFromUs: fresh ? dialFromUs + dnsUs : null,
    connectToUs: fresh ? dialFromUs + dnsUs + tcpUs : null,
    tlsFromUs: tlsUs > 0 ? dialFromUs + dnsUs + tcpUs : null,
    tlsToUs: tlsUs > 0 ? dialFromUs + dialUs : null,
    tlsVersion: clientLeg.tlsVersion,
    tlsCipher: clientLeg.tlsCipher,
    alpn: clientLeg.alpn,
    ...(site.scheme === 'https' ? helloOfOurs : {}),
    serverName: clientLeg.serverName,
    bytesIn: ordinary.responseBytes + 655,
    bytesOut: ordinary.requestBytes + 790,
    dialAttempts: [
      {
        address: '2001:db8::44',
        port: site.port,
        fromUs: dialFromUs,
        toUs: dialFromUs + 1200,
        error: 'ENETUNREACH',
      },
      {
        address: '203.0.113.44',
        port: site.port,
        fromUs: dialFromUs + 1200,
        toUs: dialFromUs + 1200 + tcpUs,
        error: null,
      },
    ],
    chain: site.scheme === 'https' ? chainOf(site.host) : [],
  });
  return { record: ordinary, clientLeg, serverLeg };
}

/** Some exchanges do not go well. */
function bent(exchange: FakeExchange, luck: number): FakeExchange {
  const { record } = exchange;
  const { startedAtUs } = record;
  const nothing = {
    status: null,
    statusText: null,
    contentType: null,
    responseBytes: 0,
    responseFromUs: null,
    responseToUs: null,
    clientFromUs: null,
    waitUs: null,
    receiveUs: null,
    clientStallUs: 0,
  };
  const unsent = { ...nothing, sentFromUs: null, sentToUs: null, sendUs: null, blockedUs: null };
  const bend = (changes: Partial<ExchangeRecord>): FakeExchange => ({
    ...exchange,
    record: { ...record, ...changes },
  });

  if (luck < 0.008) {
    const bad = bend({
      ...unsent,
      state: 'failed',
      host: 'staging.shop.test',
      endedAtUs: startedAtUs + 140_000,
      serverReused: false,
      dnsUs: 9_000,
      connectUs: 61_000,
      tlsUs: 40_000,
      errorCode: 'upstream-certificate-expired',
      errorMessage:
        'The certificate of staging.shop.test expired on 2026-03-01. The request was not sent, because anybody could be answering in its place.',
    });
    const trustProblem = 'The certificate expired on 2026-03-01.';
    return {
      ...bad,
      serverLeg: bad.serverLeg && { ...bad.serverLeg, trustProblem, chain: chainOf('staging.shop.test') },
    };
  }
  if (luck < 0.014) {
    return bend({
      ...unsent,
      state: 'failed',
      endedAtUs: startedAtUs + 3_061_000,
      serverReused: false,
      dnsUs: 4_000,
      errorCode: 'connect-refused',
      errorMessage:
        'Nothing accepts connections at 203.0.113.44 port 8443: the server is down or the port is wrong.',
    });
  }
  if (luck < 0.02) {
    return bend({
      state: 'failed',
      errorCode: 'upstream-reset',
      errorMessage: 'The server reset the connection in the middle of the response; the body is incomplete.',
    });
  }
  if (luck < 0.035) {
    return bend({
      ...unsent,
      protocol: 'tunnel',
      method: '',
      path: '',
      scheme: 'tls',
      host: 'gateway.push.example.com',
      port: 5223,
      endedAtUs: startedAtUs + 8_400_000,
      responseBytes: 48_200,
      requestBytes: 6_100,
      note: 'Passed through unread: this host is on the pass-through list.',
    });
  }
  if (luck < 0.04)
    return bend({
      recorded: 'The response body is not stored from byte 1048576 on: the disk could not keep up.',
    });
  if (luck < 0.045) return bend({ note: 'The server announced HTTP/2 and spoke HTTP/1.1.' });
  if (luck < 0.048) return bend({ ...nothing, state: 'interrupted', endedAtUs: null });
  return exchange;
}

/** One that still waits for its response. */
export function opened(exchange: FakeExchange): FakeExchange {
  return {
    ...exchange,
    record: {
      ...exchange.record,
      state: 'open',
      status: null,
      statusText: null,
      contentType: null,
      errorCode: null,
      errorMessage: null,
      responseBytes: 0,
      responseFromUs: null,
      responseToUs: null,
      clientFromUs: null,
      endedAtUs: null,
      waitUs: null,
      receiveUs: null,
    },
  };
}

const statusTexts: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  302: 'Found',
  304: 'Not Modified',
  401: 'Unauthorized',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function statusOf(method: string, luck: number): number {
  if (luck > 0.985) return 503;
  if (luck > 0.975) return 500;
  if (luck > 0.955) return 404;
  if (luck > 0.945) return 401;
  if (luck > 0.94) return 429;
  if (luck > 0.86) return method === 'GET' ? 304 : 204;
  if (luck > 0.83) return 302;
  return method === 'POST' && luck > 0.6 ? 201 : 200;
}

function chainOf(host: string): ConversationRecord['chain'] {
  return [
    {
      subject: `CN=${host}`,
      issuer: 'CN=Example Issuing CA 3, O=Example Trust',
      validFrom: '2026-01-02T00:00:00Z',
      validTo: '2027-02-03T23:59:59Z',
      names: [host, `*.${host}`],
      fingerprintSha256:
        '3F:9A:11:C2:5B:70:8E:44:D1:0C:AB:92:77:E5:63:18:2D:F4:5A:90:BC:07:6E:D3:41:8F:22:99:0A:CE:B5:17',
    },
    {
      subject: 'CN=Example Issuing CA 3, O=Example Trust',
      issuer: 'CN=Example Root CA, O=Example Trust',
      validFrom: '2021-05-01T00:00:00Z',
      validTo: '2031-05-01T00:00:00Z',
      names: [],
      fingerprintSha256:
        '88:1D:4E:72:09:FA:C3:5E:61:B0:2B:9C:D8:17:F6:A4:33:0E:95:DE:7A:48:C1:52:60:EF:1B:87:AD:39:04:CC',
    },
  ];
}

function pick<T>(from: readonly T[], share: number): T {
  const one = from[Math.min(from.length - 1, Math.floor(share * from.length))];
  if (one === undefined) throw new Error('There is nothing to choose from.');
  return one;
}

const helloOfClient = {
  alpnOffered: ['h2', 'http/1.1'],
  ja3: '773906b0efdefa24a7f2b8eb6985bf37',
  ja4: 't13d1516h2_8daaf6152771_02713d6af862',
  tlsGroup: 'X25519',
};
const helloOfOurs = {
  ...helloOfClient,
  ja3: 'e4d5e3c3f545ce6f17b5b60574396975',
  ja4: 't13d1512h2_8daaf6152771_34a4f4a1f3e7',
  tlsResumed: true,
};
