import { noLegFacts, type ConversationRecord, type LegFacts } from '../../../core/model/exchange-record.ts';
import type { DialReport } from '../proxy/dial.ts';
import { dialColumns, LegRow, tlsColumns, type LegTls } from '../proxy/leg-row.ts';
import type { SeenLeg } from '../proxy/leg.ts';
import type { SessionSink } from '../session/session-api.ts';

/** What is known of a conversation that was seen in packets when its first exchange begins. */
export interface SeenConversation {
  /** The end that opened it, and the other one. */
  readonly client: { readonly address: string; readonly port: number };
  readonly server: { readonly address: string; readonly port: number };
  /** A name for the server's address that was looked up before; null for none. */
  readonly hostName: string | null;
  readonly openedAtUs: number;
  /** First SYN, and the ACK that ended the handshake; null where the capture has them not. */
  readonly connectFromUs: number | null;
  readonly connectToUs: number | null;
}

/** What all have until more is known. In front of a record it is copied as a whole; field by field that takes ten times as long. */
const blank: ConversationRecord = {
  id: 0,
  role: 'server',
  localAddress: '',
  localPort: 0,
  remoteAddress: '',
  remotePort: 0,
  hostName: null,
  openedAtUs: 0,
  closedAtUs: null,
  closedBy: null,
  bytesIn: 0,
  bytesOut: 0,
  ...dialColumns(null),
  ...tlsColumns(null),
  ...noLegFacts,
};

/**
 * The server's side of a conversation seen in packets: one row of `conversations`, with our end being the client's. A class, since a capture may have a
 * million of them: its methods are made once.
 */
export class PacketLeg implements SeenLeg {
  readonly dialled: DialReport;
  readonly quicRefused = false;
  readonly visitor = null;
  readonly local: SeenConversation['client'];
  readonly remote: SeenConversation['server'];
  private readonly seen: SeenConversation;
  private readonly row: LegRow;
  private secured: LegTls | null = null;
  private facts: LegFacts = noLegFacts;
  private closedAtUs: number | null = null;
  private closedBy: string | null = null;
  private bytesIn = 0;
  private bytesOut = 0;
  private exchanges = 0;

  /** `isWatched`: it is written when its first exchange begins, too, not only at its end. */
  constructor(seen: SeenConversation, isWatched: boolean) {
    this.seen = seen;
    this.row = new LegRow((id) => this.record(id), [], isWatched);
    this.local = seen.client;
    this.remote = seen.server;
    this.dialled = {
      openedAtUs: seen.openedAtUs,
      dnsFromUs: null,
      dnsToUs: null,
      connectFromUs: seen.connectFromUs,
      connectToUs: seen.connectToUs,
      attempts: [],
      via: null,
      readyAtUs: seen.connectToUs,
      note: null,
    };
  }

  tls(): LegTls | null {
    return this.secured;
  }

  note(known: Partial<LegFacts>): void {
    this.facts = { ...this.facts, ...known };
    this.row.publish();
  }

  named(): void {
    return undefined;
  }

  fault(): null {
    return null;
  }

  conversationId(sink: SessionSink): number {
    return this.row.idIn(sink);
  }

  countExchange(): number {
    return this.exchanges++;
  }

  secure(tls: LegTls): void {
    this.secured = tls;
    this.row.publish();
  }

  secret(line: string): void {
    this.row.secret(line);
  }

  /** Writes what is known at the end, when there is a row. */
  closed(atUs: number, by: string, bytesIn: number, bytesOut: number): void {
    this.closedAtUs = atUs;
    this.closedBy = by;
    this.bytesIn = bytesIn;
    this.bytesOut = bytesOut;
    this.row.publish();
  }

  private record(id: number): ConversationRecord {
    const { seen } = this;
    return {
      ...blank,
      id,
      localAddress: seen.client.address,
      localPort: seen.client.port,
      remoteAddress: seen.server.address,
      remotePort: seen.server.port,
      hostName: seen.hostName,
      openedAtUs: seen.openedAtUs,
      closedAtUs: this.closedAtUs,
      closedBy: this.closedBy,
      connectFromUs: seen.connectFromUs,
      connectToUs: seen.connectToUs,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      ...(this.secured === null ? null : tlsColumns(this.secured)),
      ...(this.facts === noLegFacts ? null : this.facts),
    };
  }
}

/** The client's side of the same: the row is the server's, so that there is no second one. */
export class PacketClientLeg implements SeenLeg {
  readonly dialled: DialReport;
  readonly quicRefused = false;
  readonly visitor = null;
  readonly local: SeenLeg['local'];
  readonly remote: SeenLeg['remote'];

  constructor({ dialled, local, remote }: PacketLeg) {
    this.dialled = dialled;
    this.local = local;
    this.remote = remote;
  }

  tls(): null {
    return null;
  }

  note(): void {
    return undefined;
  }

  named(): void {
    return undefined;
  }

  fault(): null {
    return null;
  }

  conversationId(): null {
    return null;
  }

  countExchange(): number {
    return 0;
  }
}
