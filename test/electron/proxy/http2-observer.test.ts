import { once } from 'node:events';
import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Http2Event } from '../../../core/observers/http2-events.ts';
import { createHttp2Observer } from '../../../core/observers/http2.ts';
import type { Sender, StreamEnd } from '../../../core/observers/observer.ts';
import { nodePlatform } from '../../support/platform.ts';
import { within } from '../../support/within.ts';

/** One direction of one exchange, as somebody saw it. */
interface Message {
  fields: string[];
  bytes: number;
  /** Sum of all body octets by their place, so that order counts. */
  sum: number;
  trailers: string[];
  /** `end`, or the name of the error the stream was reset with. */
  ending: string;
}

type Messages = Record<string, Message>;

function messageOf(messages: Messages, key: string): Message {
  return (messages[key] ??= { fields: [], bytes: 0, sum: 0, trailers: [], ending: '' });
}

function addBody(message: Message, data: Uint8Array): void {
  for (const byte of data) message.sum = (message.sum * 31 + byte) % 1_000_003;
  message.bytes += data.length;
}

/** What the events say, by `request 1`, `response 1`, `request 2` (promised) and so on. */
function toldBy(events: readonly Http2Event[]): Messages {
  const messages: Messages = {};
  for (const event of events) {
    switch (event.type) {
      case 'request-head':
      case 'push-promise':
      case 'response-head': {
        if (event.type === 'response-head' && event.interim) break;
        const side = event.type === 'response-head' ? 'response' : 'request';
        const h2Stream = event.type === 'push-promise' ? event.promised : event.h2Stream;
        messageOf(messages, `${side} ${h2Stream}`).fields = event.head.headers.flat();
        if (event.type === 'push-promise') messageOf(messages, `request ${h2Stream}`).ending = 'end';
        break;
      }
      case 'request-body':
      case 'response-body':
        addBody(messageOf(messages, `${event.type.slice(0, -5)} ${event.h2Stream}`), event.data);
        break;
      case 'request-trailers':
      case 'response-trailers':
        messageOf(messages, `${event.type.slice(0, -9)} ${event.h2Stream}`).trailers =
          event.head.headers.flat();
        break;
      case 'request-end':
      case 'response-end':
        messageOf(messages, `${event.type.slice(0, -4)} ${event.h2Stream}`).ending = event.complete
          ? 'end'
          : (/: (.*)\.$/.exec(event.defect?.message ?? '')?.[1] ?? 'other');
        break;
      default:
    }
  }
  return messages;
}

const codeNames = new Map(
  Object.entries(http2.constants)
    .filter(([name]) => name.startsWith('NGHTTP2_') && !name.startsWith('NGHTTP2_ERR'))
    .filter(([name]) => /_(NO_ERROR|CANCEL|INTERNAL_ERROR|ENHANCE_YOUR_CALM|REFUSED_STREAM)$/.test(name))
    .map(([name, code]) => [code as number, name.slice('NGHTTP2_'.length)]),
);

/** Notes what one side reads of a stream. The types of Node leave out that raw fields are handed over as well. */
function note(message: Message, stream: ClientHttp2Stream | ServerHttp2Stream): void {
  const readable: NodeJS.EventEmitter = stream;
  readable.on('data', (data: Uint8Array) => addBody(message, data));
  readable.on('trailers', (_fields: IncomingHttpHeaders, _flags: number, raw: string[]) => {
    message.trailers = raw;
  });
  readable.on('end', () => {
    if (stream.rstCode === 0) message.ending = 'end';
  });
  readable.on('error', () => undefined);
  readable.on('close', () => {
    if (message.ending === '') message.ending = codeNames.get(stream.rstCode) ?? String(stream.rstCode);
  });
}

interface Lab {
  readonly session: ClientHttp2Session;
  readonly ask: (fields: Record<string, string>, more?: AskOptions) => Promise<void>;
  readonly finish: () => Promise<{ events: Http2Event[]; server: Messages; client: Messages }>;
}

interface AskOptions {
  readonly body?: string;
  readonly trailers?: Record<string, string>;
  /** Reset with this code once the first octets of the answer are here. */
  readonly reset?: number;
}

