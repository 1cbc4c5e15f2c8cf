import { alertNames, cipherNameOf, groupNames } from '../model/tls-names.ts';
import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import type { DatagramObserver, Looks, Sender } from './observer.ts';
import { CryptoStream, readFrames } from './quic-frames.ts';
import { initialKeys, quicVersionName, type InitialKeys } from './quic-keys.ts';
import { openInitial, readPackets, type QuicPacket } from './quic-packets.ts';
import { readClientHelloBody } from './tls-client-hello.ts';
import { fingerprint } from './tls-fingerprint.ts';
import { readServerHello } from './tls-server-hello.ts';

export interface QuicObserverOptions {
  readonly platform: Platform;
  readonly emit: (event: QueryEvent) => void;
}

type LongPacket = Extract<QuicPacket, { readonly to: number }>;

/**
 * Observes the datagrams between two QUIC endpoints (RFC 9000, RFC 9001; version 2, RFC 9369; drafts 29 to 34): their Initial packets, which everybody can
 * decrypt who sees the first one. Each connection is one question, `HANDSHAKE` with the server's name: from the client's first Initial to its first packet of
 * application data. Facts: `QUIC version`, `server name`, `protocols offered`, `JA4`, `TLS cipher`, `key exchange group`, `retry`, `early data`,
 * `versions offered`.
 */
export function createQuicObserver({ platform, emit }: QuicObserverOptions): DatagramObserver {
  let connection: Connection | null = null;
  let count = 0;

  const fact = (name: string, value: string, atUs: number): void => {
    if (connection === null || connection.facts.get(name) === value) return;
    connection.facts.set(name, value);
    emit({ type: 'fact', atUs, name, value });
  };

  function begin(atUs: number): Connection {
    connection = new Connection(++count, atUs);
    return connection;
  }

  function ask(current: Connection, statement: string, protocols: readonly string[], atUs: number): void {
    if (current.isAsked) return;
    current.isAsked = true;
    const { question, firstAtUs } = current;
    const text = { verb: 'HANDSHAKE', statement, normalised: statement, parameters: protocols };
    emit({ type: 'question', question, firstAtUs, atUs, ...text, bytes: current.bytes.client });
    if (current.answerAtUs !== null) emit({ type: 'answer-begin', question, atUs: current.answerAtUs });
  }

  function finish(current: Connection, error: { code: string; message: string } | null, atUs: number): void {
    if (current.isOver) return;
    ask(current, '', [], atUs);
    current.isOver = true;
    emit({
      ...{ type: 'answer-end', question: current.question, atUs, rows: null, bytes: current.bytes.server },
      ...{ status: error === null ? (current.version ?? '') : '', error, preview: null, facts: [] },
    });
  }

  /** Opens a packet with the keys of the connection, or as the first one of another. */
  function open(sender: Sender, datagram: Uint8Array, packet: LongPacket, atUs: number): Uint8Array | null {
    const frames =
      connection?.keys == null ? null : openInitial(platform, connection.keys[sender], datagram, packet);
    if (frames !== null || sender === 'server') return frames;
    const keys = initialKeys(platform, packet.version, packet.destinationId);
    const opened = openInitial(platform, keys.client, datagram, packet);
    if (opened === null) return null;
    // After a Retry or another choice of version, the client says the same under other keys.
    const current = connection === null || connection.isOver ? begin(atUs) : connection;
    if (current.bytes.client === 0) current.bytes.client = datagram.length;
    current.keys = keys;
    current.streams = { client: new CryptoStream(), server: new CryptoStream() };
    return opened;
  }

  function readClientHello(current: Connection, body: Uint8Array, atUs: number): void {
    const hello = readClientHelloBody(body);
    if (hello === null || current.isAsked) return;
    if (hello.serverName !== null) fact('server name', hello.serverName, atUs);
    if (hello.alpn.length > 0) fact('protocols offered', hello.alpn.join(', '), atUs);
    fact('JA4', fingerprint(hello, platform, 'quic').ja4, atUs);
    ask(current, hello.serverName ?? '', hello.alpn, atUs);
  }

  function readAnswer(body: Uint8Array, atUs: number): void {
    const hello = readServerHello(body);
    if (hello === null) return;
    fact('TLS cipher', cipherNameOf(hello.cipher) ?? `0x${hello.cipher.toString(16)}`, atUs);
    if (hello.group !== null) {
      fact('key exchange group', groupNames.get(hello.group) ?? String(hello.group), atUs);
    }
  }

  function initial(sender: Sender, datagram: Uint8Array, packet: LongPacket, atUs: number): void {
    const frames = open(sender, datagram, packet, atUs);
    const current = connection;
    if (current === null || current.isOver) return;
    current.version = packet.version.name;
    fact('QUIC version', current.version, atUs);
    if (frames === null) return;
    const stream = current.streams[sender];
    readFrames(frames, {
      crypto: (offset, bytes) => stream.add(offset, bytes),
      close: (code, reason) => finish(current, closeError(sender, code, reason, platform), atUs),
    });
    const message = stream.first();
    if (message?.type === 1 && sender === 'client') readClientHello(current, message.body, atUs);
    if (message?.type === 2 && sender === 'server') readAnswer(message.body, atUs);
  }

  function packet(sender: Sender, datagram: Uint8Array, read: QuicPacket, atUs: number): void {
    switch (read.type) {
      case 'short':
        if (sender === 'client' && connection !== null) finish(connection, null, atUs);
        break;
      case 'negotiation':
        fact('versions offered', read.versions.map(quicVersionName).join(', '), atUs);
        break;
      case 'unknown':
        if (connection !== null) connection.version = quicVersionName(read.version);
        fact('QUIC version', quicVersionName(read.version), atUs);
        break;
      case 'initial':
        initial(sender, datagram, read, atUs);
        break;
      case 'retry':
        fact('retry', 'The server asked the client to begin again with a token.', atUs);
        break;
      case 'zeroRtt':
        fact('early data', 'The client sent application data in its first flight (0-RTT).', atUs);
        break;
      case 'handshake':
        break;
      default:
        read satisfies never;
    }
  }

  return {
    datagram: (sender, datagram, atUs) => {
      if (connection?.isOver === true && !beginsConnection(sender, datagram)) return;
      if (connection === null && sender === 'client' && (datagram[0] ?? 0) >= 0x80) begin(atUs);
      const current = connection;
      if (current !== null && !current.isOver) {
        current.bytes[sender] += datagram.length;
        if (sender === 'server' && current.answerAtUs === null) {
          current.answerAtUs = atUs;
          if (current.isAsked) emit({ type: 'answer-begin', question: current.question, atUs });
        }
      }
      for (const read of readPackets(datagram)) packet(sender, datagram, read, atUs);
    },
    end: (atUs) => {
      if (connection !== null) finish(connection, cut, atUs);
    },
  };
}

