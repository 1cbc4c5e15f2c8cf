import type { SecureContext } from 'node:tls';
import { createHttp1Requests, type Http1Requests } from '../../../core/observers/http1.ts';
import type { RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import type { Failure, Result } from '../../../core/model/result.ts';
import { leafNames, leafNamesLike } from '../certificates/names.ts';
import { failurePage } from './answer.ts';
import { secureClient } from './client-tls.ts';
import { nowUs } from './clock.ts';
import type { Destination } from './destination.ts';
import { dial } from './dial.ts';
import { awaitFirstBytes } from './first-bytes.ts';
import { createLeg, type Leg } from './leg.ts';
import { nodePlatform } from './platform.ts';
import type { ProxyContext } from './proxy-context.ts';
import { tap } from './tap.ts';
import { secureUpstream } from './upstream-tls.ts';

const established = 'HTTP/1.1 200 Connection Established\r\n\r\n';

/** One CONNECT request whose head is read; `early` are bytes the client sent after it. */
export interface ConnectRequest {
  readonly client: Leg;
  readonly head: RequestHeadEvent;
  readonly destination: Destination;
  readonly early: Buffer | null;
}

/** Serves a CONNECT from the dial to the joined legs (RFC 9110 section 9.3.6). Never rejects. */
export async function serveConnect(context: ProxyContext, request: ConnectRequest): Promise<void> {
  const { client, destination, early } = request;
  const { host, port } = destination;
  const unread = context.passThroughHosts.has(host);
  const minted = unread ? null : startMinting(context, host);
  const dialling = dial(host, port, context.refuse);
  client.raw.once('close', dialling.cancel);
  const dialled = await dialling.outcome;
  client.raw.removeListener('close', dialling.cancel);
  if (!dialled.ok) {
    refuseConnect(context, request, dialled.error, (draft) => {
      draft.attachFailedDial(dialled.report, host, port, dialled.error.code);
    });
    return;
  }
  const server = createLeg({ role: 'server', raw: dialled.socket, dialled: dialled.report, hostName: host });
  client.raw.write(established);
  const shared = { recorder: context.recorder, client, server, host, port, ownUs: 0 };
  if (unread) {
    tap({
      ...shared,
      scheme: 'https',
      clientFirst: early,
      serverFirst: null,
      unread: `Passed through unread: ${host} is on the pass-through list.`,
    });
    return;
  }
  const first = await awaitFirstBytes(client, server, early);
  switch (first.kind) {
    case 'other':
      tap({ ...shared, scheme: 'http', clientFirst: first.client, serverFirst: first.server, unread: null });
      return;
    case 'gone':
      tap({
        ...shared,
        scheme: 'http',
        clientFirst: null,
        serverFirst: null,
        unread: 'Neither side said anything before the connection was closed.',
      });
      return;
    case 'tls':
      await intercept(context, request, server, first.hello, first.client, minted);
      return;
    default:
      first satisfies never;
  }
}

async function intercept(
  context: ProxyContext,
  request: ConnectRequest,
  server: Leg,
  hello: ClientHello,
  helloBytes: Buffer,
  minted: Promise<Result<SecureContext>> | null,
): Promise<void> {
  const { client, destination } = request;
  const { host, port } = destination;
  const { recorder } = context;
  const shared = { recorder, client, server, host, port, scheme: 'https' as const };
  const unreadBecause = reasonToPass(context, hello);
  if (unreadBecause !== null) {
    tap({ ...shared, ownUs: 0, clientFirst: helloBytes, serverFirst: null, unread: unreadBecause });
    return;
  }
  const serverName = hello.serverName;
  const upstream = await secureUpstream({
    leg: server,
    host,
    serverName,
    alpn: hello.alpn.length === 0 ? [] : ['http/1.1'],
    context: context.upstreamContext,
  });
  const waitingSinceUs = nowUs();
  const names = upstream.ok ? upstream.value.subjectAltName : undefined;
  const leaf = await contextFor(context, host, serverName, names, minted);
  if (!leaf.ok) {
    server.drop();
    failTls(context, request, leaf.error);
    client.drop();
    return;
  }
  const ownUs = nowUs() - waitingSinceUs;
  const refusal = upstream.ok
    ? distrust(context, host, serverName, upstream.value.trustProblem)
    : upstream.error;
  const alpn = upstream.ok
    ? (server.tls()?.alpn ?? null)
    : hello.alpn.includes('http/1.1')
      ? 'http/1.1'
      : null;
  const secured = await secureClient({
    leg: client,
    context: leaf.value,
    alpn,
    serverName,
    hello: helloBytes,
  });
  if (!secured.ok) {
    failTls(context, request, secured.error, server);
    server.drop();
    return;
  }
  if (refusal !== null) {
    answerWithFailure(context, request, refusal, upstream.ok ? server : null);
    server.drop();
    return;
  }
  tap({ ...shared, ownUs, clientFirst: null, serverFirst: null, unread: null });
}

function reasonToPass(context: ProxyContext, hello: ClientHello): string | null {
  if (hello.serverName !== null && context.passThroughHosts.has(hello.serverName)) {
    return `Passed through unread: ${hello.serverName} is on the pass-through list.`;
  }
  if (hello.alpn.length === 0 || hello.alpn.includes('http/1.1')) return null;
  return `Passed through unread: the client offers only ${hello.alpn.join(', ')}, and only HTTP/1.1 can be read so far.`;
}

function distrust(
  context: ProxyContext,
  host: string,
  serverName: string | null,
  problem: Failure | null,
): Failure | null {
  if (problem === null || context.insecureHosts.has(host)) return null;
  if (serverName !== null && context.insecureHosts.has(serverName)) return null;
  return {
    code: `upstream-${problem.code}`,
    message: `${problem.message} Nothing was sent to the server. To go on all the same, accept the certificate for ${serverName ?? host}.`,
  };
}

function startMinting(context: ProxyContext, host: string): Promise<Result<SecureContext>> {
  const names = leafNames([host]);
  if (!names.ok) return Promise.resolve(names);
  return context.minter.contextFor(names.value).then(
    (value) => ({ ok: true, value }),
    (error: unknown) => mintFailure(error),
  );
}

async function contextFor(
  context: ProxyContext,
  host: string,
  serverName: string | null,
  subjectAltName: string | undefined,
  minted: Promise<Result<SecureContext>> | null,
): Promise<Result<SecureContext>> {
  if (minted !== null && (serverName === host || (serverName === null && subjectAltName === undefined))) {
    return minted;
  }
  const names = serverName === null ? leafNamesLike(host, subjectAltName) : leafNames([serverName]);
  if (!names.ok) return names;
  try {
    return { ok: true, value: await context.minter.contextFor(names.value) };
  } catch (error) {
    return mintFailure(error);
  }
}

function mintFailure(error: unknown): Result<never> {
  const message = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    error: { code: 'mint-failed', message: `No certificate could be made for this host: ${message}` },
  };
}

