import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { refuseArrival, type Arrival } from './arrival.ts';
import { awaitFirstBytes } from './first-bytes.ts';
import { intercept } from './intercept.ts';
import { startMinting } from './leaf-contexts.ts';
import { createLeg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { tap } from './tap.ts';
import { dialThrough } from './upstream/dial-through.ts';

/** Serves a client from the dial to the joined legs. Never rejects. */
export async function serveArrival(context: ProxyContext, arrival: Arrival): Promise<void> {
  const { client, destination, early } = arrival;
  const { host, port } = destination;
  const unread = context.passThroughHosts.has(host);
  const saidItsName = arrival.way !== 'transparent';
  const minted = unread || !saidItsName ? null : startMinting(context, host);
  const dialling = arrival.reach?.() ?? dialThrough(context, { scheme: 'https', host, port }, 'tunnel');
  client.raw.once('close', dialling.cancel);
  const dialled = await dialling.outcome;
  client.raw.removeListener('close', dialling.cancel);
  if (!dialled.ok) {
    refuseArrival(context, arrival, dialled.error, dialled.report);
    return;
  }
  const server = createLeg({
    role: 'server',
    raw: dialled.socket,
    wire: dialled.wire,
    dialled: dialled.report,
    hostName: host,
  });
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
