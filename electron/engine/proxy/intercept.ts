import type { SecureContext } from 'node:tls';
import { certificateFailure, tlsFailure } from '../../../core/model/tls-failures.ts';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import type { Failure, Result } from '../../../core/model/result.ts';
import { answerableProtocol, answerWithFailure, failTls } from './answer-failure.ts';
import type { Arrival } from './arrival.ts';
import { nowUs } from './clock.ts';
import { dialAgain } from './dial-again.ts';
import { contextFor } from './leaf-contexts.ts';
import type { Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { secureClientLeg, secureServerLeg } from './secure-legs.ts';
import { tap } from './tap.ts';
import type { UpstreamOffer } from './upstream-contexts.ts';
import type { UpstreamTls } from './upstream-tls.ts';

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
  const shared = { recorder, client, host, port, scheme: 'https' as const, ...arrival.joined };
  const unreadBecause = reasonToPass(context, hello);
  if (unreadBecause !== null) {
    const passed = { clientFirst: helloBytes, serverFirst: null, unread: unreadBecause };
    tap({ ...shared, ...passed, server: dialled, ownUs: 0 });
    return;
  }
  const { serverName } = hello;
  const upstreamName = upstreamNameOf(arrival, hello);
  const beganAtUs = nowUs();
  const { leg: server, upstream } = await reachServer(context, arrival, dialled, hello);
  const waitingSinceUs = nowUs();
  const names = [upstream.ok ? upstream.value.subjectAltName : undefined, arrival.askedAs?.ownAddress];
  const known = names.filter((each) => each !== undefined).join(', ') || undefined;
  const leaf = await contextFor(context, host, serverName, known, minted);
  if (!leaf.ok) {
    server.drop();
    failTls(context, { arrival, failure: leaf.error, server: null });
    client.drop();
    return;
  }
  const ownUs = nowUs() - waitingSinceUs;
  const refusal = upstream.ok
    ? distrust(context, host, upstreamName, upstream.value.trustProblem)
    : upstream.error;
  const alpn = refusal === null ? (server.tls()?.alpn ?? null) : answerableProtocol(hello.alpn);
  const secured = await secureClientLeg(context, {
    leg: client,
    context: leaf.value,
    alpn,
    host: serverName ?? host,
    hello,
    helloBytes,
    beganAtUs,
  });
  if (!secured.ok) {
    failTls(context, { arrival, failure: secured.error, server });
    server.drop();
    return;
  }
  const failure = refusal ?? lostMeanwhile(server, serverName ?? host);
  if (failure !== null) {
    answerWithFailure(context, { arrival, failure, server: upstream.ok ? server : null });
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
  arrival: Arrival,
  dialled: Leg,
  hello: ClientHello,
): Promise<{ leg: Leg; upstream: Result<UpstreamTls> }> {
  const { destination } = arrival;
  const { host, port } = destination;
  const { alpn } = hello;
  const serverName = upstreamNameOf(arrival, hello);
  const { contexts, identityFor } = context.tls;
  const identity = identityFor(serverName ?? host);
  const secure = (leg: Leg, offer: UpstreamOffer): Promise<Result<UpstreamTls>> =>
    secureServerLeg(context, { leg, host, port, serverName, alpn, offer });
  const upstream = await secure(dialled, contexts.like(hello, identity));
  const weak = isAccepted(context, host, serverName);
  const mendable = weak ? weaknessCodes : refusedSetCodes;
  if (upstream.ok || !mendable.includes(upstream.error.code)) return { leg: dialled, upstream };
  const again = await dialAgain(context, arrival);
  if (again === null) return { leg: dialled, upstream };
  return { leg: again, upstream: await secure(again, contexts.plain(hello, identity, weak)) };
}

/** What the server is asked for by name. */
function upstreamNameOf({ askedAs }: Arrival, { serverName }: ClientHello): string | null {
  return askedAs === undefined ? serverName : askedAs.serverName;
}

const refusedSetCodes: readonly string[] = ['upstream-no-shared-cipher', 'upstream-needs-openssl'];
const weaknessCodes: readonly string[] = [
  ...refusedSetCodes,
  'upstream-tls-version',
  'upstream-key-too-small',
];

/** A server of TLS 1.3 may refuse, or leave, while the client still shakes hands. */
function lostMeanwhile(server: Leg, host: string): Failure | null {
  if (server.fault() !== null) return server.fault();
  return server.socket().destroyed ? tlsFailure('upstream-tls-closed', host, { detail: host }) : null;
}

function reasonToPass(context: ProxyContext, { serverName }: ClientHello): string | null {
  if (serverName === null || !context.passThroughHosts.has(serverName)) return null;
  return `Passed through unread: ${serverName} is on the pass-through list.`;
}

/** Why nothing is sent to a server with this problem; null when its certificate is accepted all the same. */
export function distrust(
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
