import { portalHost } from '../../../core/portal/portal.ts';
import type { Arrival } from './arrival.ts';
import { awaitFirstBytes } from './first-bytes.ts';
import { contextFor } from './leaf-contexts.ts';
import type { Leg } from './leg.ts';
import { createTargetReader } from './destination.ts';
import type { ProxyContext } from './proxy-context.ts';
import { secureClientLeg } from './secure-legs.ts';
import { servePages } from './serve-pages.ts';
import { portalAnswer } from './serve-portal.ts';
import { nowUs } from './clock.ts';

/**
 * The portal through a tunnel, over TLS or without: nothing is dialled and no session tells of it. Over TLS it is seen only by who trusts the CA, which
 * is how that is found out. Never rejects.
 */
export async function servePortalArrival(context: ProxyContext, arrival: Arrival): Promise<void> {
  const { client, early } = arrival;
  arrival.confirm(client);
  const first = await awaitFirstBytes(client, null, early);
  switch (first.kind) {
    case 'gone':
      client.drop();
      return;
    case 'other':
      servePortalPages(context, client, first.client, false);
      return;
    case 'tls': {
      const { hello, client: helloBytes } = first;
      const leaf = await contextFor(context, portalHost, hello.serverName, undefined, null);
      if (!leaf.ok) {
        client.drop();
        return;
      }
      const secured = await secureClientLeg(context, {
        leg: client,
        context: leaf.value,
        alpn: hello.alpn.includes('http/1.1') ? 'http/1.1' : null,
        host: portalHost,
        hello,
        helloBytes,
        beganAtUs: nowUs(),
      });
      if (secured.ok) servePortalPages(context, client, null, true);
      return;
    }
    default:
      first satisfies never;
  }
}

function servePortalPages(context: ProxyContext, client: Leg, first: Buffer | null, isSecure: boolean): void {
  const readTarget = createTargetReader();
  servePages(client.socket(), first, (request, isLast) => {
    const { visitor } = client;
    if (isSecure) visitor?.note({ type: 'took-certificate' });
    const path = readTarget(request.target, request.method)?.path ?? request.target;
    const visit = { client, path, isThroughProxy: true, lacksPassword: false, visitor };
    return { bytes: portalAnswer({ ...request, close: isLast }, context.portal(), visit), ends: isLast };
  });
}
