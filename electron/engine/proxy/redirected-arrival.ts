import type { ClientProcess } from '../system/client-process.ts';
import type { RedirectedConnection } from '../system/redirect-channel.ts';
import type { Arrival } from './arrival.ts';
import { findClient } from './client-leg.ts';
import { nowUs } from './clock.ts';
import { normalizeAddress } from './destination.ts';
import type { DialReport } from './dial.ts';
import { createLeg, type Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { serveArrival } from './serve-arrival.ts';
import { dialThrough, type WayDial } from './upstream/dial-through.ts';

/** What is known of all connections that come redirected from one place. */
export interface RedirectedFrom {
  /** The program in a network of its own, which nobody finds by its address; null: looked for as others are. */
  readonly process: Promise<ClientProcess | null> | null;
  /** Whether UDP port 443 is refused there. */
  readonly quicRefused: boolean;
}

/** Serves a client that knows of no proxy, from the dial to the joined legs. */
export function serveRedirected(
  context: ProxyContext,
  connection: RedirectedConnection,
  { process, quicRefused }: RedirectedFrom,
): void {
  const { socket, destination } = connection;
  const client = createLeg({
    role: 'client',
    raw: socket,
    dialled: null,
    hostName: null,
    process: process ?? findClient(context, socket, destination.address, destination.port),
    quicRefused,
  });
  client.note({ way: 'transparent' });
  void serveArrival(context, redirectedArrival(context, client, connection));
}

/** Its host is an address; what else it is called is said by the client's TLS and requests. */
function redirectedArrival(
  context: ProxyContext,
  client: Leg,
  { destination, reached }: RedirectedConnection,
): Arrival {
  const host = normalizeAddress(destination.address);
  const { port } = destination;
  let inside = reached;
  inside?.on('error', () => undefined);
  return {
    client,
    way: 'transparent',
    destination: { host, port },
    early: null,
    startedAtUs: client.openedAtUs,
    head: null,
    confirm: () => undefined,
    refuse: () => {
      client.reset();
      return null;
    },
    reach: () => {
      if (reached === null) return wayTo(context, host, port);
      const way = insideWay(inside);
      inside = null;
      return way;
    },
  };
}

/**
 * A program whose `::1` is redirected cannot know that a service listens on `127.0.0.1` only: it was connected before it
 * could be refused, and so would not try the other one.
 */
function wayTo(context: ProxyContext, host: string, port: number): WayDial {
  const first = dialThrough(context, { scheme: 'https', host, port }, 'tunnel');
  if (host !== '::1') return first;
  let way = first;
  const outcome = first.outcome.then((reached) => {
    if (reached.ok || reached.error.code === 'cancelled') return reached;
    way = dialThrough(context, { scheme: 'https', host: '127.0.0.1', port }, 'tunnel');
    return way.outcome;
  });
  return { outcome, cancel: () => way.cancel() };
}

/** The socket that was handed over; there is no second one to be had, since its place cannot be reached from here. */
function insideWay(socket: RedirectedConnection['reached']): WayDial {
  const atUs = nowUs();
  const report: DialReport = {
    openedAtUs: atUs,
    dnsFromUs: null,
    dnsToUs: null,
    connectFromUs: null,
    connectToUs: null,
    attempts: [],
    via: null,
    readyAtUs: atUs,
    note: null,
  };
  const outcome: Awaited<WayDial['outcome']> =
    socket === null
      ? {
          ok: false,
          error: { code: 'connect-failed', message: 'The program is not reached a second time from here.' },
          report,
        }
      : { ok: true, socket, wire: socket, forward: null, report };
  return { outcome: Promise.resolve(outcome), cancel: () => undefined };
}
