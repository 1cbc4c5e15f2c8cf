import type { Handlers } from '../../core/contract/dispatch.ts';
import type { ExchangeFilter, HeadView } from '../../core/contract/exchanges.ts';
import type { RecordingState } from '../../core/contract/recording.ts';
import type { SessionState } from '../../core/contract/session.ts';
import type { EngineMessage } from '../../core/contract/wire.ts';
import type { ExchangeRecord } from '../../core/model/exchange-record.ts';
import { fail, succeed } from '../../core/model/result.ts';
import { fakeBody } from './fake-bodies.ts';
import { fakeExchange, opened, type FakeExchange } from './fake-exchanges.ts';

export interface FakeEngineOptions {
  readonly exchanges: number;
  readonly recording: boolean;
  readonly notice: string | null;
}

export interface FakeEngine {
  readonly handlers: Handlers<null>;
  /** Adds exchanges that began just now; the last of them is open. */
  readonly add: (count: number) => void;
  /** What the engine tells all windows. */
  readonly onEvent: (listener: (event: EngineMessage) => void) => void;
}

/** An engine without a proxy or a disk: answers of the real shape from a made-up session, for developing the window. */
export function createFakeEngine(options: FakeEngineOptions): FakeEngine {
  const nowUs = () => Date.now() * 1000;
  const exchanges: FakeExchange[] = [];
  const views = new Map<number, { filter: ExchangeFilter; rows: FakeExchange[] }>();
  const listeners = new Set<(event: EngineMessage) => void>();
  let lastView = 0;
  let recording: RecordingState = {
    recording: options.recording,
    listener: options.recording ? '127.0.0.1:8888' : null,
    problem: null,
    startedAtUs: options.recording ? nowUs() - 134_000_000 : null,
    passThroughHosts: ['gateway.push.example.com', '*.bank.example'],
    insecureHosts: ['staging.shop.test'],
  };
  const firstUs = nowUs() - options.exchanges * 26_000;
  for (let id = 1; id <= options.exchanges; id += 1) exchanges.push(fakeExchange(id, firstUs + id * 26_000));

  const tell = (service: string, event: string, payload: unknown) => {
    for (const listener of listeners) listener({ kind: 'event', service, event, payload });
  };
  const session = (): SessionState => ({
    path: '/home/ada/.local/share/plumbline/sessions/checkout-slow.plumb',
    name: 'checkout-slow',
    exchanges: exchanges.length,
    diskBytes: 214_300_000,
    notice: options.notice,
  });
  const changeRecording = (changes: Partial<RecordingState>) => {
    recording = { ...recording, ...changes };
    tell('recording', 'changed', recording);
    return Promise.resolve(succeed(recording));
  };
  const toggled = (hosts: readonly string[], host: string, on: boolean) => [
    ...hosts.filter((one) => one !== host),
    ...(on ? [host] : []),
  ];

  const handlers: Handlers<null> = {
    session: {
      state: () => Promise.resolve(succeed(session())),
      create: () => Promise.resolve(succeed(session())),
      open: ({ path }) => Promise.resolve(fail('session-missing', `There is no session at ${path}.`)),
      recent: () =>
        Promise.resolve(
          succeed({
            sessions: ['checkout-slow', '2026-11-20-1403', 'login-on-android', '2026-11-18-0911'].map(
              (name, at) => ({
                path: `/home/ada/.local/share/plumbline/sessions/${name}.plumb`,
                name,
                modifiedAtMs: 1_795_000_000_000 - at * 61_234_567,
              }),
            ),
          }),
        ),
    },
    recording: {
      state: () => Promise.resolve(succeed(recording)),
      start: ({ listen }) =>
        changeRecording({ recording: true, listener: listen ?? '127.0.0.1:8888', startedAtUs: nowUs() }),
      stop: () => changeRecording({ recording: false, listener: null, startedAtUs: null }),
      acceptHost: ({ host, accept }) =>
        changeRecording({ insecureHosts: toggled(recording.insecureHosts, host, accept) }),
      passThroughHost: ({ host, passThrough }) =>
        changeRecording({ passThroughHosts: toggled(recording.passThroughHosts, host, passThrough) }),
    },
    exchanges: {
      openView: ({ filter }) => {
        const viewId = ++lastView;
        const rows = exchanges.filter(({ record }) => matches(record, filter));
        views.set(viewId, { filter, rows });
        return Promise.resolve(succeed({ viewId, count: rows.length }));
      },
      closeView: ({ viewId }) => {
        views.delete(viewId);
        return Promise.resolve(succeed({}));
      },
      rows: ({ viewId, from, limit }) => {
        const rows = views.get(viewId)?.rows ?? [];
        const page = rows.slice(from, from + limit).map(({ record }) => record);
        return Promise.resolve(succeed({ from, rows: page, count: rows.length }));
      },
      position: ({ viewId, id }) => {
        const index = views.get(viewId)?.rows.findIndex(({ record }) => record.id === id) ?? -1;
        return Promise.resolve(succeed({ index: index === -1 ? null : index }));
      },
      get: ({ id }) => {
        const exchange = exchanges[id - 1];
        if (exchange === undefined)
          return Promise.resolve(fail('no-exchange', `There is no exchange ${id}.`));
        return Promise.resolve(succeed(describe(exchange)));
      },
    },
    bodies: {
      read: ({ exchangeId, side, decoded, from, limit }) => {
        const record = exchanges[exchangeId - 1]?.record;
        if (record === undefined)
          return Promise.resolve(fail('no-exchange', `There is no exchange ${exchangeId}.`));
        const { bytes, codings, ...rest } = fakeBody(record, side, decoded);
        const page = bytes.slice(from, from + limit);
        const done = from + page.length >= bytes.length;
        const totalBytes = done || !decoded ? bytes.length : null;
        return Promise.resolve(succeed({ bytes: page, totalBytes, done, codings: [...codings], ...rest }));
      },
    },
    transfers: {
      startExport: () => Promise.resolve(succeed({ transferId: 1 })),
      startImport: () => Promise.resolve(succeed({ transferId: 1 })),
      list: () => Promise.resolve(succeed({ transfers: [] })),
      cancel: () => Promise.resolve(succeed({})),
    },
    engine: {
      status: () => Promise.resolve(succeed(engineStatus())),
      authority: () =>
        Promise.resolve(
          succeed({
            certificatePath: '/home/ada/.local/share/plumbline/plumbline-ca.pem',
            certificatePem: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
            fingerprintSha256:
              'A1:77:0E:5C:92:4B:D8:33:19:F0:6A:C4:8D:21:BE:75:E2:0B:94:5F:37:DA:68:11:C9:AE:53:80:46:FB:2C:9D',
            notAfter: '2036-11-18T00:00:00Z',
          }),
        ),
    },
  };

  return {
    handlers,
    onEvent: (listener) => listeners.add(listener),
    add: (count) => {
      const changed: number[] = [];
      const before = exchanges.at(-1);
      if (before?.record.state === 'open') {
        exchanges[exchanges.length - 1] = fakeExchange(before.record.id, before.record.startedAtUs);
        changed.push(before.record.id);
      }
      for (let added = 0; added < count; added += 1) {
        const fresh = fakeExchange(exchanges.length + 1, nowUs() - (count - added) * 26_000);
        exchanges.push(added === count - 1 ? opened(fresh) : fresh);
        changed.push(fresh.record.id);
      }
      for (const [viewId, view] of views) {
        view.rows = exchanges.filter(({ record }) => matches(record, view.filter));
        tell('exchanges', 'viewChanged', { viewId, count: view.rows.length, changed });
      }
      tell('session', 'changed', session());
      tell('engine', 'status', engineStatus());
    },
  };
}

