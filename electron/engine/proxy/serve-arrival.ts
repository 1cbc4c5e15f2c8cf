import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { portalHost } from '../../../core/portal/portal.ts';
import { refuseArrival, type Arrival } from './arrival.ts';
import { awaitFirstBytes } from './first-bytes.ts';
import { intercept } from './intercept.ts';
import { startMinting } from './leaf-contexts.ts';
import type { ProxyContext } from './proxy-context.ts';
import { servePortalArrival } from './serve-portal-arrival.ts';
import { reachServer } from './server-leg.ts';
import { tap } from './tap.ts';
import { dialThrough } from './upstream/dial-through.ts';

/** Serves a client from the dial to the joined legs. Never rejects. */
export async function serveArrival(context: ProxyContext, arrival: Arrival): Promise<void> {
  const { client, destination, early } = arrival;
  const { host, port } = destination;
  if (host === portalHost) {
    await servePortalArrival(context, arrival);
    return;
  }
  const unread = context.passThroughHosts.has(host);
  const saidItsName = arrival.way !== 'transparent';
  const minted = unread || !saidItsName ? null : startMinting(context, host);
  const dialling = arrival.reach?.() ?? dialThrough(context, { scheme: 'https', host, port }, 'tunnel');
  const reached = await reachServer(client, dialling, host);
  if (!reached.ok) {
    refuseArrival(context, arrival, reached.error, reached.report);
    return;
  }
  const { server } = reached;
  arrival.confirm(server);
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
      await intercept(
        context,
        saidItsName ? arrival : named(arrival, first.hello),
        server,
        first.hello,
        first.client,
        minted,
      );
      return;
    default:
      first satisfies never;
  }
}

/** A redirected client says no more than an address until its TLS names the host. */
function named(arrival: Arrival, { serverName }: ClientHello): Arrival {
  const { host, port } = arrival.destination;
  return { ...arrival, destination: { host: serverName?.toLowerCase() ?? host, port } };
}
