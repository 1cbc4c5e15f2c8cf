import type { SecureContext, TLSSocket } from 'node:tls';
import type { RefusalHow } from '../../../core/devices/device-facts.ts';
import type { Failure, Result } from '../../../core/model/result.ts';
import type { TlsFailureCode } from '../../../core/model/tls-failures.ts';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { fingerprint } from '../../../core/observers/tls-fingerprint.ts';
import { portalHost } from '../../../core/portal/portal.ts';
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
  /** It speaks TLS with the proxy itself, which says nothing of servers. */
  readonly isWithProxy?: true;
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
  if (handshake.isWithProxy !== true) noteRefusal(leg, host, secured);
  return secured;
}

/** How the failures of a handshake count that may be for want of trust. */
const refusals: Readonly<Record<string, RefusalHow>> = {
  'client-distrusts-ca': 'unknown-ca',
  'client-refuses-certificate': 'refused',
  'client-pins-certificate': 'refused',
  'client-tls-closed': 'closed',
  'client-tls-reset': 'closed',
  'client-closed-unused': 'closed',
} satisfies Partial<Record<TlsFailureCode, RefusalHow>>;

/** What a paired device has against our certificate: also what it says only behind the handshake, as TLS 1.3 has it. */
function noteRefusal(leg: Leg, host: string, secured: Result<TLSSocket>): void {
  const { visitor } = leg;
  if (visitor === null) return;
  const isPortal = host === portalHost;
  const refused = (failure: Failure): void => {
    const how = refusals[failure.code];
    if (how !== undefined) visitor.note({ type: 'refused-certificate', host, isPortal, how });
  };
  if (!secured.ok) {
    refused(secured.error);
    return;
  }
  secured.value.once('close', () => {
    const fault = leg.fault();
    if (fault !== null) refused(fault);
  });
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
