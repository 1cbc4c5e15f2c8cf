import { noLegFacts, type ConversationRecord, type LegFacts } from '../../../core/model/exchange-record.ts';
import type { DialReport } from '../proxy/dial.ts';
import { createLegRow, dialColumns, tlsColumns, type LegTls } from '../proxy/leg-row.ts';
import type { SeenLeg } from '../proxy/leg.ts';

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

/** The server's side of a conversation seen in packets: one row of `conversations`, with our end being the client's. */
export interface PacketLeg extends SeenLeg {
  readonly secure: (tls: LegTls) => void;
  readonly secret: (line: string) => void;
  /** Writes what is known at the end, when there is a row. */
  readonly closed: (atUs: number, by: string, bytesIn: number, bytesOut: number) => void;
}

export function createPacketLeg(seen: SeenConversation): PacketLeg {
  const { client, server, hostName, openedAtUs, connectFromUs, connectToUs } = seen;
  let tls: LegTls | null = null;
  let facts: LegFacts = noLegFacts;
  let ended: Pick<ConversationRecord, 'closedAtUs' | 'closedBy' | 'bytesIn' | 'bytesOut'> = {
    closedAtUs: null,
    closedBy: null,
    bytesIn: 0,
    bytesOut: 0,
  };
  let exchanges = 0;
  const dialled: DialReport = {
    openedAtUs,
    dnsFromUs: null,
    dnsToUs: null,
    connectFromUs,
    connectToUs,
    attempts: [],
    via: null,
    readyAtUs: connectToUs,
    note: null,
  };

  const row = createLegRow(
    () => ({
      role: 'server',
      localAddress: client.address,
      localPort: client.port,
      remoteAddress: server.address,
      remotePort: server.port,
      hostName,
      openedAtUs,
      ...dialColumns(dialled),
      ...tlsColumns(tls),
      ...ended,
      ...facts,
    }),
    [],
  );
  const { publish } = row;

  return {
    tls: () => tls,
    note: (known) => {
      facts = { ...facts, ...known };
      publish();
    },
    named: () => undefined,
    fault: () => null,
    dialled,
    quicRefused: false,
    local: client,
    remote: server,
    conversationId: row.idIn,
    countExchange: () => exchanges++,
    secure: (known) => {
      tls = known;
      publish();
    },
    secret: row.secret,
    closed: (closedAtUs, closedBy, bytesIn, bytesOut) => {
      ended = { closedAtUs, closedBy, bytesIn, bytesOut };
      publish();
    },
  };
}

/** The client's side of the same: the row is the server's, so that there is no second one. */
export function clientSideOf(leg: PacketLeg): SeenLeg {
  return {
    ...leg,
    tls: () => null,
    note: () => undefined,
    conversationId: () => null,
    countExchange: () => 0,
  };
}
