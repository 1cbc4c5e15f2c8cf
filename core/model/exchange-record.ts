/**
 * One exchange as the recorder hands it to the session and as a list reads it back: flat, numbers and text only,
 * so that every column sorts and filters in SQL.
 *
 * Times are µs since the Unix epoch, null while not (or never) reached. Durations are µs.
 * The *server leg* is proxy ↔ origin, the *client leg* application ↔ proxy.
 */
export interface ExchangeRecord {
  /** From 1, in the order the exchanges began. Never reused within a session. */
  readonly id: number;
  readonly state: ExchangeState;
  /** `http/1.1`, `http/1.0`, `h2`, `tunnel`, … as far as known. */
  readonly protocol: string;
  /** Empty for tunnels. */
  readonly method: string;
  /** `http`, `https`, or `tcp`/`tls` for tunnels. */
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** Path and query as sent; empty for tunnels. */
  readonly path: string;
  readonly status: number | null;
  readonly statusText: string | null;
  /** Media type of the response, lower case, without parameters. */
  readonly contentType: string | null;
  readonly errorCode: string | null;
  /** One plain sentence for the person: what happened and what it means. */
  readonly errorMessage: string | null;
  /** `full`, or in one sentence why bytes are missing from the session. */
  readonly recorded: string;
  /** What the person should know and no column says, e.g. why a connection was passed through unread. */
  readonly note: string | null;

  /** First request byte on the client leg. */
  readonly startedAtUs: number;
  /** Last request byte arrived on the client leg. */
  readonly requestEndedAtUs: number | null;
  /** First and last request byte handed to the server leg. */
  readonly sentFromUs: number | null;
  readonly sentToUs: number | null;
  /** First and last response byte arrived on the server leg. */
  readonly responseFromUs: number | null;
  readonly responseToUs: number | null;
  /** First response byte handed to the client leg. */
  readonly clientFromUs: number | null;
  /** The client's socket took the last response byte, or the exchange failed. */
  readonly endedAtUs: number | null;

  /** Body bytes on the wire, framing excluded. */
  readonly requestBytes: number;
  readonly responseBytes: number;

  /** What the proxy itself cost. */
  readonly addedUs: number | null;
  /** Phases of the server leg in HAR meaning: `connectUs` includes `tlsUs`; null where not applicable. */
  readonly blockedUs: number | null;
  readonly dnsUs: number | null;
  readonly connectUs: number | null;
  readonly tlsUs: number | null;
  readonly sendUs: number | null;
  readonly waitUs: number | null;
  readonly receiveUs: number | null;
  /** Time the proxy had to stop reading because the client, or the server, did not take bytes. */
  readonly clientStallUs: number;
  readonly serverStallUs: number;

  /** Rows of `conversations`. */
  readonly clientConversation: number | null;
  readonly serverConversation: number | null;
  /** An earlier exchange used the same conversation. */
  readonly clientReused: boolean;
  readonly serverReused: boolean;
  /** The program that asked, without its version, as far as known. */
  readonly app: string | null;

  /** The stream of an HTTP/2 connection that carried it (RFC 9113 section 5.1.1); null for every other protocol. */
  readonly h2Stream: number | null;
  /** Messages the client, and the server, has sent inside this exchange so far. */
  readonly requestMessages: number;
  readonly responseMessages: number;
  /** Why it lasts on purpose, so that its length is no slowness; null if it does not. */
  readonly longLived: LongLived | null;
  /** Status code of a gRPC call (0 is OK), from its trailers; null if there is none. */
  readonly grpcStatus: number | null;
  /** Time that the sender of the request, or of the response, could not send for want of HTTP/2 flow-control window. */
  readonly requestStarvedUs: number;
  readonly responseStarvedUs: number;
  /** The longest that the proxy's event loop was late while this exchange was open. */
  readonly loopDelayUs: number | null;

  /** Who saw it: the proxy, or packets that were captured. */
  readonly tier: Tier;
  /** Row of `packet_conversations` that it was read from; null for those of the proxy. */
  readonly packetConversation: number | null;
  /** Of a question to a database: the statement with its values taken out, for grouping; the statement as sent is `path`. */
  readonly grouped: string | null;
  /** Rows returned or touched, members of a reply, addresses of a DNS answer; null where nothing counts them. */
  readonly rowCount: number | null;
}

export type Tier = (typeof tiers)[number];
export const tiers = ['proxy', 'packets'] as const;

/** What keeps an exchange open on purpose. */
export type LongLived = (typeof longLives)[number];
export const longLives = [
  'websocket',
  'event-stream',
  'long-poll',
  'grpc-stream',
  'stream',
  'tunnel',
] as const;

/** `interrupted`: the engine ended while the exchange was open. */
export type ExchangeState = 'open' | 'done' | 'failed' | 'interrupted';

