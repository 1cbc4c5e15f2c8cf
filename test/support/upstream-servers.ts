import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';

/** An upstream proxy of raw bytes, for tests: it does what its script says and keeps what it was sent. */
export interface UpstreamServer {
  readonly port: number;
  /** What came on each connection before bytes were joined with an origin's, as latin1, in order of the connections. */
  readonly received: string[];
  readonly close: () => void;
}

/** One connection of an upstream proxy. */
export interface UpstreamConnection {
  readonly socket: Socket;
  /** Takes bytes off the front as soon as there are so many, or up to and with a text. */
  readonly take: (what: number | string) => Promise<Buffer>;
  readonly send: (bytes: string | readonly number[]) => void;
  /** From now on everything goes to and comes from an address of this machine. */
  readonly join: (port: number, host?: string) => void;
}

export type UpstreamScript = (connection: UpstreamConnection) => Promise<void> | void;

/** `tls`: the proxy itself speaks TLS (an HTTPS proxy). */
export async function openUpstream(script: UpstreamScript, tls?: SecureContext): Promise<UpstreamServer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true, allowHalfOpen: true }, (raw) => {
    sockets.add(raw);
    raw.on('error', () => undefined);
    const socket =
      tls === undefined
        ? raw
        : new TLSSocket(raw, { isServer: true, secureContext: tls, ALPNProtocols: ['http/1.1'] });
    socket.on('error', () => undefined);
    const at = received.push('') - 1;
    const connection = openConnection(socket, (bytes) => {
      received[at] = `${received[at] ?? ''}${bytes.toString('latin1')}`;
    });
    void Promise.resolve(script(connection)).catch(() => raw.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function openConnection(socket: Socket, keep: (bytes: Buffer) => void): UpstreamConnection {
  let held = Buffer.alloc(0);
  let wanted: (() => void) | null = null;
  const onData = (chunk: Buffer): void => {
    held = Buffer.concat([held, chunk]);
    keep(chunk);
    wanted?.();
  };
  socket.on('data', onData);
  return {
    socket,
    take: (what) =>
      new Promise((resolve, reject) => {
        wanted = (): void => {
          const found = typeof what === 'number' ? what : held.indexOf(what) + what.length;
          if (typeof what === 'number' ? held.length < what : !held.includes(what)) return;
          const taken = held.subarray(0, found);
          held = held.subarray(found);
          wanted = null;
          resolve(taken);
        };
        socket.once('close', () => {
          reject(new Error('closed'));
        });
        wanted();
      }),
    send: (bytes) => {
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes));
    },
    join: (port, host = '127.0.0.1') => {
      socket.removeListener('data', onData);
      const origin = connect({ port, host, allowHalfOpen: true, noDelay: true });
      // How one side ends, the other side hears: also by a reset.
      origin.on('error', () => (socket instanceof TLSSocket ? socket.destroy() : socket.resetAndDestroy()));
      socket.on('error', () => origin.resetAndDestroy());
      socket.on('close', () => origin.destroy());
      origin.on('close', () => socket.destroy());
      if (held.length > 0) origin.write(held);
      socket.pipe(origin);
      origin.pipe(socket);
    },
  };
}
