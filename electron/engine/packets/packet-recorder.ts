import type {
  CaptureCounts,
  CaptureEvents,
  CaptureInterface,
  PacketMore,
} from '../../../core/packets/capture-events.ts';
import { addressText, macText } from '../../../core/packets/address-text.ts';
import { createDecodedPacket, packetProblems } from '../../../core/packets/decoded-packet.ts';
import { createDecoder } from '../../../core/packets/decode.ts';
import { FlowTable, transportName } from '../../../core/packets/flow-table.ts';
import { etherTypes, ipProtocols } from '../../../core/packets/link-types.ts';
import { protocolCode, type ProtocolName } from '../../../core/packets/protocol-codes.ts';
import {
  opensConversation,
  sourceIsClient,
  TcpConversation,
} from '../../../core/packets/tcp-conversation.ts';
import { packetTroubles } from '../../../core/packets/tcp-events.ts';
import { TcpShared } from '../../../core/packets/tcp-shared.ts';
import type { StreamProtocol } from '../../../core/observers/streams.ts';
import { createRecorder } from '../proxy/exchange-draft.ts';
import type { SessionCounters } from '../session/session-counters.ts';
import type { SessionSink } from '../session/session-api.ts';
import { blockFrameBytes } from './block-format.ts';
import { Flow } from './flow.ts';
import type { FrameBlocks, PacketLine } from './frame-blocks.ts';
import type { PacketBatch, PacketConversationRecord, PacketInterfaceRecord } from './packet-batch.ts';
import { PacketClientLeg, PacketLeg } from './packet-leg.ts';
import { endsKey } from './leg-key.ts';
import { createReaders, type ReaderKeys } from './readers.ts';
import { StreamReader, type StreamContext } from './stream-reader.ts';

/** Conversations that are written in one batch while a capture goes on. */
const conversationsPerBatchMax = 200;
/** Closed conversations of a live capture that wait for keys; of more, the oldest stay locked. */
const waitingForKeysMax = 2000;
/** Readers of datagrams that are kept though nothing is open in them: of more, the oldest go. */
const idleMax = 32;
/** Conversations that were closed and are still analysed, since something may come late. */
const closedMax = 1024;
/** What calendars know: a forged time beyond it is stored as it is, and analysed as if it were this. */
const timeUsMax = 8.64e18;
/** Names of addresses that are kept. */
const namesMax = 100_000;
/** Connections of the proxy that are remembered. */
const ownMax = 100_000;
/** Facts of single packets that a file may have. */
const moreMax = 1_000_000;

export interface PacketRecorderOptions {
  readonly counters: SessionCounters;
  readonly sink: SessionSink;
  readonly blocks: FrameBlocks;
  readonly keys: ReaderKeys;
  /** Conversations are told while they go on; else when they are over. */
  readonly isLive: boolean;
  /** Somebody may look before it is complete: conversations are written when their first exchange begins, too. */
  readonly isWatched: boolean;
}

/** Turns packets into what is stored of them: frames, conversations, exchanges. All captures of one session go through one. */
export interface PacketRecorder {
  /** What one source tells; each has its own interfaces. */
  readonly source: (onProblem: (sentence: string, atByte: number) => void) => CaptureEvents;
  /** Conversations that the engine's own proxy reads, by `endsKey`: what is in them is not told a second time. */
  readonly noteOwn: (keys: readonly string[]) => void;
  /** What is to be stored since the last time; conversations only as far as they changed. `all`: as many as there are. */
  readonly take: (all: boolean) => PacketBatch;
  /** Nothing follows: everything open is ended. */
  readonly finish: () => void;
  readonly packets: () => number;
  readonly conversations: () => number;
  readonly bytes: () => number;
}

