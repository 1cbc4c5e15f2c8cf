import { isIP } from 'node:net';
import type { Failure, Result } from '../../../core/model/result.ts';
import { speaksTls, upstreamHostField, type Upstream } from '../../../core/model/reverse-proxy.ts';
import { looksLikeHttp1Request } from '../../../core/observers/http1.ts';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { answerableProtocol, answerWithFailure, failTls } from './answer-failure.ts';
import { refuseArrival, type Arrival } from './arrival.ts';
import {
  openingWithin,
  readOpening,
  whoSpeaksFirst,
  type Opening,
  type OpeningReader,
} from './client-opening.ts';
import { nowUs } from './clock.ts';
import type { DialReport } from './dial.ts';
import { distrust, intercept } from './intercept.ts';
import { contextFor } from './leaf-contexts.ts';
import type { Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { secureClientLeg, secureServerLeg } from './secure-legs.ts';
import { reachServer } from './server-leg.ts';
import { tap } from './tap.ts';
import type { TapOptions } from './tap-reader.ts';
import { dialThrough, type WayDial } from './upstream/dial-through.ts';

/** Where a reverse proxy passes its clients on to. */
export interface ReverseTarget {
  readonly upstream: Upstream;
  /** Whether requests get the upstream's Host field. */
  readonly rewriteHost: boolean;
}

/** How long a client is waited for that may want to hear the server first, before the server is spoken to in TLS. */
const silentMs = 300;
/** How long a client may take to show what it speaks, so that it hears of a failure in that. */
const refusedSilentMs = 1_000;

interface Reverse {
  readonly context: ProxyContext;
  readonly target: ReverseTarget;
  readonly client: Leg;
  readonly opening: OpeningReader;
  readonly arrival: Arrival;
}

/** One connection to a reverse proxy, from its first bytes to the joined legs. Never rejects. */
export async function serveReverse(context: ProxyContext, target: ReverseTarget, client: Leg): Promise<void> {
  const { upstream } = target;
  const { host } = upstream;
  client.note({ way: 'reverse' });
  const opening = readOpening(client);
  const reach = (): WayDial => dialUpstream(context, upstream);
  const reverse = {
    context,
    target,
    client,
    opening,
    arrival: { ...reverseArrival(target, client), reach },
  };
  if (upstream.scheme === 'https') {
    // Nothing is known of how to speak to the server before the client has spoken.
    const first = await opening.outcome;
    if (first.kind === 'silent' || first.kind === 'gone') {
      client.drop();
      return;
    }
  }
  const reached = await reachServer(client, reach(), host);
  if (!reached.ok) {
    const first = await openingWithin(opening, refusedSilentMs);
    await refuse(reverse, first, reached.error, { server: null, report: reached.report });
    return;
  }
  const { server } = reached;
  if (context.passThroughHosts.has(host)) {
    const first = opening.stop();
    join(reverse, server, first, null, `Passed through unread: ${host} is on the pass-through list.`);
  } else if (speaksTls(upstream)) {
    await joinOverTls(reverse, server);
  } else {
    await joinWhenSpokenTo(reverse, server, opening);
  }
}

/**
 * Goes as the router says. Through an HTTP proxy this is a tunnel for `http://` too: in absolute form that proxy would
 * put a Host field of its own in place of the client's (RFC 9112 section 3.2.2), and only HTTP/1 would pass.
 */
function dialUpstream(context: ProxyContext, { scheme, host, port }: Upstream): WayDial {
  return dialThrough(context, { scheme: scheme === 'http' ? 'http' : 'https', host, port }, 'tunnel');
}

function reverseArrival({ upstream, rewriteHost }: ReverseTarget, client: Leg): Arrival {
  const { host, port } = upstream;
  return {
    client,
    way: 'reverse',
    destination: { host, port },
    early: null,
    startedAtUs: client.openedAtUs,
    head: null,
    confirm: () => undefined,
    refuse: () => {
      client.reset();
      return null;
    },
    askedAs: {
      serverName: isIP(host) === 0 ? host : null,
      ownAddress: `IP Address:${client.local.address}`,
    },
    joined: {
      hostIsFixed: true,
      ...(rewriteHost ? { rewriteHost: upstreamHostField(upstream) } : {}),
    },
  };
}

/** Waits for either side, ends the client's TLS if it begins with it, and joins the legs. */
async function joinWhenSpokenTo(reverse: Reverse, server: Leg, opening: OpeningReader): Promise<void> {
  const spoken = await whoSpeaksFirst(opening, server);
  if (spoken.client.kind !== 'tls') {
    join(reverse, server, spoken.client, spoken.server, null);
    return;
  }
  const { hello, bytes } = spoken.client;
  const offered = hello.alpn;
  const alpn = offered.includes('http/1.1') ? 'http/1.1' : (offered[0] ?? null);
  const secured = await endClientTls(reverse, hello, bytes, alpn);
  if (secured.ok) {
    join(reverse, server, { kind: 'silent' }, spoken.server, null);
    return;
  }
  failTls(reverse.context, { arrival: reverse.arrival, failure: secured.error, server });
  server.drop();
}

/** TLS with the server: as the client offers when it speaks TLS, too, else as what it says wants it. */
async function joinOverTls(reverse: Reverse, server: Leg): Promise<void> {
  const { context, arrival, client, opening } = reverse;
  const { upstream, rewriteHost } = reverse.target;
  const first = upstream.scheme === 'https' ? await opening.outcome : await openingWithin(opening, silentMs);
  if (first.kind === 'gone') {
    join(reverse, server, first, null, null);
    return;
  }
  if (first.kind === 'tls') {
    const { hello, bytes } = first;
    const offered = rewriteHost && hello.alpn.length > 0 ? ['http/1.1'] : hello.alpn;
    await intercept(context, arrival, server, { ...hello, alpn: offered }, bytes, null);
    return;
  }
  const serverName = arrival.askedAs?.serverName ?? null;
  const { contexts, identityFor } = context.tls;
  const { host, port } = upstream;
  const secured = await secureServerLeg(context, {
    ...{ leg: server, host, port, serverName },
    alpn: protocolsFor(upstream, first),
    offer: contexts.plain(null, identityFor(serverName ?? host), false),
  });
  const refusal = secured.ok
    ? distrust(context, upstream.host, serverName, secured.value.trustProblem)
    : secured.error;
  if (refusal !== null) {
    await refuse(reverse, first, refusal, { server: secured.ok ? server : null, report: null });
    server.drop();
  } else if (first.kind === 'silent') {
    await joinWhenSpokenTo(reverse, server, readOpening(client));
  } else {
    join(reverse, server, first, null, null);
  }
}

/** What is offered to a server by ALPN for a client that speaks no TLS itself. */
function protocolsFor({ scheme }: Upstream, first: Opening): readonly string[] {
  if (first.kind === 'http2') return ['h2'];
  const isHttp = first.kind === 'other' && looksLikeHttp1Request(first.bytes, first.bytes.length) !== 'no';
  return scheme === 'https' || isHttp ? ['http/1.1'] : [];
}

function join(
  reverse: Reverse,
  server: Leg,
  first: Opening,
  serverFirst: Buffer | null,
  unread: string | null,
): void {
  const { context, client, arrival, target } = reverse;
  const spoke = 'bytes' in first;
  const options: TapOptions = {
    recorder: context.recorder,
    client,
    server,
    ...arrival.destination,
    ...arrival.joined,
    scheme: speaksTls(target.upstream) ? 'https' : 'http',
    clientFirst: spoke ? first.bytes : null,
    ...(spoke ? { clientFirstAtUs: first.atUs } : {}),
    serverFirst,
    ownUs: 0,
    unread: first.kind === 'gone' ? 'Neither side said anything before the connection was closed.' : unread,
  };
  tap(options);
}

/** The client hears in its own protocol why it is not served; one whose protocol has no words for that gets a reset. */
async function refuse(
  reverse: Reverse,
  first: Opening,
  failure: Failure,
  { server, report }: { readonly server: Leg | null; readonly report: DialReport | null },
): Promise<void> {
  const { context, arrival, target } = reverse;
  const unreachable = {
    arrival,
    failure,
    server,
    report,
    scheme: speaksTls(target.upstream) ? ('https' as const) : ('http' as const),
  };
  if (first.kind === 'tls') {
    const secured = await endClientTls(
      reverse,
      first.hello,
      first.bytes,
      answerableProtocol(first.hello.alpn),
    );
    if (secured.ok) answerWithFailure(context, unreachable);
    else failTls(context, { ...unreachable, failure: secured.error });
  } else if (first.kind === 'http2') {
    answerWithFailure(context, { ...unreachable, first });
  } else if (first.kind === 'other' && looksLikeHttp1Request(first.bytes, first.bytes.length) !== 'no') {
    answerWithFailure(context, { ...unreachable, first });
  } else {
    refuseArrival(context, arrival, failure, report);
  }
}

/** TLS with the client, in place of the upstream, with a certificate for the name that it asks for. */
async function endClientTls(
  { context, client, arrival }: Reverse,
  hello: ClientHello,
  bytes: Buffer,
  alpn: string | null,
): Promise<Result<unknown>> {
  const { host } = arrival.destination;
  const { serverName } = hello;
  const leaf = await contextFor(context, host, serverName, arrival.askedAs?.ownAddress, null);
  if (leaf.ok) {
    return secureClientLeg(context, {
      ...{ leg: client, context: leaf.value, alpn, hello, helloBytes: bytes, beganAtUs: nowUs() },
      host: serverName ?? host,
    });
  }
  client.drop();
  return leaf;
}
