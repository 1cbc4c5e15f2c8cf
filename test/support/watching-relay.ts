import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { GapObserver, Sender } from '../../core/observers/observer.ts';

/** Passes TCP connections on to a port of 127.0.0.1, and shows their bytes to an observer of their own. */
export interface WatchingRelay {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** `open`: the observer of the next connection. */
export async function startWatchingRelay(to: number, open: () => GapObserver): Promise<WatchingRelay> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: to, noDelay: true, allowHalfOpen: true });
    const observer = open();
    const pass = (from: typeof client, other: typeof client, sender: Sender): void => {
      from.on('data', (chunk: Buffer) => {
        const atUs = nowUs();
        other.write(chunk);
        observer.bytes(sender, chunk, atUs);
      });
      from.once('end', () => {
        other.end();
        observer.end(sender, 'fin', nowUs());
      });
      from.on('error', () => other.destroy());
    };
    pass(client, upstream, 'client');
    pass(upstream, client, 'server');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

function nowUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
