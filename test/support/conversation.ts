import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket, type ConnectionOptions, type SecureContext } from 'node:tls';
import { createPeer, type Ending, type Peer } from './peer.ts';
import { within } from './within.ts';

/**
 * The ways to an origin: a plain HTTP request to the proxy, or CONNECT and then plain bytes or TLS. Without the
 * proxy, `http` and `connect` are the same.
 */
export type Transport = 'http' | 'connect' | 'tls';

/** Points in time that scripts tell each other about. */
export interface Marks {
  readonly reach: (name: string) => void;
  readonly passed: (name: string) => Promise<void>;
}

export interface ScriptContext {
  readonly marks: Marks;
  readonly transport: Transport;
  /** `host:port` of the origin. */
  readonly authority: string;
  /** The request target for this path: absolute-form to a proxy, origin-form else. */
  readonly target: (path: string) => string;
}

export type Script = (peer: Peer, context: ScriptContext) => Promise<void> | void;

/** What one side does while the other side does its part, written against raw streams. */
export interface Conversation {
  readonly name: string;
  readonly transports: readonly Transport[];
  /** Address the origin listens on; 127.0.0.1 if not given. */
  readonly host?: string;
  /** What both sides agree on by ALPN under TLS; `http/1.1` if not given. */
  readonly alpn?: string;
  readonly client: Script;
  readonly origin: Script;
}

/** What either side saw. Bytes as latin1 text. */
export interface Transcript {
  readonly client: { readonly received: string; readonly ending: Ending };
  readonly origin: { readonly received: string; readonly ending: Ending };
  /** From the client's abort to its arrival at the origin, where a script aborts. */
  readonly abortMs: number | null;
}

export interface ProxyAddress {
  readonly host: string;
  readonly port: number;
  readonly caPem: string;
  /** How a client comes to it: by proxy requests and CONNECT unless given. To a reverse proxy it speaks as to the origin. */
  readonly way?: 'proxy' | 'socks5' | 'reverse';
}

export interface OriginTls {
  readonly context: SecureContext;
  readonly caPem: string;
}

const conversationTimeoutMs = 40_000;

/** Where a conversation's origin is. */
export interface Place {
  readonly server: Server;
  readonly host: string;
  readonly port: number;
}

export async function openPlace(host = '127.0.0.1'): Promise<Place> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  server.listen(0, host);
  await once(server, 'listening');
  return { server, host, port: (server.address() as AddressInfo).port };
}

