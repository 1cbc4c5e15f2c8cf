import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { noLegFacts, type ConversationRecord, type LegFacts } from '../../../core/model/exchange-record.ts';
import type { Failure } from '../../../core/model/result.ts';
import type { SessionSink } from '../session/session-api.ts';
import type { Visitor } from '../devices/visitor.ts';
import type { ClientProcess } from '../system/client-process.ts';
import { nowUs } from './clock.ts';
import type { DialReport } from './dial.ts';
import { dialColumns, LegRow, tlsColumns, type LegTls } from './leg-row.ts';

/** Lines of a key log kept of one leg: TLS 1.3 has five, and one for each update of its keys. */
const secretsMax = 64;

/** What carries the name of the application at the other end. */
export interface Renamable {
  readonly rename: (app: string) => void;
}

/** What exchanges need to know of a conversation they went over, whether it ended in the proxy or was seen in packets. */
export interface SeenLeg {
  readonly tls: () => LegTls | null;
  /** Adds what has become known; it is written with the conversation. */
  readonly note: (facts: Partial<LegFacts>) => void;
  /**
   * Tells what the application is called: at once when that is known, later when it becomes known, never when its
   * process cannot be found.
   */
  readonly named: (what: Renamable) => void;
  /** Why it ended, where that is more than how its socket did. */
  readonly fault: () => Failure | null;
  readonly dialled: DialReport | null;
  /** Client leg: QUIC of this client is refused, so that it comes over TCP. */
  readonly quicRefused: boolean;
  /** Client leg: the paired device at the other end; null for anybody else. */
  readonly visitor: Visitor | null;
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
  /** Its row in this session, written there when first asked for; null for the client's side of what was seen in packets. */
  readonly conversationId: (sink: SessionSink) => number | null;
  /** Exchanges that used this conversation so far. */
  readonly countExchange: () => number;
}

/** One end of the proxy: a conversation with the application (client leg) or with an origin (server leg). */
export interface Leg extends SeenLeg {
  readonly role: 'client' | 'server';
  /**
   * The TCP socket, or TLS with an upstream proxy, or that of a client that speaks TLS with the proxy itself. After TLS
   * of its own it is only reset or dropped, never read or written.
   */
  readonly raw: Socket;
  /** Where plain bytes are read and written. */
  readonly socket: () => Socket;
  readonly secure: (socket: TLSSocket, tls: LegTls) => void;
  /** A line of its TLS key log (RFC 9850), without its line end; at most 64 are kept until the leg is recorded. */
  readonly secret: (line: string) => void;
  /** Says why the leg ended. What is known first stays. */
  readonly blame: (failure: Failure) => void;
  /** What is known so far, for a leg over this one. */
  readonly known: () => {
    readonly facts: LegFacts;
    readonly secrets: readonly string[];
    readonly process: LegOptions['process'];
  };
  readonly openedAtUs: number;
  readonly conversationId: (sink: SessionSink) => number;
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
  /** The TCP socket, where `raw` is TLS with an upstream proxy; `raw` if not given. */
  readonly wire?: Socket;
  /** Client leg: the process at the other end, as soon as it is known. */
  readonly process?: Promise<ClientProcess | null> | null;
  readonly quicRefused?: boolean;
  readonly visitor?: Visitor | null;
  /** The leg whose TLS this one speaks within, if any: the same conversation, one layer up. `raw` is its TLS socket. */
  readonly over?: Leg;
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

export function createLeg(options: LegOptions): Leg {
  const { role, raw, dialled, hostName, wire = raw, over } = options;
  const below = over?.known();
  const process = options.process ?? below?.process ?? null;
  const openedAtUs = over?.openedAtUs ?? dialled?.openedAtUs ?? nowUs();
  const local = { address: wire.localAddress ?? '', port: wire.localPort ?? 0 };
  const remote = { address: wire.remoteAddress ?? '', port: wire.remotePort ?? 0 };
  let secured: { socket: TLSSocket; tls: LegTls } | null = null;
  let exchanges = 0;
  let fault: Failure | null = null;
  /** Those of this session, or those that wait for one. */
  const secrets: string[] = [...(below?.secrets ?? [])];
  const visitor = options.visitor ?? over?.visitor ?? null;
  const device = visitor?.name() ?? null;
  let facts = below?.facts ?? { ...noLegFacts, via: dialled?.via ?? null, device };
  let closedAtUs: number | null = null;
  let closedBy: string | null = null;

  const record = (id: number): ConversationRecord => ({
    ...facts,
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
    bytesIn: wire.bytesRead,
    bytesOut: wire.bytesWritten,
    ...dialColumns(dialled),
    ...tlsColumns(secured?.tls ?? over?.tls() ?? null),
  });
  const row = new LegRow(record, secrets);
  const publish = (): void => row.publish();
  const closes = (how: string): void => {
    closedBy ??= how;
  };
  const socket = (): Socket => secured?.socket ?? raw;
  let app: string | null = null;
  /** Null when there is nothing to wait for. */
  let waiting: Renamable[] | null = process === null ? null : [];
  const isFound = (found: ClientProcess | null): void => {
    const renamed = waiting ?? [];
    waiting = null;
    if (found === null) return;
    ({ app } = found);
    const processName = found.detail === null ? found.name : `${found.name} ${found.detail}`;
    facts = { ...facts, processId: found.id, processName, processPath: found.path };
    publish();
    if (app !== null) for (const each of renamed) each.rename(app);
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
    named: (what) => {
      if (app !== null) what.rename(app);
      else if (waiting !== null && waiting.length < waitingForNameMax) waiting.push(what);
    },
    secret: (line) => {
      if (secrets.length < secretsMax) row.secret(line);
    },
    blame: (failure) => {
      fault ??= failure;
    },
    fault: () => fault,
    known: () => ({ facts, secrets, process }),
    dialled,
    quicRefused: options.quicRefused ?? false,
    visitor,
    openedAtUs,
    local,
    remote,
    conversationId: (sink) => row.idIn(sink),
    countExchange: () => exchanges++,
    reset: () => {
      closes('aborted');
      if (over === undefined) {
        resetNow(wire);
        raw.destroy();
      } else over.reset();
      secured?.socket.destroy();
    },
    endBare: () => {
      socket().write('', () => raw.end());
    },
    drop: () => {
      const writing = socket();
      const close = (): void => {
        if (over === undefined) raw.destroy();
        else over.drop();
        secured?.socket.destroy();
      };
      if (writing.writableLength === 0 || writing.destroyed) close();
      else writing.write('', close);
    },
  };
}