function engineStatus() {
  return {
    version: '0.1.0',
    runtime: 'Node 24.9.0',
    dataDir: '/home/ada/.local/share/plumbline',
    exchangesPerSecond: 86,
    loopDelayMs: 0.4,
    queueBytes: 0,
    queueBytesMax: 67_108_864,
    memoryBytes: 143_000_000,
  };
}

function matches(record: ExchangeRecord, filter: ExchangeFilter): boolean {
  const columns = {
    method: record.method,
    status: String(record.status ?? ''),
    host: record.host,
    path: record.path,
    type: record.contentType ?? '',
    protocol: record.protocol,
    error: record.errorCode ?? '',
  };
  return filter.every(({ column, text }) => {
    const looked = column === 'any' ? Object.values(columns) : [columns[column]];
    return looked.some((value) => value.toLowerCase().includes(text.toLowerCase()));
  });
}

function describe({ record, clientLeg, serverLeg }: FakeExchange) {
  const plain = record.scheme === 'http';
  const url = `${record.scheme}://${record.host}${record.port === 443 ? '' : `:${record.port}`}${record.path}`;
  const requestLines: [string, string][] = [
    ['Host', record.host],
    ['User-Agent', 'ShopApp/7.4.1 (Linux; Android 16) okhttp/5.0.0'],
    ['Accept', 'application/json, */*;q=0.8'],
    ['accept-encoding', 'gzip, br'],
    [
      'Authorization',
      'Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6IjIwMjYtMTEifQ.eyJzdWIiOiI0MSIsInNjb3BlIjoiY2FydCJ9.x7Qw',
    ],
    ['X-Request-Id', `7b1e-${record.id}`],
    ['Cookie', 'session=9f2c1; theme=dark; consent=all; experiment=checkout-b'],
  ];
  const responseLines: [string, string][] = [
    ['Date', 'Sat, 21 Nov 2026 05:12:44 GMT'],
    ['Content-Type', record.contentType ?? 'text/plain'],
    ['Content-Encoding', 'gzip'],
    ['Cache-Control', 'private, max-age=0, must-revalidate'],
    ['Set-Cookie', 'session=9f2c1; Path=/; HttpOnly; Secure'],
    ['set-cookie', 'seen=1; Max-Age=31536000'],
    ['Server-Timing', 'db;dur=312.4, render;dur=18.2'],
    ['Transfer-Encoding', 'chunked'],
  ];
  const target = plain ? url : record.path;
  const isTunnel = record.method === '';
  return {
    exchange: record,
    url: isTunnel ? `${record.host}:${record.port}` : url,
    clientLeg,
    serverLeg,
    request: isTunnel ? null : head(`${record.method} ${target} HTTP/1.1`, requestLines),
    requestForwarded:
      plain && !isTunnel ? head(`${record.method} ${record.path} HTTP/1.1`, requestLines) : null,
    interim: record.method === 'POST' ? [head('HTTP/1.1 100 Continue', [])] : [],
    response:
      record.status === null
        ? null
        : head(`HTTP/1.1 ${record.status} ${record.statusText ?? ''}`, responseLines),
    requestTrailers: [],
    responseTrailers: record.id % 9 === 0 ? [['X-Checksum', 'sha256=4f2c81d0'] as [string, string]] : [],
  };
}

function head(startLine: string, headers: [string, string][]): HeadView {
  const lines = [startLine, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''];
  return { raw: lines.join('\r\n'), startLine, headers };
}