export function authorityOf({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Holds the conversation once, through the proxy or (null) without it, until both sides saw its end. */
export async function converse(
  { name, client, origin, alpn = 'http/1.1' }: Pick<Conversation, 'name' | 'client' | 'origin' | 'alpn'>,
  transport: Transport,
  place: Place,
  proxy: ProxyAddress | null,
  tls: OriginTls,
): Promise<Transcript> {
  const authority = authorityOf(place);
  const way = proxy === null ? null : (proxy.way ?? 'proxy');
  const context: ScriptContext = {
    marks: createMarks(),
    transport,
    authority,
    target: (path) => (transport === 'http' && way === 'proxy' ? `http://${authority}${path}` : path),
  };
  const peers: Peer[] = [];
  const route = proxy === null ? 'directly' : 'through the proxy';
  const accepted = once(place.server, 'connection').then(([socket]: Socket[]) => {
    if (socket === undefined) throw new Error('No connection.');
    const wrap =
      transport === 'tls'
        ? (stream: ConstructorParameters<typeof TLSSocket>[0]): TLSSocket =>
            new TLSSocket(stream, serverOptions(tls.context, alpn))
        : null;
    const peer = createPeer(`the origin (${route})`, socket, wrap);
    peers.push(peer);
    return peer;
  });
  const clientSide = async (): Promise<Peer> => {
    const raw = await dialRaw(proxy ?? place);
    if (way === 'proxy' && transport !== 'http') await openTunnel(raw, authority);
    if (way === 'socks5') await openSocks5(raw, place);
    const wrap =
      transport === 'tls'
        ? (stream: ConnectionOptions['socket']): TLSSocket =>
            connectTls({
              ...(stream === undefined ? {} : { socket: stream }),
              ca: proxy === null ? tls.caPem : proxy.caPem,
              ALPNProtocols: [alpn],
              allowHalfOpen: true,
              checkServerIdentity: () => undefined,
            } as ConnectionOptions)
        : null;
    const peer = createPeer(`the client (${route})`, raw, wrap);
    peers.push(peer);
    await client(peer, context);
    return peer;
  };
  const originSide = async (): Promise<Peer> => {
    const peer = await accepted;
    await origin(peer, context);
    return peer;
  };
  try {
    const both = Promise.all([clientSide(), originSide()]);
    const [clientPeer, originPeer] = await within(conversationTimeoutMs, `${name} ${route}`, both);
    const [clientEnding, originEnding] = await Promise.all([clientPeer.ending(), originPeer.ending()]);
    const abortMs = clientEnding === 'own-reset' ? originPeer.endedAt() - clientPeer.endedAt() : null;
    return {
      client: { received: clientPeer.received().toString('latin1'), ending: clientEnding },
      origin: { received: originPeer.received().toString('latin1'), ending: originEnding },
      abortMs,
    };
  } finally {
    for (const peer of peers) peer.dispose();
  }
}

function serverOptions(
  secureContext: SecureContext,
  alpn: string,
): ConstructorParameters<typeof TLSSocket>[1] {
  return {
    isServer: true,
    secureContext,
    allowHalfOpen: true,
    ALPNProtocols: [alpn],
  } as ConstructorParameters<typeof TLSSocket>[1];
}

export async function dialRaw({ host, port }: { host: string; port: number }): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  await within(5_000, `a connection to ${host}:${port}`, once(socket, 'connect'));
  return socket;
}

/** CONNECT; what came behind its answer stays to be read. Gives the answer's head. */
export async function openTunnel(socket: Socket, authority: string): Promise<string> {
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  let head = Buffer.alloc(0);
  while (!head.includes('\r\n\r\n')) {
    await within(5_000, 'the answer to CONNECT', once(socket, 'readable'));
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) throw new Error('The proxy ended the connection instead of answering CONNECT.');
    head = Buffer.concat([head, chunk]);
  }
  const end = head.indexOf('\r\n\r\n') + 4;
  if (end < head.length) socket.unshift(head.subarray(end));
  return head.subarray(0, end).toString('latin1');
}

/** SOCKS5 without a password (RFC 1928); what came behind the answer stays to be read. */
async function openSocks5(socket: Socket, { host, port }: Place): Promise<void> {
  const name = Buffer.from(host, 'latin1');
  const head = Buffer.from([5, 1, 0, 5, 1, 0, 3, name.length, ...name, port >> 8, port & 255]);
  socket.write(head);
  let answer = Buffer.alloc(0);
  // The greeting's answer, and the request's with an address of 4 or 16 bytes.
  const wanted = (): number => 2 + 4 + (answer[5] === 4 ? 16 : 4) + 2;
  while (answer.length < wanted()) {
    await within(5_000, 'the answer to SOCKS', once(socket, 'readable'));
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) throw new Error('The proxy ended the connection instead of answering.');
    answer = Buffer.concat([answer, chunk]);
  }
  if (answer[3] !== 0) throw new Error(`The proxy answered ${answer[3] ?? 'nothing'}.`);
  if (answer.length > wanted()) socket.unshift(answer.subarray(wanted()));
}

function createMarks(): Marks {
  const reached = new Set<string>();
  const waiting = new Map<string, () => void>();
  return {
    reach: (name) => {
      reached.add(name);
      waiting.get(name)?.();
    },
    passed: (name) =>
      within(
        8_000,
        `the mark ${name}`,
        new Promise((resolve) => {
          if (reached.has(name)) resolve();
          else waiting.set(name, resolve);
        }),
      ),
  };
}
