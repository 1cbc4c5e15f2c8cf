import { once } from 'node:events';
import { connect as connectTls, TLSSocket, type ConnectionOptions, type SecureContext } from 'node:tls';
import type { ExchangeJson } from '../../core/model/exchange-json.ts';
import { createTestAuthority, type TestAuthority } from './certificates.ts';
import { openClosedPort } from './closed-port.ts';
import { authorityOf, dialRaw, openPlace, openTunnel, type Place } from './conversation.ts';
import { createPeer, type Peer } from './peer.ts';
import { startPlumbline, type Plumbline, type PlumblineOptions } from './plumbline.ts';
import { within } from './within.ts';

/** What a scenario has at hand: a recording proxy, servers to play, clients to be. */
export interface Lab {
  readonly proxy: Plumbline;
  /** The servers' authority; the proxy believes it. */
  readonly authority: TestAuthority;
  readonly origin: (host?: string) => Promise<Origin>;
  /** Where nobody listens. */
  readonly closedPort: () => Promise<Pick<Origin, 'authority' | 'port'>>;
  /** A client that speaks plain bytes with the proxy. */
  readonly client: () => Promise<Peer>;
  /** A client behind CONNECT that goes on with TLS. It believes the proxy's CA unless told otherwise. */
  readonly tlsClient: (authority: string, options?: ConnectionOptions) => Promise<TlsClient>;
}

export interface TlsClient extends Peer {
  readonly tls: TLSSocket;
  /** Resolves with null when the handshake is over, with the error's code when it failed. */
  readonly handshake: Promise<string | null>;
}

export interface Origin {
  readonly authority: string;
  readonly port: number;
  /** The next connection, plain or (with a context) TLS. */
  readonly accept: (context?: SecureContext, alpn?: readonly string[]) => Promise<Peer>;
  readonly accepted: () => number;
}

/** Does something, and returns what must then be true of the rows recorded. */
export type Scenario = (lab: Lab) => Promise<(rows: readonly ExchangeJson[]) => void>;

/** How a scenario went: `check` throws what was wrong with it, if anything. */
export interface ScenarioOutcome {
  readonly check: () => void;
}

/**
 * Plays all scenarios with one proxy, a few at a time, and reads the rows afterwards; `lookAt` sees the session's file.
 * `servers`: the servers' authority; one of its own if not given.
 */
export async function playScenarios(
  options: PlumblineOptions,
  scenarios: Readonly<Record<string, Scenario>>,
  parallel = 4,
  lookAt: (sessionFile: string) => void = () => undefined,
  servers?: TestAuthority,
): Promise<ReadonlyMap<string, ScenarioOutcome>> {
  const authority = servers ?? (await createTestAuthority());
  const proxy = await startPlumbline({ upstreamCaPem: authority.certificatePem, ...options });
  const opened: { close: () => void }[] = [];
  const checks = new Map<string, (rows: readonly ExchangeJson[]) => void>();
  const waiting = Object.entries(scenarios);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, scenario] = next;
      try {
        checks.set(name, await within(20_000, name, scenario(createLab(proxy, authority, opened))));
      } catch (error) {
        checks.set(name, () => {
          throw error;
        });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, worker));
    for (const each of opened) each.close();
    const rows = await proxy.stop();
    lookAt(proxy.session);
    return new Map([...checks].map(([name, check]) => [name, { check: () => check(rows) }]));
  } finally {
    proxy.dispose();
  }
}

/** The rows of an origin, known by its port. */
export function rowsOf({ port }: { port: number }, rows: readonly ExchangeJson[]): readonly ExchangeJson[] {
  return rows.filter(({ url }) => new RegExp(`:${port}([/?]|$)`).test(url));
}

function createLab(proxy: Plumbline, authority: TestAuthority, opened: { close: () => void }[]): Lab {
  const watch = <T extends Peer>(peer: T): T => {
    opened.push({ close: peer.dispose });
    return peer;
  };
  return {
    proxy,
    authority,
    origin: async (host) => {
      const place = await openPlace(host);
      opened.push(place.server);
      return createOrigin(place, watch);
    },
    closedPort: async () => {
      const place = await openClosedPort();
      opened.push(place);
      return { authority: authorityOf(place), port: place.port };
    },
    client: async () => watch(createPeer('the client', await dialRaw(proxy), null)),
    tlsClient: async (target, options = {}) => {
      const raw = await dialRaw(proxy);
      await openTunnel(raw, target);
      let tls: TLSSocket | null = null;
      const peer = createPeer('the client', raw, (stream) => {
        tls = connectTls({
          socket: stream,
          ca: proxy.caPem,
          checkServerIdentity: () => undefined,
          allowHalfOpen: true,
          ...options,
        } as ConnectionOptions);
        return tls;
      });
      const socket = tls as TLSSocket | null;
      if (socket === null) throw new Error('No TLS.');
      const handshake = new Promise<string | null>((resolve) => {
        socket.once('secureConnect', () => {
          resolve(null);
        });
        socket.once('error', (error: NodeJS.ErrnoException) => {
          resolve(error.code ?? error.message);
        });
        socket.once('close', () => {
          resolve('closed');
        });
      });
      return watch({ ...peer, tls: socket, handshake: within(8_000, 'the handshake', handshake) });
    },
  };
}

function createOrigin(place: Place, watch: (peer: Peer) => Peer): Origin {
  let accepted = 0;
  place.server.on('connection', () => accepted++);
  return {
    authority: authorityOf(place),
    port: place.port,
    accepted: () => accepted,
    accept: async (context, alpn = ['http/1.1']) => {
      const [raw] = (await within(8_000, 'a connection', once(place.server, 'connection'))) as [
        ConstructorParameters<typeof TLSSocket>[0],
      ];
      const wrap =
        context === undefined
          ? null
          : (stream: ConstructorParameters<typeof TLSSocket>[0]): TLSSocket =>
              new TLSSocket(stream, {
                isServer: true,
                secureContext: context,
                allowHalfOpen: true,
                ALPNProtocols: [...alpn],
              } as ConstructorParameters<typeof TLSSocket>[1]);
      return watch(createPeer('the origin', raw as Parameters<typeof createPeer>[1], wrap));
    },
  };
}