/** A client and a server of node:http2 with a relay between them that shows the bytes to an observer. */
async function openLab(serve: (stream: ServerHttp2Stream, path: string) => void): Promise<Lab> {
  const events: Http2Event[] = [];
  const seenByServer: Messages = {};
  const seenByClient: Messages = {};
  const observer = createHttp2Observer(
    nodePlatform,
    (event) => void events.push('data' in event ? { ...event, data: Uint8Array.from(event.data) } : event),
  );

  const server = http2.createServer({ settings: { initialWindowSize: 100_000, headerTableSize: 8192 } });
  const serving: NodeJS.EventEmitter = server;
  serving.on(
    'stream',
    (stream: ServerHttp2Stream, fields: IncomingHttpHeaders, _flags: number, raw: string[]) => {
      const message = messageOf(seenByServer, `request ${stream.id}`);
      message.fields = raw;
      note(message, stream);
      serve(stream, String(fields[':path']));
    },
  );
  const sessions: ServerHttp2Session[] = [];
  server.on('session', (opened) => sessions.push(opened));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const relayed: Promise<unknown>[] = [];
  const relay = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    relayed.push(pass(near, far, 'client'), pass(far, near, 'server'));
  });
  const pass = async (from: Socket, to: Socket, sender: Sender): Promise<void> => {
    from.on('data', (chunk: Buffer) => {
      to.write(Buffer.from(chunk));
      observer.bytes(sender, chunk, performance.now() * 1000);
      chunk.fill(0);
    });
    const how = await new Promise<StreamEnd>((resolve) => {
      from.on('end', () => resolve('fin'));
      from.on('error', () => resolve('reset'));
    });
    observer.end(sender, how, performance.now() * 1000);
    if (how === 'fin') to.end();
    else to.destroy();
  };
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');

  const session = http2.connect(`http://127.0.0.1:${(relay.address() as AddressInfo).port}`);
  const pushed: NodeJS.EventEmitter = session;
  pushed.on('stream', (stream: ClientHttp2Stream) => {
    const message = messageOf(seenByClient, `response ${stream.id}`);
    const pushing: NodeJS.EventEmitter = stream;
    pushing.on(
      'push',
      (_fields: IncomingHttpHeaders, _flags: number, raw: string[]) => (message.fields = raw),
    );
    note(message, stream);
  });
  await once(session, 'connect');

  async function ask(fields: Record<string, string>, more: AskOptions = {}): Promise<void> {
    const stream = session.request(fields, { waitForTrailers: more.trailers !== undefined });
    const closed = new Promise<void>((resolve) => stream.on('close', () => resolve()));
    const message = messageOf(seenByClient, `response ${stream.id}`);
    note(message, stream);
    const responding: NodeJS.EventEmitter = stream;
    responding.on('response', (_fields: IncomingHttpHeaders, _flags: number, raw: string[]) => {
      message.fields = raw;
    });
    if (more.trailers !== undefined)
      stream.on('wantTrailers', () => stream.sendTrailers(more.trailers ?? {}));
    if (more.reset !== undefined) stream.once('data', () => stream.close(more.reset));
    stream.end(more.body);
    await closed;
  }

  async function finish() {
    if (!session.destroyed) {
      const closed = once(session, 'close');
      session.close();
      await within(10_000, 'the end of the session', closed);
    }
    // After its own GOAWAY, a server does not end by itself.
    for (const opened of sessions) opened.destroy();
    await within(10_000, 'the end of the connection', Promise.all(relayed));
    const closing = [once(relay, 'close'), once(server, 'close')];
    relay.close();
    server.close();
    await Promise.all(closing);
    return { events, server: seenByServer, client: seenByClient };
  }

  return { session, ask, finish };
}

