import type { SecureContext } from 'node:tls';
import { createHttp1Requests, type Http1Requests } from '../../../core/observers/http1.ts';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import type { Failure, Result } from '../../../core/model/result.ts';
import { failurePage } from './answer.ts';
import { beginTunnel, type Arrival } from './arrival.ts';
import { secureClient } from './client-tls.ts';
import { nowUs } from './clock.ts';
import { contextFor } from './leaf-contexts.ts';
import type { Leg } from './leg.ts';
import { nodePlatform } from './platform.ts';
import type { ProxyContext } from './proxy-context.ts';
import { tap } from './tap.ts';
import { secureUpstream } from './upstream-tls.ts';

/** TLS with the server first, then with the client as the server chose, then the joined legs. Never rejects. */
export async function intercept(
  context: ProxyContext,
  arrival: Arrival,
  server: Leg,
  hello: ClientHello,
  helloBytes: Buffer,
  minted: Promise<Result<SecureContext>> | null,
): Promise<void> {
  const { client, destination } = arrival;
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
    failTls(context, arrival, leaf.error);
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
    failTls(context, arrival, secured.error, server);
    server.drop();
    return;
  }
  if (refusal !== null) {
    answerWithFailure(context, arrival, refusal, upstream.ok ? server : null);
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

/** A row for a connection that never came to carry a request. */
function failTls(context: ProxyContext, arrival: Arrival, failure: Failure, server?: Leg): void {
  const draft = beginTunnel(context, arrival);
  draft.fields.scheme = 'tls';
  if (server !== undefined) draft.attachServer(server);
  draft.fail(failure.code, failure.message);
}

/** The client speaks TLS with us, the server cannot be spoken to: the first request gets the page and the row. */
function answerWithFailure(
  context: ProxyContext,
  arrival: Arrival,
  failure: Failure,
  server: Leg | null,
): void {
  const { client, destination } = arrival;
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
    if (!answered) failTls(context, arrival, failure, server ?? undefined);
    answered = true;
    socket.end();
  });
}
