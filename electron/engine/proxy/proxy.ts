import { createServer, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fail, succeed, type Failure, type Result } from '../../../core/model/result.ts';
import { createClientLeg } from './client-leg.ts';
import { formatAuthority, normalizeAddress } from './destination.ts';
import type { RefuseAddress } from './dial.ts';
import type { ProxyContext } from './proxy-context.ts';
import { serveReverse, type ReverseTarget } from './reverse.ts';
import { serveVisitor } from './serve-visitor.ts';

/** A listening proxy. */
export interface ProxyListener {
  readonly host: string;
  readonly port: number;
  /** `127.0.0.1:8888`, with brackets for IPv6. */
  readonly address: string;
  /** Stops listening; connections that are open go on, unless `now`. */
  readonly close: (now: boolean) => Promise<void>;
  readonly connectionCount: () => number;
}

/** The proxy itself. Port 0 takes a free one. Failures: `port-taken`, `address-unavailable`, `port-forbidden`, `listen-failed`. */
export function listen(context: ProxyContext, host: string, port: number): Promise<Result<ProxyListener>> {
  return listenOn(host, port, 'The proxy', (socket) => serveVisitor(context, socket));
}

/** A reverse proxy; `target` is asked for each connection. Failures are those of `listen`. */
export async function listenReverse(
  context: ProxyContext,
  host: string,
  port: number,
  target: () => ReverseTarget,
): Promise<Result<ProxyListener>> {
  const made = await listenOn(host, port, 'The reverse proxy', (raw) => {
    void serveReverse(context, target(), createClientLeg(context, raw));
  });
  if (made.ok || made.error.code !== 'port-taken') return made;
  return fail(
    'port-taken',
    `The reverse proxy cannot listen on ${formatAuthority(host, port)}: another program uses that port. To take a service's own port, move the service to another one first and name that as the upstream.`,
  );
}

function listenOn(
  host: string,
  port: number,
  who: string,
  serve: (socket: Socket) => void,
): Promise<Result<ProxyListener>> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket);
  });
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(listenFailure(who, host, port, error));
    });
    server.on('error', () => undefined);
    server.listen({ host, port, backlog: 1024 }, () => {
      const bound = server.address() as AddressInfo;
      resolve(
        succeed({
          host: bound.address,
          port: bound.port,
          address: formatAuthority(bound.address, bound.port),
          connectionCount: () => sockets.size,
          close: async (now) => {
            server.close();
            if (!now) return;
            await Promise.all([...sockets].map(destroyed));
          },
        }),
      );
    });
  });
}

function destroyed(socket: Socket): Promise<void> {
  return new Promise((done) => {
    socket.once('close', () => {
      done();
    });
    socket.destroy();
  });
}

function listenFailure(who: string, host: string, port: number, error: NodeJS.ErrnoException): Result<never> {
  const where = formatAuthority(host, port);
  switch (error.code) {
    case 'EADDRINUSE':
      return fail(
        'port-taken',
        `${who} cannot listen on ${where}: another program uses that port. Choose another one; 0 picks a free one.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail(
        'address-unavailable',
        `${who} cannot listen on ${where}: this machine has no such address.`,
      );
    case 'EACCES':
      return fail(
        'port-forbidden',
        `${who} may not listen on ${where}: ports below 1024 need administrator rights. Choose a higher one.`,
      );
    default:
      return fail('listen-failed', `${who} cannot listen on ${where}: ${error.message}`);
  }
}

/** A port that this program listens on. */
export interface OwnPort {
  /** The address it listens on; null: any of this machine, as far as anybody needs to know. */
  readonly host: string | null;
  readonly port: number;
}

/**
 * Refuses destinations that are this program itself: dialling the listener would loop for ever, and the control
 * door must not be reachable through the proxy. The same port on another address of this machine is somebody else's.
 */
export function refuseOwnPorts(ownPorts: () => readonly OwnPort[]): RefuseAddress {
  return (address, port) =>
    ownPorts().some((own) => own.port === port && reaches(normalizeAddress(address), own.host))
      ? ownDestination(port)
      : null;
}

const unspecified = ['0.0.0.0', '::'];

/** Whether a connection to `wanted` arrives at a listener on `host`. */
function reaches(wanted: string, host: string | null): boolean {
  if (host === null || unspecified.includes(host)) return isOwnAddress(wanted);
  // An unspecified destination is this machine's loopback.
  return unspecified.includes(wanted) ? isOwnAddress(host) : wanted === normalizeAddress(host);
}

function ownDestination(port: number): Failure {
  return {
    code: 'own-address',
    message: `Port ${port} of this machine is Plumbline itself: it is not reachable through its own proxy.`,
  };
}

/** Whether this machine has an address; `wanted`: as `normalizeAddress` writes it. */
export function isOwnAddress(wanted: string): boolean {
  if (wanted.startsWith('127.') || wanted === '::1' || wanted === '0.0.0.0' || wanted === '::') return true;
  return Object.values(networkInterfaces()).some((list) =>
    (list ?? []).some((entry) => normalizeAddress(entry.address) === wanted),
  );
}