export function createPacketRecorder({
  counters,
  sink,
  blocks,
  keys,
  isLive,
  isWatched,
}: PacketRecorderOptions): PacketRecorder {
  const decoder = createDecoder();
  const decoded = createDecodedPacket();
  const table = new FlowTable();
  const shared = new TcpShared();
  const flows: Flow[] = [];
  const names = new Map<string, string>();
  const own = new Set<string>();
  const line: PacketLine = {
    seconds: 0,
    nanos: 0,
    captured: 0,
    original: 0,
    conversation: 0,
    end: 0,
    troubles: 0,
    interface: 0,
    protocol: 0,
    tcpFlags: 0,
  };
  /** Closed conversations whose keys may yet come. */
  const waitingForKeys: Flow[] = [];
  const idle: Flow[] = [];
  let closedLately: Flow[] = [];
  let settleAt = 2 * closedMax;
  let changed: Flow[] = [];
  let interfaces: PacketInterfaceRecord[] = [];
  let more: { number: number; more: PacketMore }[] = [];
  let newNames: { address: string; name: string }[] = [];
  let moreCount = 0;
  let packets = 0;
  let bytesInAll = 0;
  let nowUs = 0;
  let current: Flow | null = null;
  const recorder = createRecorder(() => sink, undefined, {
    tier: 'packets',
    nowUs: () => nowUs,
    packetConversation: () => current?.id ?? null,
    showsOpen: isLive,
  });
  const readers = createReaders(keys, learnName);

  function learnName(address: string, name: string): void {
    if (names.get(address) === name || (names.size >= namesMax && !names.has(address))) return;
    names.set(address, name);
    newNames.push({ address, name });
  }

  function contextOf(flow: Flow): StreamContext {
    const leg = (): NonNullable<Flow['leg']> => {
      flow.leg ??= new PacketLeg(
        {
          client: { address: flow.addressA, port: flow.portA },
          server: { address: flow.addressB, port: flow.portB },
          hostName: names.get(flow.addressB) ?? null,
          openedAtUs: flow.startedAtUs,
          connectFromUs: timeOr(flow.tcp?.course.synAtUs),
          connectToUs: timeOr(flow.tcp?.course.openedAtUs),
        },
        isWatched,
      );
      return flow.leg;
    };
    return {
      recorder,
      sink,
      legs: () => ({ client: new PacketClientLeg(leg()), server: leg() }),
      host: () => names.get(flow.addressB) ?? flow.addressB,
      serverPort: flow.portB,
      locked: (reason) => {
        flow.locked ??= reason;
      },
      waitsForKeys: () => {
        flow.waitsForKeys = true;
      },
      isRead: () => own.size > 0 && own.has(endsKey(flow.addressA, flow.portA, flow.addressB, flow.portB)),
      recognised: (protocol, overTls) => {
        const [application, name] = applicationOf[protocol];
        flow.application = overTls ? `${application} over tls` : application;
        flow.protocol = protocolCode(name);
      },
      began: () => {
        flow.exchanges += 1;
      },
    };
  }

  function makeFlow(entry: number, atUs: number, isReused: boolean): Flow {
    const isTcp = decoded.ipProtocol === ipProtocols.tcp && decoded.transportAt >= 0;
    const isFlipped = isTcp ? !sourceIsClient(decoded) : readers.isFromServer(decoded);
    const hasNetwork = decoded.addressBytes > 0;
    const source = hasNetwork
      ? addressText(decoded.bytes, decoded.sourceAt, decoded.addressBytes)
      : macText(decoded.bytes, decoded.macSourceAt);
    const destination = hasNetwork
      ? addressText(decoded.bytes, decoded.destinationAt, decoded.addressBytes)
      : macText(decoded.bytes, decoded.macDestinationAt);
    const { sourcePort, destinationPort } = decoded;
    const id = counters.next('packetConversation');
    const transport = transportName(decoded);
    const flow = isFlipped
      ? new Flow(id, transport, destination, destinationPort, source, sourcePort, true)
      : new Flow(id, transport, source, sourcePort, destination, destinationPort, false);
    flows[entry] = flow;
    if (isTcp) {
      flow.reader = new StreamReader(contextOf(flow), readers.create);
      flow.tcp = new TcpConversation(shared, flow.reader, atUs, isReused);
    } else if (decoded.ipProtocol === ipProtocols.udp) {
      readDatagrams(flow);
    }
    return flow;
  }

  function readDatagrams(flow: Flow): void {
    flow.datagrams = readers.datagrams(decoded, contextOf(flow), (application, name) => {
      flow.application = application;
      flow.protocol = protocolCode(name);
    });
  }

  function datagram(flow: Flow, end: 0 | 1, atUs: number): void {
    if (flow.datagrams === null && flow.isIdle) readAgain(flow);
    const { datagrams } = flow;
    if (datagrams === null) return;
    const from = decoded.payloadFrom;
    datagrams.datagram(
      end === 0 ? 'client' : 'server',
      decoded.bytes.subarray(from, from + decoded.payloadCaptured),
      atUs,
    );
    if (datagrams.isIdle?.() !== true) flow.isIdle = false;
    else if (!flow.isIdle) noteIdle(flow);
  }

  function readAgain(flow: Flow): void {
    readDatagrams(flow);
    flow.isIdle = flow.datagrams === null;
    flow.isClosed = false;
  }

  /** Most conversations with a name server are one question and its answer: what read them is not kept until the capture ends. */
  function noteIdle(flow: Flow): void {
    flow.isIdle = true;
    const before = idle.indexOf(flow);
    if (before >= 0) idle.splice(before, 1);
    idle.push(flow);
    const oldest = idle.length > idleMax ? idle.shift() : undefined;
    if (oldest === undefined || !oldest.isIdle || oldest.datagrams === null) return;
    oldest.datagrams = null;
    tellClosed(oldest);
  }

  function flowOf(atUs: number): Flow | null {
    const entry = table.find(decoded);
    if (entry < 0) return null;
    if (table.isNew) return makeFlow(entry, atUs, false);
    const flow = flows[entry] as Flow;
    if (flow.isSettled && opensConversation(decoded)) return makeFlow(table.replace(entry), atUs, true);
    if (flow.tcp === null) return flow;
    const end = table.end === (flow.isFlipped ? 1 : 0) ? 0 : 1;
    if (!flow.tcp.isNewConversation(decoded, end)) return flow;
    over(flow);
    return makeFlow(table.replace(entry), atUs, true);
  }

  /** Nothing more of it is expected. */
  function over(flow: Flow): void {
    if (flow.isOver) return;
    flow.isOver = true;
    current = flow;
    flow.tcp?.finish(flow.endedAtUs);
    flow.datagrams?.end(nowUs);
    flow.datagrams = null;
    if (!flow.isRead) read(flow);
  }

  function tellClosed(flow: Flow): void {
    flow.isClosed = true;
    flow.leg?.closed(flow.endedAtUs, 'fin', flow.bytesB, flow.bytesA);
    noteChanged(flow);
  }

  /** Both ends have closed it; packets that yet come are still analysed. */
  function closed(flow: Flow): void {
    if (!flow.waitsForKeys) {
      read(flow);
      return;
    }
    tellClosed(flow);
    waitingForKeys.push(flow);
    const first = waitingForKeys.length > waitingForKeysMax ? waitingForKeys.shift() : undefined;
    if (first !== undefined && !first.isRead) read(first);
  }

  /** Its streams were read to their ends: what read them is not kept. */
  function read(flow: Flow): void {
    flow.isRead = true;
    current = flow;
    flow.reader?.close();
    flow.reader = null;
    flow.tcp?.takeNothing();
    if (!flow.isClosed) tellClosed(flow);
    flow.leg = null;
    if (flow.tcp === null || flow.isOver) return;
    closedLately.push(flow);
    if (closedLately.length >= settleAt) settleOldest();
  }

  /** Of a million conversations the figures would fill the memory. What is not written yet waits for the next time. */
  function settleOldest(): void {
    const oldest = closedLately.slice(0, -closedMax);
    closedLately = [...oldest.filter(({ isChanged }) => isChanged), ...closedLately.slice(-closedMax)];
    for (const flow of oldest) {
      if (flow.isChanged) continue;
      flow.tcp = null;
      flow.isSettled = true;
    }
    settleAt = closedLately.length + closedMax;
  }

  /** What is over is not written again. */
  function recordOf(flow: Flow): PacketConversationRecord {
    const record = flow.record();
    if (flow.isOver) flow.tcp = null;
    return record;
  }

  function noteChanged(flow: Flow): void {
    if (flow.isChanged) return;
    flow.isChanged = true;
    changed.push(flow);
  }

  function packet(
    interfaceId: number,
    linkType: number,
    seconds: number,
    nanos: number,
    originalBytes: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    about: PacketMore | null,
  ): void {
    const captured = Math.min(to - from, blockFrameBytes);
    const placed = blocks.place(bytes, from, captured, seconds);
    const placedFrom = blocks.placedFrom();
    const number = blocks.packetNumber();
    const atUs = Math.max(-timeUsMax, Math.min(timeUsMax, seconds * 1e6 + nanos / 1000));
    nowUs = atUs;
    packets += 1;
    bytesInAll += captured;
    decoder.decode(placed, placedFrom, placedFrom + captured, linkType, originalBytes, seconds, decoded);
    const flow = flowOf(atUs);
    current = flow;
    let troubles = (decoded.problems & ~packetProblems.cut) === 0 ? 0 : packetTroubles.malformed;
    let end: 0 | 1 = 0;
    let protocol = 0;
    if (flow !== null) {
      end = table.end === (flow.isFlipped ? 1 : 0) ? 0 : 1;
      flow.count(end, originalBytes, number, atUs);
      if (flow.tcp !== null) {
        if (decoded.transportAt >= 0) troubles |= flow.tcp.packet(decoded, end, atUs, number);
        if (!flow.isClosed && flow.tcp.isOver) closed(flow);
      } else if (decoded.payloadCaptured > 0) {
        datagram(flow, end, atUs);
      }
      flow.troubles |= troubles;
      if (flow.protocol !== 0 && decoded.payloadTo > decoded.payloadFrom) protocol = flow.protocol;
      if (isLive || flow.isClosed) noteChanged(flow);
    }
    line.seconds = seconds;
    line.nanos = nanos;
    line.captured = captured;
    line.original = originalBytes;
    line.conversation = flow?.id ?? 0;
    line.end = end;
    line.troubles = troubles;
    line.interface = interfaceId;
    line.protocol = protocol === 0 ? lowerProtocol() : protocol;
    line.tcpFlags = decoded.tcpFlags & 0xff;
    blocks.describe(line);
    if (about !== null && moreCount < moreMax) {
      moreCount += 1;
      more.push({ number, more: about });
    }
  }

  function lowerProtocol(): number {
    switch (decoded.etherType) {
      case etherTypes.arp:
      case etherTypes.rarp:
        return codes.arp;
      case etherTypes.ipv4:
      case etherTypes.ipv6:
        break;
      default:
        return codes.ethernet;
    }
    if (decoded.isFragment) return decoded.etherType === etherTypes.ipv4 ? codes.ipv4 : codes.ipv6;
    switch (decoded.ipProtocol) {
      case ipProtocols.tcp:
        return codes.tcp;
      case ipProtocols.udp:
        return codes.udp;
      case ipProtocols.icmp:
        return codes.icmp;
      case ipProtocols.icmpv6:
        return codes.icmpv6;
      case ipProtocols.igmp:
        return codes.igmp;
      case ipProtocols.sctp:
        return codes.sctp;
      case ipProtocols.gre:
        return codes.gre;
      case ipProtocols.esp:
        return codes.esp;
      default:
        return decoded.etherType === etherTypes.ipv4 ? codes.ipv4 : codes.ipv6;
    }
  }

  return {
    source: (onProblem) => {
      const own: PacketInterfaceRecord[] = [];
      const put = (record: PacketInterfaceRecord): void => {
        own[own.findIndex(({ id }) => id === record.id)] = record;
        interfaces.push(record);
      };
      return {
        interface: (info: CaptureInterface) => {
          const record: PacketInterfaceRecord = {
            ...info,
            id: counters.next('packetInterface'),
            received: null,
            droppedByKernel: null,
            droppedByInterface: null,
            droppedByUs: 0,
          };
          own.push(record);
          interfaces.push(record);
        },
        packet: (interfaceNumber, seconds, nanos, originalBytes, bytes, from, to, about) => {
          const record = own[interfaceNumber];
          if (record === undefined) return;
          packet(record.id, record.linkType, seconds, nanos, originalBytes, bytes, from, to, about);
        },
        secrets: (keyLog) => {
          keys.add(keyLog);
        },
        name: learnName,
        statistics: (interfaceNumber: number, counts: CaptureCounts) => {
          const record = own[interfaceNumber];
          if (record !== undefined) put({ ...record, ...counts });
        },
        comment: () => undefined,
        problem: onProblem,
      };
    },
    noteOwn: (keys) => {
      for (const key of keys) own.add(key);
      for (const key of own) {
        if (own.size <= ownMax) break;
        own.delete(key);
      }
    },
    take: (all) => {
      const count = all ? changed.length : Math.min(changed.length, conversationsPerBatchMax);
      const taken = changed.slice(0, count);
      changed = changed.slice(count);
      for (const flow of taken) flow.isChanged = false;
      const batch: PacketBatch = {
        blocks: blocks.take(),
        interfaces,
        conversations: taken.map(recordOf),
        more,
        names: newNames,
      };
      interfaces = [];
      more = [];
      newNames = [];
      return batch;
    },
    finish: () => {
      for (const flow of flows) over(flow);
      current = null;
      blocks.seal();
      recorder.close();
    },
    packets: () => packets,
    conversations: () => flows.length,
    bytes: () => bytesInAll,
  };
}

function timeOr(us: number | undefined): number | null {
  return us === undefined || us < 0 ? null : us;
}

/** What conversations and packets of a protocol are called. */
const applicationOf: Readonly<Record<StreamProtocol, readonly [application: string, name: ProtocolName]>> = {
  http1: ['http/1', 'HTTP'],
  http2: ['http/2', 'HTTP2'],
  tls: ['tls', 'TLS'],
  postgres: ['postgres', 'PGSQL'],
  mysql: ['mysql', 'MySQL'],
  mongodb: ['mongodb', 'MONGO'],
  redis: ['redis', 'RESP'],
  dns: ['dns', 'DNS'],
};

const codes = {
  ethernet: protocolCode('Ethernet'),
  arp: protocolCode('ARP'),
  ipv4: protocolCode('IPv4'),
  ipv6: protocolCode('IPv6'),
  tcp: protocolCode('TCP'),
  udp: protocolCode('UDP'),
  icmp: protocolCode('ICMP'),
  icmpv6: protocolCode('ICMPv6'),
  igmp: protocolCode('IGMP'),
  sctp: protocolCode('SCTP'),
  gre: protocolCode('GRE'),
  esp: protocolCode('ESP'),
};