/** A row for a connection that never came to carry a request. */
function failTls(context: ProxyContext, request: ConnectRequest, failure: Failure, server?: Leg): void {
  const draft = beginTunnel(context, request);
  draft.fields.scheme = 'tls';
  if (server !== undefined) draft.attachServer(server);
  draft.fail(failure.code, failure.message);
}

function beginTunnel(context: ProxyContext, { client, destination, head }: ConnectRequest): Draft {
  return context.recorder.begin({
    protocol: 'tunnel',
    method: 'CONNECT',
    scheme: 'tcp',
    host: destination.host,
    port: destination.port,
    path: '',
    startedAtUs: head.firstByteAtUs,
    clientLeg: client,
  });
}

type Draft = ReturnType<ProxyContext['recorder']['begin']>;

/** Answers a CONNECT that cannot be served with 502 and a page that names the cause. */
export function refuseConnect(
  context: ProxyContext,
  request: ConnectRequest,
  failure: Failure,
  describe: (draft: Draft) => void = () => undefined,
): void {
  const draft = beginTunnel(context, request);
  describe(draft);
  draft.putHead('request', request.head.raw, request.head.atUs);
  draft.fields.status = 502;
  draft.fields.statusText = 'Bad Gateway';
  draft.fail(failure.code, failure.message);
  request.client.raw.end(failurePage(502, 'Bad Gateway', failure));
  request.client.raw.resume();
}

/** The client speaks TLS with us, the server cannot be spoken to: the first request gets the page and the row. */
function answerWithFailure(
  context: ProxyContext,
  request: ConnectRequest,
  failure: Failure,
  server: Leg | null,
): void {
  const { client, destination } = request;
  const socket = client.socket();
  let answered = false;
  const requests: Http1Requests = createHttp1Requests(nodePlatform, (event) => {
    if (event.type !== 'request-head' || answered) return;
    answered = true;
    const draft = context.recorder.begin({
      protocol: event.version.toLowerCase(),
      method: event.method,
      scheme: 'https',
      host: destination.host,
      port: destination.port,
      path: event.target,
      startedAtUs: event.firstByteAtUs,
      clientLeg: client,
    });
    if (server !== null) draft.attachServer(server);
    draft.putHead('request', event.raw, event.atUs);
    draft.fields.status = 502;
    draft.fields.statusText = 'Bad Gateway';
    draft.fail(failure.code, failure.message);
    socket.end(failurePage(502, 'Bad Gateway', failure));
  });
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    requests.bytes(chunk, nowUs());
  });
  socket.once('end', () => {
    if (!answered) failTls(context, request, failure, server ?? undefined);
    answered = true;
    socket.end();
  });
}
