import { z } from 'zod';
import type { TcpSummary } from '../packets/tcp-events.ts';
import { method, service } from './define.ts';

const sessionId = z.number().int().nonnegative().optional();
const viewId = z.number().int().nonnegative();
const packetNumber = z.number().int().positive();
const conversationId = z.number().int().positive();
const end = z.enum(['a', 'b']);

/** Of one answer of `rows`. */
export const packetRowsMax = 500;

/** Which packets: all, those of one conversation, or those that carried one exchange (both legs of a proxied one). */
export const packetScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('conversation'), id: conversationId }),
  z.object({ kind: z.literal('exchange'), id: z.number().int().positive() }),
]);
export type PacketScope = z.infer<typeof packetScope>;

/** One line of the packet list. */
export const packetRow = z.object({
  /** From 1 in the order they were captured; what Wireshark calls frame number. */
  number: packetNumber,
  seconds: z.number(),
  nanos: z.number(),
  /** Addresses as text; of packets without a network layer, the link's. */
  source: z.string(),
  destination: z.string(),
  sourcePort: z.number().nullable(),
  destinationPort: z.number().nullable(),
  /** Names for the addresses, learned from the packets or the file; null for none. */
  sourceName: z.string().nullable(),
  destinationName: z.string().nullable(),
  /** Uppermost protocol, such as `TLSv1.3`, `HTTP`, `DNS`, `TCP`. */
  protocol: z.string(),
  capturedBytes: z.number(),
  originalBytes: z.number(),
  info: z.string(),
  conversation: conversationId.nullable(),
  end: end.nullable(),
  /** Sum of `packetTroubles` (core/packets/tcp-events.ts). */
  troubles: z.number(),
  marked: z.boolean(),
  comment: z.string().nullable(),
  /** Name of the interface. */
  interface: z.string(),
});
export type PacketRow = z.infer<typeof packetRow>;

/** `looked` of `total` packets were filtered; a filter of ours is done at once, one for Wireshark's engine goes on for a while. */
export const packetViewProgress = z.object({
  looked: z.number(),
  total: z.number(),
  stopped: z.boolean(),
  /** Why it cannot go on, one sentence. */
  problem: z.string().nullable(),
});
export type PacketViewProgress = z.infer<typeof packetViewProgress>;

/** A node of the protocol tree; `from` and `bytes` say which bytes of which source it stands for. */
export interface TreeNode {
  readonly label: string;
  /** Name of the display-filter field, such as `tcp.seq`; empty for none. */
  readonly field: string;
  /** As a display filter writes it, such as `tcp.seq == 1`; empty where no filter can be made of it. */
  readonly filter: string;
  /** Index into `sources`, -1 for none. */
  readonly source: number;
  readonly from: number;
  readonly bytes: number;
  readonly severity: 'chat' | 'note' | 'warning' | 'error' | null;
  /** Number of the packet that it names, such as the one with the answer; absent for none. */
  readonly packet?: number;
  readonly children: readonly TreeNode[];
}

export const packetDetail = z.object({
  row: packetRow,
  /** The frame, then what was made of it: reassembled, decrypted, decompressed. */
  sources: z.array(z.object({ name: z.string(), bytes: z.custom<Uint8Array>() })),
  tree: z.custom<readonly TreeNode[]>(),
  /** Who took it apart: `Wireshark 4.4.5`, `tshark 4.0.17`, or `Plumbline` while neither can be asked. */
  dissectedBy: z.string(),
  /** Why it is not Wireshark's engine, one sentence; null when it is. */
  problem: z.string().nullable(),
  /** The exchange that this packet carried a part of. */
  exchangeId: z.number().nullable(),
});
export type PacketDetail = z.infer<typeof packetDetail>;

const span = z.object({ min: z.number(), p50: z.number(), p95: z.number() });
const both = z.object({ a: z.number(), b: z.number() });

/** One conversation: two endpoints and everything between them. */
export const conversationRow = z.object({
  id: conversationId,
  /** `tcp`, `udp`, `icmp`, `arp`, … and, where it is known, what was spoken on it: `http/1.1`, `tls`, `postgres`, … */
  protocol: z.string(),
  application: z.string(),
  addressA: z.string(),
  portA: z.number().nullable(),
  addressB: z.string(),
  portB: z.number().nullable(),
  nameA: z.string().nullable(),
  nameB: z.string().nullable(),
  packets: both,
  /** Captured frames, original length. */
  bytes: both,
  /** First and last packet, µs since the epoch. */
  startedAtUs: z.number(),
  endedAtUs: z.number(),
  firstPacket: packetNumber,
  lastPacket: packetNumber,
  handshakeUs: z.number().nullable(),
  rttUs: span.nullable(),
  retransmissions: both,
  duplicateAcks: both,
  outOfOrder: both,
  /** How long the receive window of this end stood at zero. */
  zeroWindowUs: both,
  missingBytes: both,
  resets: z.number(),
  mss: z.object({ a: z.number().nullable(), b: z.number().nullable() }),
  /** Sum of the troubles of all its packets. */
  troubles: z.number(),
  /** The leg of a proxied connection that these packets are: row of `conversations`; null for none. */
  leg: z.object({ id: z.number(), role: z.enum(['client', 'server']) }).nullable(),
  exchanges: z.number(),
  /** Why what is in its TLS cannot be read, in a sentence or two; null where it can, or there is none. */
  locked: z.string().nullable(),
});
export type ConversationRow = z.infer<typeof conversationRow>;

