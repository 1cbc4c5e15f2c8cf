import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ChainCertificate, ConversationRecord } from '../../../core/model/exchange-record.ts';
import type { SessionSink } from '../session/session-api.ts';
import type { ClientProcess } from '../system/client-process.ts';
import { nowUs } from './clock.ts';
import type { DialReport } from './dial.ts';

/** What TLS on a leg settled on, and when. */
export interface LegTls {
  readonly fromUs: number;
  readonly toUs: number;
  readonly version: string | null;
  readonly cipher: string | null;
  readonly alpn: string | null;
  readonly serverName: string | null;
  readonly chain: readonly ChainCertificate[];
  readonly trustProblem: string | null;
}

/** What becomes known of a leg besides its sockets and TLS. */
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

const unknownFacts: LegFacts = {
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

/** One end of the proxy: a conversation with the application (client leg) or with an origin (server leg). */
export interface Leg {
  readonly role: 'client' | 'server';
  /** The TCP socket. After TLS it is only reset or dropped, never read or written. */
  readonly raw: Socket;
  /** Where plain bytes are read and written. */
  readonly socket: () => Socket;
  readonly secure: (socket: TLSSocket, tls: LegTls) => void;
  readonly tls: () => LegTls | null;
  /** Adds what has become known; it is written with the conversation. */
  readonly note: (facts: Partial<LegFacts>) => void;
  /**
   * Hands over what the application is called: at once when that is known, later when it becomes known, never when its
   * process cannot be found.
   */
  readonly named: (use: (app: string) => void) => void;
  readonly dialled: DialReport | null;
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
  /** Its row in this session; written there when first asked for. */
  readonly conversationId: (sink: SessionSink) => number;
  /** Exchanges that used this conversation so far. */
  readonly countExchange: () => number;
  /** RST to the other end, as it came from the far side. */
  readonly reset: () => void;
  /** FIN without a TLS close_notify once everything written has left; the other end may go on. */
  readonly endBare: () => void;
  /** Closes without a TLS close_notify once everything written has left. */
  readonly drop: () => void;
}

export interface LegOptions {
  readonly role: 'client' | 'server';
  readonly raw: Socket;
  readonly dialled: DialReport | null;
  readonly hostName: string | null;
  /** Client leg: the process at the other end, as soon as it is known. */
  readonly process?: Promise<ClientProcess | null> | null;
}

/** Exchanges of one connection that wait for the name of their application; others keep what their request says. */
const waitingForNameMax = 1000;

/**
 * RST at once. `resetAndDestroy` alone waits until everything written has left, and then sends FIN before RST: the
 * other end may see an orderly end. It sets the same property.
 */
function resetNow(raw: Socket): void {
  (raw as Socket & { resetAndClosing?: boolean }).resetAndClosing = true;
  raw.destroy();
}

export function createLeg({ role, raw, dialled, hostName, process = null }: LegOptions): Leg {
  const openedAtUs = dialled?.openedAtUs ?? nowUs();
  const local = { address: raw.localAddress ?? '', port: raw.localPort ?? 0 };
  const remote = { address: raw.remoteAddress ?? '', port: raw.remotePort ?? 0 };
  let secured: { socket: TLSSocket; tls: LegTls } | null = null;
  let id = 0;
  let recordedIn: SessionSink | null = null;
  let exchanges = 0;
  let facts = unknownFacts;
  let closedAtUs: number | null = null;
  let closedBy: string | null = null;

  const record = (): ConversationRecord => ({
    id,
    role,
    localAddress: local.address,
    localPort: local.port,
    remoteAddress: remote.address,
    remotePort: remote.port,
    hostName,
    openedAtUs,
    closedAtUs,
    closedBy,
    dnsFromUs: dialled?.dnsFromUs ?? null,
    dnsToUs: dialled?.dnsToUs ?? null,
    connectFromUs: dialled?.connectFromUs ?? null,
    connectToUs: dialled?.connectToUs ?? null,
    tlsFromUs: secured?.tls.fromUs ?? null,
    tlsToUs: secured?.tls.toUs ?? null,
    tlsVersion: secured?.tls.version ?? null,
    tlsCipher: secured?.tls.cipher ?? null,
    alpn: secured?.tls.alpn ?? null,
    serverName: secured?.tls.serverName ?? null,
    bytesIn: raw.bytesRead,
    bytesOut: raw.bytesWritten,
    dialAttempts: dialled?.attempts ?? [],
    chain: secured?.tls.chain ?? [],
    trustProblem: secured?.tls.trustProblem ?? null,
    ...facts,
  });
  const publish = (): void => {
    if (recordedIn !== null) recordedIn.putConversation(record());
  };
  const closes = (how: string): void => {
    closedBy ??= how;
  };
  const socket = (): Socket => secured?.socket ?? raw;
  let app: string | null = null;
  /** Null when there is nothing to wait for. */
  let waiting: ((app: string) => void)[] | null = process === null ? null : [];
  const isFound = (found: ClientProcess | null): void => {
    const uses = waiting ?? [];
    waiting = null;
    if (found === null) return;
    ({ app } = found);
    const processName = found.detail === null ? found.name : `${found.name} ${found.detail}`;
    facts = { ...facts, processId: found.id, processName, processPath: found.path };
    publish();
    if (app !== null) for (const use of uses) use(app);
  };
  void process?.then(isFound);

  raw.on('error', () => {
    closes('reset');
  });
  raw.once('close', () => {
    closes('fin');
    closedAtUs = nowUs();
    publish();
  });

  return {
    role,
    raw,
    socket,
    secure: (tlsSocket, tls) => {
      secured = { socket: tlsSocket, tls };
      publish();
    },
    tls: () => secured?.tls ?? null,
    note: (known) => {
      facts = { ...facts, ...known };
      publish();
    },
    named: (use) => {
      if (app !== null) use(app);
      else if (waiting !== null && waiting.length < waitingForNameMax) waiting.push(use);
    },
    dialled,
    local,
    remote,
    conversationId: (sink) => {
      if (recordedIn !== sink) {
        recordedIn = sink;
        id = sink.nextConversationId();
        publish();
      }
      return id;
    },
    countExchange: () => exchanges++,
    reset: () => {
      closes('aborted');
      resetNow(raw);
      secured?.socket.destroy();
    },
    endBare: () => {
      socket().write('', () => raw.end());
    },
    drop: () => {
      const writing = socket();
      const close = (): void => {
        raw.destroy();
        secured?.socket.destroy();
      };
      if (writing.writableLength === 0 || writing.destroyed) close();
      else writing.write('', close);
    },
  };
}
