import type { SecureContext, TLSSocket } from 'node:tls';
import type { Result } from '../../../core/model/result.ts';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { fingerprint } from '../../../core/observers/tls-fingerprint.ts';
import { secureClient } from './client-tls.ts';
import type { Leg } from './leg.ts';
import { nodePlatform } from './platform.ts';
import type { ProxyContext } from './proxy-context.ts';
import type { UpstreamOffer } from './upstream-contexts.ts';
import { secureUpstream, type UpstreamTls } from './upstream-tls.ts';

/** What a client has said, and what it is answered with. */
export interface ClientHandshake {
  readonly leg: Leg;
  readonly context: SecureContext;
  /** Null: none. */
  readonly alpn: string | null;
  /** For words about it. */
  readonly host: string;
  readonly hello: ClientHello;
  readonly helloBytes: Buffer;
  /** Since when the client waits for an answer to it. */
  readonly beganAtUs: number;
}

/** `secureClient` as the settings say; what the hello tells of the client is noted with its leg. */
export async function secureClientLeg(
  { tls }: ProxyContext,
  handshake: ClientHandshake,
): Promise<Result<TLSSocket>> {
  const { leg, host, hello } = handshake;
  const seen = fingerprint(hello, nodePlatform);
  leg.note({ ...seen, alpnOffered: hello.alpn });
  const clientKey = `${leg.remote.address} ${seen.ja4}`;
  const secured = await secureClient({
    ...handshake,
    timeoutMs: tls.handshakeTimeoutMs,
    keepKeys: tls.keepKeys(),
    acceptedBefore: tls.acceptance.hasAccepted(clientKey, host),
  });
  if (secured.ok) tls.acceptance.accepted(clientKey, host);
  return secured;
}

/** Whom a server leg is secured with. */
export interface ServerHandshake {
  readonly leg: Leg;
  readonly host: string;
  readonly port: number;
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly offer: UpstreamOffer;
}

/** `secureUpstream` as the settings say. */
export function secureServerLeg(
  { tls }: ProxyContext,
  handshake: ServerHandshake,
): Promise<Result<UpstreamTls>> {
  const { sessions, ownHellos, keepKeys, handshakeTimeoutMs } = tls;
  return secureUpstream({
    ...handshake,
    ...{ sessions, ownHellos },
    keepKeys: keepKeys(),
    timeoutMs: handshakeTimeoutMs,
  });
}
