import type { SecureContext } from 'node:tls';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import type { Failure, Result } from '../../../core/model/result.ts';
import { answerableProtocol, answerWithFailure, failTls } from './answer-failure.ts';
import type { Arrival } from './arrival.ts';
import { secureClient } from './client-tls.ts';
import { nowUs } from './clock.ts';
import { contextFor } from './leaf-contexts.ts';
import type { Leg } from './leg.ts';
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
    alpn: hello.alpn,
    context: context.upstreamContext,
  });
  const waitingSinceUs = nowUs();
  const names = upstream.ok ? upstream.value.subjectAltName : undefined;
  const leaf = await contextFor(context, host, serverName, names, minted);
  if (!leaf.ok) {
    server.drop();
    failTls(context, { arrival, failure: leaf.error, server: null });
    client.drop();
    return;
  }
  const ownUs = nowUs() - waitingSinceUs;
  const refusal = upstream.ok
    ? distrust(context, host, serverName, upstream.value.trustProblem)
    : upstream.error;
  const alpn = refusal === null ? (server.tls()?.alpn ?? null) : answerableProtocol(hello.alpn);
  const secured = await secureClient({
    leg: client,
    context: leaf.value,
    alpn,
    serverName,
    hello: helloBytes,
  });
  if (!secured.ok) {
    failTls(context, { arrival, failure: secured.error, server });
    server.drop();
    return;
  }
  if (refusal !== null) {
    answerWithFailure(context, { arrival, failure: refusal, server: upstream.ok ? server : null });
    server.drop();
    return;
  }
  tap({ ...shared, ownUs, clientFirst: null, serverFirst: null, unread: null });
}

function reasonToPass(context: ProxyContext, { serverName }: ClientHello): string | null {
  if (serverName === null || !context.passThroughHosts.has(serverName)) return null;
  return `Passed through unread: ${serverName} is on the pass-through list.`;
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
