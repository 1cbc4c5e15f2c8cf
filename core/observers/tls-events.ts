import type { ClientHello } from './tls-client-hello.ts';
import type { TlsFingerprint } from './tls-fingerprint.ts';
import type { Sender, StreamEnd } from './observer.ts';

/**
 * What an observer of TLS tells, in the order the bytes came. Times are µs since the Unix epoch, those of the chunk that completed the record; what was
 * held until keys came is told with the times it came at. Bytes are valid during the call only.
 */
export interface TlsEvents {
  /** First of all; the times of the two are equal when the hello came in one chunk. Told again for a hello after a retry, and when it is renegotiated. */
  readonly clientHello: (hello: ClientHelloFacts, beganAtUs: number, atUs: number) => void;
  /** The server wants another hello (RFC 8446 section 4.1.4), with a key for this group (null: it does not say). */
  readonly helloRetry: (group: number | null, atUs: number) => void;
  readonly serverHello: (hello: ServerHelloFacts, atUs: number) => void;
  /** Key exchange group (IANA): at most once for each `serverHello`, not for a resumed session or RSA key exchange. */
  readonly group: (group: number, atUs: number) => void;
  /** Protocol chosen by ALPN, null for none. At most once for each `serverHello`; in TLS 1.3 only where it can be decrypted. */
  readonly alpn: (protocol: string | null, atUs: number) => void;
  /** A chain in DER, the leaf first; empty where a client has none to show. In TLS 1.3 only where it can be decrypted. */
  readonly certificates: (sender: Sender, chain: readonly Uint8Array[], atUs: number) => void;
  /** Whether the server takes the client's early data (0-RTT), as far as it is known. */
  readonly earlyData: (state: 'offered' | 'accepted' | 'refused', atUs: number) => void;
  /** Both have said that they are done, or, where that cannot be read, the client has sent what must be it. At most once. */
  readonly handshakeEnded: (atUs: number) => void;
  readonly alert: (sender: Sender, alert: TlsAlert, atUs: number) => void;
  readonly keyUpdate: (sender: Sender, atUs: number) => void;
  /** A new handshake within the connection begins (TLS 1.2). */
  readonly renegotiation: (atUs: number) => void;
  /** Application data of one record. `from` and `to`: where that record is in the sender's stream, its header included; missing bytes count. */
  readonly plain: (sender: Sender, bytes: Uint8Array, atUs: number, from: number, to: number) => void;
  /** So many bytes of the stream, encrypted, could not be read before what follows. */
  readonly missing: (sender: Sender, bytes: number, atUs: number) => void;
  /** No application data will be told any more; why and what to do, one or two sentences. At most once. */
  readonly locked: (reason: string, atUs: number) => void;
  /** The end of the sender's stream, in its place behind what was held. */
  readonly end: (sender: Sender, how: StreamEnd, atUs: number) => void;
}

export interface ClientHelloFacts {
  readonly hello: ClientHello;
  readonly fingerprint: TlsFingerprint;
  /** 32 bytes: by which key logs name the connection. */
  readonly random: Uint8Array;
}

export interface ServerHelloFacts {
  /** Such as 0x0304; a name is in `tlsVersionNames`. */
  readonly version: number;
  /** Its name: `cipherNameOf`. */
  readonly cipher: number;
  /** Goes on with an earlier session: by its id, a ticket, or a pre-shared key. */
  readonly resumed: boolean;
}

export interface TlsAlert {
  readonly fatal: boolean;
  readonly code: number;
  /** Such as `unknown_ca`; `alert 200` for one without a name. */
  readonly name: string;
}
