import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import type { Sender } from '../../../../core/observers/observer.ts';
import { ipProtocols } from '../../../../core/packets/link-types.ts';
import { TcpConversation } from '../../../../core/packets/tcp-conversation.ts';
import type { StreamTaker } from '../../../../core/packets/tcp-events.ts';
import { TcpShared } from '../../../../core/packets/tcp-shared.ts';
import { createRecorder } from '../../proxy/exchange-draft.ts';
import type { SessionSink } from '../../session/session-api.ts';
import { PacketClientLeg, PacketLeg } from '../packet-leg.ts';
import { createReaderKeys, createReaders } from '../readers.ts';
import { StreamReader, type StreamContext } from '../stream-reader.ts';
import type { ConversationFacts } from './conversation-index.ts';
import type { PacketFile } from './packet-file.ts';
import { replay } from './replay.ts';

/** One exchange of a conversation and the packets that carried it. */
export interface TracedExchange {
  readonly h2Stream: number | null;
  readonly method: string;
  readonly protocol: string;
  readonly startedAtUs: number;
  /** Ascending. */
  readonly numbers: readonly number[];
}

/** Exchanges of one conversation that are told apart; what belongs to later ones is put to the last. */
const exchangesMax = 100_000;

interface Traced {
  record: ExchangeRecord | null;
  readonly numbers: Set<number>;
}

/**
 * Reads a conversation again and tells for each of its exchanges, in the order they began, which packets carried it: those with its bytes, those
 * that acknowledge them, of the first one the handshakes before it as well, of the last one the end of the connection.
 */
export function traceExchanges(
  file: PacketFile,
  conversation: ConversationFacts,
  firstPacket: number,
  lastPacket: number,
  keyLog: string,
): TracedExchange[] {
  const traced = new Map<number, Traced>();
  const keys = createReaderKeys(false);
  keys.add(keyLog);
  let nowUs = 0;
  let lastId = 0;
  /** Exchanges that the bytes at hand belong to. */
  const touched = new Set<number>();
  const pending: Record<Sender, number[]> = { client: [], server: [] };
  const lastTouched: Record<Sender, readonly number[]> = { client: [], server: [] };
  const early: number[] = [];

  const touch = (id: number): void => {
    touched.add(id);
  };
  const sink: SessionSink = {
    nextExchangeId: () => {
      lastId = Math.min(lastId + 1, exchangesMax);
      traced.set(lastId, traced.get(lastId) ?? { record: null, numbers: new Set() });
      touch(lastId);
      return lastId;
    },
    nextConversationId: () => 1,
    putExchange: (record) => {
      const found = traced.get(record.id);
      if (found !== undefined) found.record = { ...record };
      if (record.state !== 'open') touch(record.id);
    },
    putConversation: () => undefined,
    putHead: touch,
    appendBody: (id) => {
      touch(id);
      return true;
    },
    putMessage: (id) => {
      touch(id);
      return true;
    },
    putSecret: () => undefined,
    putFacts: touch,
  };
  const recorder = createRecorder(() => sink, undefined, {
    tier: 'packets',
    nowUs: () => nowUs,
    packetConversation: () => conversation.id,
    showsOpen: false,
  });
  const readers = createReaders(keys, () => undefined);
  const leg = new PacketLeg(
    {
      client: { address: conversation.addressA, port: conversation.portA },
      server: { address: conversation.addressB, port: conversation.portB },
      hostName: null,
      openedAtUs: 0,
      connectFromUs: null,
      connectToUs: null,
    },
    false,
  );
  const context: StreamContext = {
    recorder,
    sink,
    legs: () => ({ client: new PacketClientLeg(leg), server: leg }),
    host: () => conversation.addressB,
    serverPort: conversation.portB,
    locked: () => undefined,
    waitsForKeys: () => undefined,
    isRead: () => false,
    recognised: () => undefined,
    began: () => undefined,
  };
  const reader = new StreamReader(context, readers.create);

  /** Bytes of this packet were read; what they touched is theirs, and what came before and said nothing by itself. */
  function settle(sender: Sender, number: number): void {
    const waiting = pending[sender];
    if (touched.size === 0) {
      waiting.push(number);
      return;
    }
    const ids = [...touched];
    for (const id of ids) {
      const { numbers } = traced.get(id) as Traced;
      for (const each of early) numbers.add(each);
      for (const each of waiting) numbers.add(each);
      numbers.add(number);
    }
    early.length = 0;
    waiting.length = 0;
    lastTouched[sender] = ids;
    touched.clear();
  }

  const taker: StreamTaker = {
    bytes: (sender, chunk, atUs, number) => {
      reader.bytes(sender, chunk, atUs);
      settle(sender, number);
    },
    gap: (sender, bytes, atUs) => reader.gap(sender, bytes, atUs),
    end: (sender, how, atUs) => reader.end(sender, how, atUs),
  };
  const tcp = new TcpConversation(new TcpShared(), taker, 0);
  let datagrams: ReturnType<typeof readers.datagrams> | undefined;
  /** Packets without bytes that may still belong to somebody. */
  let bare: { number: number; sender: Sender }[] = [];

  function settleBare(): void {
    for (const { number, sender } of bare) {
      const other = sender === 'client' ? 'server' : 'client';
      const ids = lastTouched[other].length > 0 ? lastTouched[other] : lastTouched[sender];
      if (ids.length === 0) early.push(number);
      for (const id of ids) traced.get(id)?.numbers.add(number);
    }
    bare = [];
  }

  replay(file, conversation.id, firstPacket, lastPacket, ({ number, atUs, end, decoded }) => {
    nowUs = atUs;
    const sender = end === 0 ? 'client' : 'server';
    if (decoded.ipProtocol === ipProtocols.tcp && decoded.transportAt >= 0) {
      if (decoded.payloadTo === decoded.payloadFrom) {
        bare.push({ number, sender });
        tcp.packet(decoded, end, atUs, number);
        settleBare();
      } else {
        tcp.packet(decoded, end, atUs, number);
        // Sent again, or out of its order: it has nothing new, and belongs to those whose bytes it has.
        if (!pending[sender].includes(number))
          bare.push({ number, sender: sender === 'client' ? 'server' : 'client' });
        settleBare();
      }
    } else if (decoded.payloadCaptured > 0) {
      datagrams ??= readers.datagrams(decoded, context, () => undefined);
      datagrams?.datagram(
        sender,
        decoded.bytes.subarray(decoded.payloadFrom, decoded.payloadFrom + decoded.payloadCaptured),
        atUs,
      );
      settle(sender, number);
    }
    return true;
  });
  tcp.finish(nowUs);
  reader.close();
  datagrams?.end(nowUs);
  recorder.close();
  const rest = traced.get(lastId);
  for (const number of [...early, ...pending.client, ...pending.server]) rest?.numbers.add(number);
  return [...traced.values()].map(({ record, numbers }) => ({
    h2Stream: record?.h2Stream ?? null,
    method: record?.method ?? '',
    protocol: record?.protocol ?? '',
    startedAtUs: record?.startedAtUs ?? 0,
    numbers: [...numbers].sort((one, other) => one - other),
  }));
}