export const conversationSorts = [
  'started',
  'packets',
  'bytes',
  'duration',
  'rtt',
  'retransmissions',
  'zeroWindow',
  'throughput',
] as const;

/** Points of the pictures as parallel arrays of one length, thinned to what can be seen; fields are those of `TcpPoint`. */
export const conversationSeries = z.object({
  packetNumbers: z.custom<Float64Array>(),
  atUs: z.custom<Float64Array>(),
  /** 0: end a. */
  ends: z.custom<Uint8Array>(),
  seq: z.custom<Float64Array>(),
  ack: z.custom<Float64Array>(),
  payloadBytes: z.custom<Float64Array>(),
  window: z.custom<Float64Array>(),
  inFlight: z.custom<Float64Array>(),
  rttUs: z.custom<Float64Array>(),
  flags: z.custom<Float64Array>(),
  troubles: z.custom<Float64Array>(),
  /** Packets that were left out because more were asked than `pointsMax`. */
  thinned: z.number(),
});
export type ConversationSeries = z.infer<typeof conversationSeries>;

/** Points of one answer of `series`. */
export const seriesPointsMax = 200_000;

export const followed = z.object({
  /** Pieces in the order they came, of both ends, joined while one end goes on. */
  pieces: z.array(
    z.object({
      end,
      atUs: z.number(),
      packet: packetNumber,
      bytes: z.custom<Uint8Array>(),
      /** So many bytes are missing before it. */
      missingBefore: z.number(),
    }),
  ),
  /** Where to go on; null at the end. */
  nextFrom: z.number().nullable(),
  totalBytes: z.object({ a: z.number(), b: z.number() }),
  /** Why it cannot be shown like this, one sentence: no keys, no such protocol. */
  problem: z.string().nullable(),
});
export type Followed = z.infer<typeof followed>;

/** What a stream is followed as: its bytes, the plain text inside TLS, the bodies of HTTP. */
export const followKinds = ['tcp', 'udp', 'tls', 'http', 'http2'] as const;
export type FollowKind = (typeof followKinds)[number];

export const expertGroup = z.object({
  severity: z.enum(['chat', 'note', 'warning', 'error']),
  /** In one sentence what happened, without numbers that differ. */
  summary: z.string(),
  protocol: z.string(),
  count: z.number(),
  /** The first packets it happened to. */
  packets: z.array(packetNumber),
  /** A display filter that shows them all. */
  filter: z.string(),
});
export type ExpertGroup = z.infer<typeof expertGroup>;