/** One connection: what of its handshake was seen. */
class Connection {
  readonly question: number;
  readonly firstAtUs: number;
  readonly bytes: Record<Sender, number> = { client: 0, server: 0 };
  /** As they were told last. */
  readonly facts = new Map<string, string>();
  version: string | null = null;
  keys: Readonly<Record<Sender, InitialKeys>> | null = null;
  streams: Record<Sender, CryptoStream> = { client: new CryptoStream(), server: new CryptoStream() };
  isAsked = false;
  isOver = false;
  answerAtUs: number | null = null;

  constructor(question: number, firstAtUs: number) {
    this.question = question;
    this.firstAtUs = firstAtUs;
  }
}

const cut = { code: 'cut', message: 'The handshake was not over when the capture ended.' } as const;

/** A datagram of a client that can begin a connection: at least 1,200 bytes (RFC 9000 section 14.1) behind a long header. */
function beginsConnection(sender: Sender, datagram: Uint8Array): boolean {
  return sender === 'client' && datagram.length >= 1_200 && (datagram[0] ?? 0) >= 0xc0;
}

const names: ReadonlyMap<number, string> = new Map([
  [0x00, 'NO_ERROR'],
  [0x01, 'INTERNAL_ERROR'],
  [0x02, 'CONNECTION_REFUSED'],
  [0x03, 'FLOW_CONTROL_ERROR'],
  [0x07, 'FRAME_ENCODING_ERROR'],
  [0x08, 'TRANSPORT_PARAMETER_ERROR'],
  [0x0a, 'PROTOCOL_VIOLATION'],
  [0x0b, 'INVALID_TOKEN'],
  [0x0c, 'APPLICATION_ERROR'],
  [0x10, 'NO_VIABLE_PATH'],
  [0x11, 'VERSION_NEGOTIATION_ERROR'],
]);

/** RFC 9000 section 20.1; 0x100 and above are alerts of TLS. */
function closeError(
  sender: Sender,
  code: number,
  reason: Uint8Array,
  platform: Pick<Platform, 'utf8'>,
): { code: string; message: string } {
  const isAlert = code >= 0x100 && code < 0x200;
  const name = isAlert ? alertNames.get(code - 0x100) : names.get(code);
  const said = platform.utf8(reason, 0, Math.min(reason.length, 500));
  return {
    code: name ?? `0x${code.toString(16)}`,
    message: `The ${sender} ended the handshake${said === '' ? '.' : `: ${said}`}`,
  };
}

/** Whether a client's first datagram is of QUIC: a long header of a version that is known, with connection ids that may be. */
export function looksLikeQuic(datagram: Uint8Array): Looks {
  const [first] = readPackets(datagram);
  return first?.type === 'initial' ? 'yes' : 'no';
}