/** One leg: a conversation between two endpoints, one of them the proxy. */
export interface ConversationRecord {
  readonly id: number;
  readonly role: 'client' | 'server';
  /** The proxy's end. */
  readonly localAddress: string;
  readonly localPort: number;
  /** The other end: the application for the client leg, the origin for the server leg. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Name that was looked up, null on the client leg. */
  readonly hostName: string | null;
  /** Accepted (client leg) or dialling began (server leg). */
  readonly openedAtUs: number;
  readonly closedAtUs: number | null;
  /** `fin`, `reset`, `aborted`, … null while open. */
  readonly closedBy: string | null;
  readonly dnsFromUs: number | null;
  readonly dnsToUs: number | null;
  readonly connectFromUs: number | null;
  readonly connectToUs: number | null;
  readonly tlsFromUs: number | null;
  readonly tlsToUs: number | null;
  readonly tlsVersion: string | null;
  readonly tlsCipher: string | null;
  readonly alpn: string | null;
  readonly serverName: string | null;
  /** Wire bytes read from and written to the other end. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Every address tried, in order. */
  readonly dialAttempts: readonly DialAttempt[];
  /** Certificates the other end presented, leaf first. */
  readonly chain: readonly ChainCertificate[];
  /** Why the chain was not trusted, in one sentence; null when it was or there was none. */
  readonly trustProblem: string | null;

  /** Client leg: how the application came to the proxy. Null on the server leg. */
  readonly way: Way | null;
  /** Server leg: the upstream proxy it went through, such as `http://proxy.example:3128`; null: directly. */
  readonly via: string | null;
  /** Client leg: the process at the other end, when it runs on this machine and could be found. */
  readonly processId: number | null;
  readonly processName: string | null;
  readonly processPath: string | null;
  /** Client leg of another machine: what it seems to be, such as `iPhone`. */
  readonly device: string | null;
  /** Fingerprints of the ClientHello on this leg: the application's own, and what the server saw instead. */
  readonly ja3: string | null;
  readonly ja4: string | null;
  /** Key exchange group of the handshake, such as `X25519`; null when the runtime does not tell. */
  readonly tlsGroup: string | null;
  /** The handshake resumed an earlier one. */
  readonly tlsResumed: boolean;
  /** Application protocols that the ClientHello offered, in its order. */
  readonly alpnOffered: readonly string[];
  /** Subject of the client certificate that was presented on this leg; null if none was. */
  readonly clientCertificate: string | null;
  /** What either end said about the whole HTTP/2 connection, at most 200 notes in order of time. */
  readonly h2Notes: readonly H2Note[];
}

/** How an application reached the proxy: `proxy` by plain proxy requests, `connect` by CONNECT. */
export type Way = (typeof ways)[number];
export const ways = ['proxy', 'connect', 'socks4', 'socks4a', 'socks5', 'transparent', 'reverse'] as const;

/** One frame about a whole HTTP/2 connection (RFC 9113 sections 6.5, 6.7, 6.8) or about priorities, or a stretch without connection window. */
export interface H2Note {
  readonly atUs: number;
  /** Who said it; of `starved` who could not send. */
  readonly sender: 'client' | 'server';
  readonly what: (typeof h2NoteKinds)[number];
  /** In words, such as `MAX_CONCURRENT_STREAMS 100`. */
  readonly text: string;
}

export const h2NoteKinds = [
  'settings',
  'settings-ack',
  'ping',
  'ping-ack',
  'goaway',
  'priority',
  'starved',
  'defect',
] as const;

export interface DialAttempt {
  readonly address: string;
  readonly port: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** Null for the attempt that succeeded, else the system's error code, e.g. `ECONNREFUSED`. */
  readonly error: string | null;
  /** Left out for a TCP connection: what an upstream proxy was asked on it, and for how long. */
  readonly step?: ProxyStep;
}

/** What an upstream proxy itself takes before it hands bytes on. */
export const proxySteps = ['proxy-tls', 'proxy-connect', 'proxy-socks'] as const;
export type ProxyStep = (typeof proxySteps)[number];

export interface ChainCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly names: readonly string[];
  readonly fingerprintSha256: string;
}

/** The two bodies of an exchange. */
export type BodySide = 'request' | 'response';

/** What is known of a leg besides its sockets and its handshake. */
export type LegFacts = Pick<
  ConversationRecord,
  | 'way'
  | 'via'
  | 'processId'
  | 'processName'
  | 'processPath'
  | 'device'
  | 'ja3'
  | 'ja4'
  | 'tlsGroup'
  | 'tlsResumed'
  | 'alpnOffered'
  | 'clientCertificate'
  | 'h2Notes'
>;

/** Of a leg that nothing of the kind is known of. */
export const noLegFacts: LegFacts = {
  way: null,
  via: null,
  processId: null,
  processName: null,
  processPath: null,
  device: null,
  ja3: null,
  ja4: null,
  tlsGroup: null,
  tlsResumed: false,
  alpnOffered: [],
  clientCertificate: null,
  h2Notes: [],
};

/** What is known of an exchange of the proxy when it is no stream, holds no messages and waited for nothing of the kind. */
export const noStreamFacts: Pick<
  ExchangeRecord,
  | 'h2Stream'
  | 'requestMessages'
  | 'responseMessages'
  | 'longLived'
  | 'grpcStatus'
  | 'requestStarvedUs'
  | 'responseStarvedUs'
  | 'loopDelayUs'
  | 'tier'
  | 'packetConversation'
  | 'grouped'
  | 'rowCount'
> = {
  h2Stream: null,
  requestMessages: 0,
  responseMessages: 0,
  longLived: null,
  grpcStatus: null,
  requestStarvedUs: 0,
  responseStarvedUs: 0,
  loopDelayUs: null,
  tier: 'proxy',
  packetConversation: null,
  grouped: null,
  rowCount: null,
};
