import type { SecureContext } from 'node:tls';
import { certificateFailure } from '../../../core/model/tls-failures.ts';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { fingerprint } from '../../../core/observers/tls-fingerprint.ts';
import type { Failure, Result } from '../../../core/model/result.ts';
import { answerableProtocol, answerWithFailure, failTls } from './answer-failure.ts';
import type { Arrival } from './arrival.ts';
import { secureClient } from './client-tls.ts';
import { nowUs } from './clock.ts';
import { dialAgain } from './dial-again.ts';
import { contextFor } from './leaf-contexts.ts';
import type { Leg } from './leg.ts';
import { nodePlatform } from './platform.ts';
import type { ProxyContext } from './proxy-context.ts';
import { tap } from './tap.ts';
import type { UpstreamOffer } from './upstream-contexts.ts';
import { secureUpstream, type UpstreamTls } from './upstream-tls.ts';

/** TLS with the server first, then with the client as the server chose, then the joined legs. Never rejects. */
export async function intercept(
  context: ProxyContext,
  arrival: Arrival,
  dialled: Leg,
  hello: ClientHello,
  helloBytes: Buffer,
  minted: Promise<Result<SecureContext>> | null,
): Promise<void> {
  const { client, destination } = arrival;
  const { host, port } = destination;
  const { recorder } = context;
  const shared = { recorder, client, host, port, scheme: 'https' as const };
  const unreadBecause = reasonToPass(context, hello);
  if (unreadBecause !== null) {
    const passed = { clientFirst: helloBytes, serverFirst: null, unread: unreadBecause };
    tap({ ...shared, ...passed, server: dialled, ownUs: 0 });
    return;
  }
  const { tls } = context;
  const seen = fingerprint(hello, nodePlatform);
  client.note({ ...seen, alpnOffered: hello.alpn });
  const { serverName } = hello;
  const { leg: server, upstream } = await reachServer(context, arrival, dialled, hello);
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
  const place = serverName ?? host;
  const clientKey = `${client.remote.address} ${seen.ja4}`;
  const secured = await secureClient({
    leg: client,
    context: leaf.value,
    alpn,
    host: place,
    hello,
    helloBytes,
    timeoutMs: tls.handshakeTimeoutMs,
    keepKeys: tls.keepKeys(),
    acceptedBefore: tls.acceptance.hasAccepted(clientKey, place),
  });
  if (!secured.ok) {
    failTls(context, { arrival, failure: secured.error, server });
    server.drop();
    return;
  }
  tls.acceptance.accepted(clientKey, place);
  if (refusal !== null) {
    answerWithFailure(context, { arrival, failure: refusal, server: upstream.ok ? server : null });
    server.drop();
    return;
  }
  tap({ ...shared, server, ownUs, clientFirst: null, serverFirst: null, unread: null });
}

/**
 * Offers the server what the client offers; if it takes none of that, once more what the runtime would, and what is old
 * and weak too where somebody has accepted that of this server.
 */
async function reachServer(
  context: ProxyContext,
  { destination }: Arrival,
  dialled: Leg,
  hello: ClientHello,
): Promise<{ leg: Leg; upstream: Result<UpstreamTls> }> {
  const { host, port } = destination;
  const { serverName, alpn } = hello;
  const { contexts, sessions, ownHellos, identityFor, keepKeys, handshakeTimeoutMs } = context.tls;
  const identity = identityFor(serverName ?? host);
  const secure = (leg: Leg, offer: UpstreamOffer): Promise<Result<UpstreamTls>> =>
    secureUpstream({
      ...{ leg, host, port, serverName, alpn, offer, sessions, ownHellos },
      keepKeys: keepKeys(),
      timeoutMs: handshakeTimeoutMs,
    });
  const upstream = await secure(dialled, contexts.like(hello, identity));
  const weak = isAccepted(context, host, serverName);
  const mendable = weak ? weaknessCodes : refusedSetCodes;
  if (upstream.ok || !mendable.includes(upstream.error.code)) return { leg: dialled, upstream };
  const again = await dialAgain(context, destination);
  if (again === null) return { leg: dialled, upstream };
  return { leg: again, upstream: await secure(again, contexts.plain(hello, identity, weak)) };
}

const refusedSetCodes: readonly string[] = ['upstream-no-shared-cipher', 'upstream-needs-openssl'];
const weaknessCodes: readonly string[] = [
  ...refusedSetCodes,
  'upstream-tls-version',
  'upstream-key-too-small',
];

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
  if (problem === null || isAccepted(context, host, serverName)) return null;
  const said = { ...problem, message: `${problem.message} Nothing was sent to the server.` };
  return certificateFailure(said, serverName ?? host);
}

/** Somebody has said that this server's certificate, and its weakness, are accepted. */
function isAccepted({ insecureHosts }: ProxyContext, host: string, serverName: string | null): boolean {
  return insecureHosts.has(host) || (serverName !== null && insecureHosts.has(serverName));
}
