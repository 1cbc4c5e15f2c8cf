import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type ServiceError,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import { hasRuntime, runtimes, startPlumbline, type Plumbline } from '../../support/plumbline.ts';

const texts = {
  requestSerialize: (text: string) => Buffer.from(text),
  requestDeserialize: (bytes: Buffer) => bytes.toString(),
  responseSerialize: (text: string) => Buffer.from(text),
  responseDeserialize: (bytes: Buffer) => bytes.toString(),
};
const service = {
  unary: { path: '/shop.Echo/Unary', requestStream: false, responseStream: false, ...texts },
  fails: { path: '/shop.Echo/Fails', requestStream: false, responseStream: false, ...texts },
  slow: { path: '/shop.Echo/Slow', requestStream: false, responseStream: false, ...texts },
  serverStream: { path: '/shop.Echo/ServerStream', requestStream: false, responseStream: true, ...texts },
  clientStream: { path: '/shop.Echo/ClientStream', requestStream: true, responseStream: false, ...texts },
  both: { path: '/shop.Echo/Both', requestStream: true, responseStream: true, ...texts },
};

/** What the client saw. */
interface Seen {
  readonly unary: string;
  readonly trailer: string;
  readonly failure: { readonly code: number; readonly details: string };
  readonly deadline: number;
  readonly streamed: readonly string[];
  readonly gathered: string;
  readonly answers: readonly string[];
}

describe.each(runtimes)('grpc-js through the proxy in %s', (runtime) => {
  let plumbline: Plumbline | null = null;
  let server: Server | null = null;
  let rows: readonly ExchangeJson[] = [];
  let seen: Seen | null = null;

  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    const authority = await createTestAuthority();
    const proxy = await startPlumbline({ runtime, upstreamCaPem: authority.certificatePem });
    plumbline = proxy;
    const { cert, key } = await authority.pemFor(['localhost', '127.0.0.1']);
    server = echoServer();
    const port = await bind(
      server,
      ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(cert), private_key: Buffer.from(key) }]),
    );
    process.env['grpc_proxy'] = `http://${proxy.host}:${proxy.port}`;
    const client = new Client(`localhost:${port}`, credentials.createSsl(Buffer.from(proxy.caPem)));
    try {
      seen = await callAll(client);
    } finally {
      delete process.env['grpc_proxy'];
      client.close();
    }
    rows = await proxy.stop();
  }, 60_000);
  afterAll(() => {
    server?.forceShutdown();
    plumbline?.dispose();
  });

  const row = (method: string): ExchangeJson | undefined =>
    rows.find(({ url }) => url.endsWith(`/shop.Echo/${method}`));

  test.skipIf(!hasRuntime(runtime))('all four kinds of call arrive, trailers and failures too', () => {
    expect(seen).toEqual({
      unary: 'hello',
      trailer: 'at the end',
      failure: { code: status.NOT_FOUND, details: 'no such thing: ünknown' },
      deadline: status.DEADLINE_EXCEEDED,
      streamed: ['hello 1', 'hello 2', 'hello 3'],
      gathered: 'one two three',
      answers: ['one', 'two'],
    });
  });

  test.skipIf(!hasRuntime(runtime))('every call says its status and the messages of each side', () => {
    const common = { protocol: 'h2', method: 'POST', status: 200, error: null };
    const counts = (request: number, response: number) => ({ request, response });
    expect(row('Unary')).toMatchObject({ ...common, grpcStatus: 0, messages: counts(1, 1), longLived: null });
    expect(row('Fails')).toMatchObject({ ...common, grpcStatus: 5, messages: counts(1, 0) });
    expect(row('ServerStream')).toMatchObject({
      ...common,
      ...{ grpcStatus: 0, messages: counts(1, 3), longLived: 'grpc-stream' },
    });
    expect(row('ClientStream')).toMatchObject({
      ...common,
      ...{ grpcStatus: 0, messages: counts(3, 1), longLived: 'grpc-stream' },
    });
    expect(row('Both')).toMatchObject({ ...common, grpcStatus: 0, messages: counts(2, 2) });
  });

  test.skipIf(!hasRuntime(runtime))('a call that was given up at its deadline says who cancelled it', () => {
    expect(row('Slow')).toMatchObject({ state: 'failed', error: { code: 'client-cancelled' } });
  });

  test.skipIf(!hasRuntime(runtime))('all of them used one connection', () => {
    expect(new Set(rows.map(({ serverLeg }) => serverLeg?.localPort)).size).toBe(1);
    expect(rows.map(({ h2Stream }) => h2Stream)).toEqual([1, 3, 5, 7, 9, 11]);
  });
});