/** Packets as they were captured: low-level lists, trees, conversations and pictures. */
export const packetsService = service({
  methods: {
    /** How many there are, and of what. Zero everywhere while nothing was captured. */
    state: method(
      z.object({ sessionId }),
      z.object({
        packets: z.number(),
        bytes: z.number(),
        conversations: z.number(),
        firstAtUs: z.number().nullable(),
        lastAtUs: z.number().nullable(),
        interfaces: z.array(z.object({ id: z.number(), name: z.string(), linkType: z.number() })),
      }),
    ),
    /** A selection in capture order, kept up to date. Failure `bad-filter`: a mistake in the display filter, said in the message. */
    openView: method(
      z.object({ sessionId, scope: packetScope, filter: z.string().max(8192) }),
      z.object({ viewId, count: z.number(), progress: packetViewProgress }),
    ),
    closeView: method(z.object({ viewId }), z.object({})),
    stopView: method(z.object({ viewId, stopped: z.boolean() }), z.object({ progress: packetViewProgress })),
    rows: method(
      z.object({
        viewId,
        from: z.number().int().nonnegative(),
        limit: z.number().int().positive().max(packetRowsMax),
      }),
      z.object({ from: z.number(), rows: z.array(packetRow), count: z.number() }),
    ),
    /** Where a packet stands in the view, null when it is not in it. */
    position: method(z.object({ viewId, number: packetNumber }), z.object({ index: z.number().nullable() })),
    /** The next packet of the view before or behind this index that has one of these troubles (a sum), or carries a mark (0). */
    findNext: method(
      z.object({ viewId, from: z.number().int(), backwards: z.boolean(), troubles: z.number().int() }),
      z.object({ index: z.number().nullable() }),
    ),
    /** Whether a display filter can be read, and who will run it. */
    checkFilter: method(
      z.object({ filter: z.string().max(8192) }),
      z.object({ problem: z.string().nullable(), runsIn: z.enum(['index', 'wireshark']) }),
    ),
    /** Fields whose name begins like this, with what they are; for completion. */
    fields: method(
      z.object({ prefix: z.string().max(200), limit: z.number().int().positive().max(200) }),
      z.object({ fields: z.array(z.object({ name: z.string(), label: z.string() })) }),
    ),
    /** The whole protocol tree of one packet and its bytes. Failure `no-such-packet`. */
    get: method(z.object({ sessionId, number: packetNumber }), packetDetail),
    mark: method(
      z.object({
        sessionId,
        numbers: z.array(packetNumber).max(100_000),
        marked: z.boolean().optional(),
        comment: z.string().max(4000).optional(),
      }),
      z.object({ count: z.number() }),
    ),
    /** Protocols that packets can be decoded as, and the rules of this session; a rule says `tcp.port` or `udp.port`, a value and a protocol. */
    decodeAs: method(
      z.object({
        sessionId,
        set: z
          .array(
            z.object({
              table: z.enum(['tcp.port', 'udp.port']),
              port: z.number().int().min(0).max(65_535),
              protocol: z.string().max(60),
            }),
          )
          .max(100)
          .optional(),
      }),
      z.object({
        rules: z.array(
          z.object({ table: z.enum(['tcp.port', 'udp.port']), port: z.number(), protocol: z.string() }),
        ),
        protocols: z.array(z.string()),
      }),
    ),
    /** What is remarkable, grouped, most severe first. */
    expert: method(z.object({ sessionId }), z.object({ groups: z.array(expertGroup) })),
    conversations: method(
      z.object({
        sessionId,
        from: z.number().int().nonnegative(),
        limit: z.number().int().positive().max(500),
        sort: z.enum(conversationSorts),
        descending: z.boolean(),
        /** Looked for in addresses, names, ports and protocols; empty for all. */
        text: z.string().max(200),
      }),
      z.object({ conversations: z.array(conversationRow), count: z.number() }),
    ),
    conversation: method(
      z.object({ sessionId, id: conversationId }),
      z.object({ conversation: conversationRow, summary: z.custom<TcpSummary>().nullable() }),
    ),
    /** Points of a TCP conversation between two times (null: all of it), at most `pointsMax`. */
    series: method(
      z.object({
        sessionId,
        id: conversationId,
        fromUs: z.number().nullable(),
        toUs: z.number().nullable(),
        pointsMax: z.number().int().positive().max(seriesPointsMax),
      }),
      conversationSeries,
    ),
    follow: method(
      z.object({
        sessionId,
        id: conversationId,
        as: z.enum(followKinds),
        /** From an answer's `nextFrom`; 0 for the beginning. */
        from: z.number().int().nonnegative(),
        bytesMax: z.number().int().positive().max(1_048_576),
      }),
      followed,
    ),
    /**
     * Packets and bytes over time of what a view shows, in `buckets` equal parts of `fromUs` … `toUs` (null: from the first to the last). `troubled`
     * counts packets with troubles.
     */
    graph: method(
      z.object({
        viewId,
        buckets: z.number().int().positive().max(4000),
        fromUs: z.number().nullable(),
        toUs: z.number().nullable(),
      }),
      z.object({
        fromUs: z.number(),
        toUs: z.number(),
        packets: z.array(z.number()),
        bytes: z.array(z.number()),
        troubled: z.array(z.number()),
      }),
    ),
    /** Packets that carried an exchange, and the exchange's conversations. */
    ofExchange: method(
      z.object({ sessionId, id: z.number().int().positive() }),
      z.object({
        count: z.number(),
        conversations: z.array(
          z.object({
            id: conversationId,
            leg: z.enum(['client', 'server']).nullable(),
            firstPacket: packetNumber,
            lastPacket: packetNumber,
          }),
        ),
      }),
    ),
  },
  events: {
    /** Packets were added to a view or it was filtered further; at most one per view and 100 ms. */
    viewChanged: z.object({ viewId, count: z.number(), progress: packetViewProgress }),
    /** Packets or conversations were committed; at most four times a second. */
    changed: z.object({
      sessionId: z.number().int().nonnegative(),
      packets: z.number(),
      conversations: z.number(),
    }),
  },
});