describe('the http2 observer, beside a client and a server of node:http2', () => {
  test('tells the fields, bodies and trailers that both of them read', async () => {
    const lab = await openLab((stream, path) => {
      let bytes = 0;
      stream.on('data', (data: Buffer) => (bytes += data.length));
      stream.on('end', () => {
        stream.respond(
          {
            ':status': path.endsWith('7') ? 404 : 200,
            'x-path': path,
            'content-type': 'text/plain',
            'x-bytes': bytes,
          },
          { waitForTrailers: true },
        );
        stream.on('wantTrailers', () =>
          stream.sendTrailers({ 'x-sum': `${path} ${bytes}`, 'grpc-status': '0' }),
        );
        stream.end(path.repeat(path.length * 100));
      });
    });
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const asked = Array.from({ length: 60 }, (_, index) =>
      lab.ask(
        {
          ':method': index % 3 === 0 ? 'POST' : 'PUT',
          ':path': `/${letters.slice(0, index % 26)}/${index}`,
          'x-number': String(index % 5),
          'x-long': letters.repeat(index % 7),
          cookie: `a=${index}`,
        },
        { body: letters.repeat(index * 40), ...(index % 4 === 0 ? { trailers: { 'x-last': 'yes' } } : {}) },
      ),
    );
    await within(20_000, 'all answers', Promise.all(asked));
    const { events, server, client } = await lab.finish();
    const told = toldBy(events);
    expect(Object.keys(server)).toHaveLength(60);
    expect(told).toEqual({ ...server, ...client });
    expect(events.filter((event) => event.type === 'defect' || event.type === 'unreadable')).toEqual([]);
    expect(events.some((event) => event.type === 'starvation' && event.sender === 'server')).toBe(true);
  });

  test('tells resets of both sides by their codes', async () => {
    const lab = await openLab((stream, path) => {
      stream.respond({ ':status': 200 });
      stream.write('some of it');
      if (path === '/refused') stream.destroy(new Error('wanted'));
    });
    await within(
      10_000,
      'all resets',
      Promise.all([
        lab.ask({ ':path': '/cancelled' }, { reset: http2.constants.NGHTTP2_CANCEL }),
        lab.ask({ ':path': '/calm' }, { reset: http2.constants.NGHTTP2_ENHANCE_YOUR_CALM }),
        lab.ask({ ':path': '/refused' }),
      ]),
    );
    const { events, server, client } = await lab.finish();
    const told = toldBy(events);
    for (const [key, message] of Object.entries({ ...server, ...client })) {
      expect([key, told[key]?.fields]).toEqual([key, message.fields]);
    }
    expect(
      events
        .flatMap((event) => (event.type === 'reset' ? [`${event.sender} ${event.errorName}`] : []))
        .sort(),
    ).toEqual(['client CANCEL', 'client ENHANCE_YOUR_CALM', 'server INTERNAL_ERROR']);
    expect(['response 1', 'response 3', 'response 5'].map((key) => told[key]?.ending)).toEqual([
      'CANCEL',
      'ENHANCE_YOUR_CALM',
      'INTERNAL_ERROR',
    ]);
  });

  test('tells pushed requests and their responses', async () => {
    const lab = await openLab((stream) => {
      for (const path of ['/a.css', '/b.js']) {
        stream.pushStream({ ':path': path, 'x-for': 'page' }, (_error, pushed) => {
          pushed.respond({ ':status': 200, 'x-of': path });
          pushed.end(`this is ${path}`);
        });
      }
      stream.respond({ ':status': 200 });
      stream.end('page');
    });
    await within(10_000, 'the page', lab.ask({ ':path': '/' }));
    const { events, server, client } = await lab.finish();
    const told = toldBy(events);
    expect(told).toMatchObject({ ...server, ...client });
    const promises = events.filter((event) => event.type === 'push-promise');
    expect(promises.map(({ h2Stream, promised, head }) => [h2Stream, promised, head.path])).toEqual([
      [1, 2, '/a.css'],
      [1, 4, '/b.js'],
    ]);
  });

  test('tells pings, SETTINGS and GOAWAY as the client is told of them', async () => {
    const lab = await openLab((stream) => {
      stream.respond({ ':status': 200 });
      stream.end('bye');
      stream.session?.goaway(http2.constants.NGHTTP2_NO_ERROR, 1, Buffer.from('restarting'));
    });
    const pinged = new Promise<number>((resolve) => {
      lab.session.ping((_error, durationMs) => resolve(durationMs));
    });
    const durationMs = await within(10_000, 'an answer to the ping', pinged);
    const goaway = once(lab.session, 'goaway');
    await within(10_000, 'an answer', lab.ask({ ':path': '/' }));
    const [code, lastStream, data] = (await goaway) as [number, number, Buffer];
    lab.session.destroy();
    const { events } = await lab.finish();
    expect(events.find((event) => event.type === 'goaway' && event.sender === 'server')).toMatchObject({
      errorCode: code,
      errorName: 'NO_ERROR',
      lastStream,
      debug: data.toString(),
    });
    const [ping, pong] = events.filter((event) => event.type === 'ping');
    expect(ping).toMatchObject({ sender: 'client', ack: false, roundTripUs: null });
    expect(pong).toMatchObject({ sender: 'server', ack: true });
    expect(pong?.roundTripUs).toBeGreaterThan(0);
    expect(pong?.roundTripUs).toBeLessThanOrEqual(durationMs * 1000);
    const announced = events.find(
      (event) => event.type === 'settings' && event.sender === 'server' && !event.ack,
    );
    expect(announced).toMatchObject({
      settings: expect.arrayContaining([
        ['HEADER_TABLE_SIZE', 8192],
        ['INITIAL_WINDOW_SIZE', 100_000],
      ]) as unknown,
    });
  });
});
