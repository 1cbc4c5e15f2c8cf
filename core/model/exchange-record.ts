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
}

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
}

export interface DialAttempt {
  readonly address: string;
  readonly port: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** Null for the attempt that succeeded, else the system's error code, e.g. `ECONNREFUSED`. */
  readonly error: string | null;
}

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
