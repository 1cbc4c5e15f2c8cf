import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { openPlace, type Place } from './conversation.ts';

/** Its server is closed already; `close` gives the port back. */
export interface ClosedPort extends Place {
  readonly close: () => void;
}

/**
 * A port of 127.0.0.1 where nobody listens, and nobody else can until it is given back: it is the own port of a client.
 * The port of a server that was closed is anybody's again, that of the proxy under test included.
 */
export async function openClosedPort(): Promise<ClosedPort> {
  const { server, host, port } = await openPlace();
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  // Bound before it connects: then no other connection of this machine gets the port as its own, and so meets itself.
  const client = connect({ port, host, localAddress: host });
  const [[taken]] = await Promise.all([accepted, once(client, 'connect')]);
  server.close();
  return {
    server,
    host,
    port: client.localPort ?? 0,
    close: () => {
      client.destroy();
      taken.destroy();
    },
  };
}