function echoServer(): Server {
  const server = new Server();
  server.addService(service, {
    unary: (call: ServerUnaryCall<string, string>, done: sendUnaryData<string>) => {
      const trailer = new Metadata();
      trailer.set('x-trailer', 'at the end');
      done(null, call.request, trailer);
    },
    fails: (_call: ServerUnaryCall<string, string>, done: sendUnaryData<string>) => {
      done({ code: status.NOT_FOUND, details: 'no such thing: ünknown' });
    },
    slow: () => undefined,
    serverStream: (call: ServerWritableStream<string, string>) => {
      for (const number of [1, 2, 3]) call.write(`${call.request} ${number}`);
      call.end();
    },
    clientStream: (call: ServerReadableStream<string, string>, done: sendUnaryData<string>) => {
      const parts: string[] = [];
      call.on('data', (part: string) => parts.push(part));
      call.on('end', () => done(null, parts.join(' ')));
    },
    both: (call: ServerDuplexStream<string, string>) => {
      call.on('data', (part: string) => call.write(part));
      call.on('end', () => call.end());
    },
  });
  return server;
}

function bind(server: Server, serverCredentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', serverCredentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

async function callAll(client: Client): Promise<Seen> {
  const ask = (path: string, text: string, deadlineMs?: number): Promise<Asked> => {
    const { requestSerialize, responseDeserialize } = texts;
    return new Promise((resolve) => {
      let trailer = '';
      const options = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
      client
        .makeUnaryRequest(path, requestSerialize, responseDeserialize, text, options, (error, value) => {
          resolve({ error, value: value ?? '', trailer: () => trailer });
        })
        .on('status', ({ metadata }) => (trailer = String(metadata.get('x-trailer')[0] ?? '')));
    });
  };
  const unary = await ask(service.unary.path, 'hello');
  const failed = await ask(service.fails.path, 'x');
  const slow = await ask(service.slow.path, 'x', 2000);
  const { requestSerialize, responseDeserialize } = texts;
  const streamed = await all(
    client.makeServerStreamRequest(service.serverStream.path, requestSerialize, responseDeserialize, 'hello'),
  );
  const gathered = await new Promise<string>((resolve, reject) => {
    const call = client.makeClientStreamRequest(
      service.clientStream.path,
      requestSerialize,
      responseDeserialize,
      (error, value) => (error === null ? resolve(value ?? '') : reject(error)),
    );
    for (const part of ['one', 'two', 'three']) call.write(part);
    call.end();
  });
  const both = client.makeBidiStreamRequest(service.both.path, requestSerialize, responseDeserialize);
  both.write('one');
  both.write('two');
  both.end();
  const answers = await all(both);
  return {
    unary: unary.value,
    trailer: unary.trailer(),
    failure: { code: failed.error?.code ?? -1, details: failed.error?.details ?? '' },
    deadline: slow.error?.code ?? -1,
    streamed,
    gathered,
    answers,
  };
}

interface Asked {
  readonly error: ServiceError | null;
  readonly value: string;
  readonly trailer: () => string;
}

async function all(
  stream: ClientReadableStream<string> | ClientDuplexStream<string, string>,
): Promise<string[]> {
  const parts: string[] = [];
  for await (const part of stream as AsyncIterable<string>) parts.push(part);
  return parts;
}
