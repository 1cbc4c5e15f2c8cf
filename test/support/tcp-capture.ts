import { readFileSync } from 'node:fs';
import { addressText } from '../../core/packets/address-text.ts';
import type { CaptureEvents } from '../../core/packets/capture-events.ts';
import { createDecoder } from '../../core/packets/decode.ts';
import { createDecodedPacket, type DecodedPacket } from '../../core/packets/decoded-packet.ts';
import { createCaptureReader } from '../../core/packets/files/capture-read.ts';
import { sourceIsClient, TcpConversation } from '../../core/packets/tcp-conversation.ts';
import type { EndNumber } from '../../core/packets/tcp-course.ts';
import type { StreamTaker } from '../../core/packets/tcp-events.ts';
import { TcpShared } from '../../core/packets/tcp-shared.ts';
import { nodePlatform } from './platform.ts';

export interface TcpPacket {
  readonly number: number;
  readonly atUs: number;
  readonly stream: TcpStreamOf;
  readonly end: EndNumber;
  readonly seq: number;
  readonly ack: number;
  readonly payload: number;
  readonly flags: number;
  readonly window: number;
  readonly timestamp: number;
  /** Identification of IPv4, which tells a copy from a packet that was sent again; -1 with IPv6. */
  readonly ipId: number;
  readonly troubles: number;
  readonly rttUs: number;
  readonly inFlight: number;
}

export interface TcpStreamOf {
  /** In the order of their first packets, as tshark numbers them. */
  readonly index: number;
  readonly conversation: TcpConversation;
  readonly packets: TcpPacket[];
  /** Bytes of a and b. */
  readonly bytes: [Uint8Array[], Uint8Array[]];
  readonly gaps: [number, number];
  readonly ends: string[];
}

/** Reads a capture file and analyses its TCP conversations as the program does. */
export function analyseCapture(file: string): { streams: TcpStreamOf[]; packets: TcpPacket[] } {
  const decoder = createDecoder();
  const decoded = createDecodedPacket();
  const shared = new TcpShared();
  const latest = new Map<string, { stream: TcpStreamOf; a: string }>();
  const streams: TcpStreamOf[] = [];
  const packets: TcpPacket[] = [];
  const linkTypes: number[] = [];
  let number = 0;

  const events: CaptureEvents = {
    interface: (info) => linkTypes.push(info.linkType),
    packet: (interfaceNumber, seconds, nanos, originalBytes, all, from, to) => {
      number++;
      decoder.decode(all, from, to, linkTypes[interfaceNumber] ?? 0, originalBytes, seconds, decoded);
      if (decoded.ipProtocol !== 6 || decoded.transportAt < 0 || decoded.isFragment) return;
      take(seconds * 1e6 + nanos / 1e3);
    },
    secrets: () => {},
    name: () => {},
    statistics: () => {},
    comment: () => {},
    problem: (sentence) => {
      throw new Error(sentence);
    },
  };

  function take(atUs: number): void {
    const source = `${addressText(decoded.bytes, decoded.sourceAt, decoded.addressBytes)}:${decoded.sourcePort}`;
    const target = `${addressText(decoded.bytes, decoded.destinationAt, decoded.addressBytes)}:${decoded.destinationPort}`;
    const key = source < target ? `${source} ${target}` : `${target} ${source}`;
    let known = latest.get(key);
    const isNew = known?.stream.conversation.isNewConversation(decoded, known.a === source ? 0 : 1);
    if (known === undefined || isNew === true) {
      known?.stream.conversation.finish(atUs);
      const a = sourceIsClient(decoded) ? source : target;
      known = { stream: begin(atUs, known !== undefined), a };
      latest.set(key, known);
    }
    const end = known.a === source ? 0 : 1;
    const troubles = known.stream.conversation.packet(decoded, end, atUs, number);
    const packet = packetOf(known.stream, end, atUs, troubles);
    known.stream.packets.push(packet);
    packets.push(packet);
  }

  function begin(atUs: number, isReused: boolean): TcpStreamOf {
    const bytes: TcpStreamOf['bytes'] = [[], []];
    const gaps: TcpStreamOf['gaps'] = [0, 0];
    const ends: string[] = [];
    const taker: StreamTaker = {
      bytes: (sender, chunk) => bytes[sender === 'client' ? 0 : 1].push(Uint8Array.from(chunk)),
      gap: (sender, count) => {
        gaps[sender === 'client' ? 0 : 1] += count;
      },
      end: (sender, how) => ends.push(`${sender} ${how}`),
    };
    const conversation = new TcpConversation(shared, taker, atUs, isReused);
    const stream = { index: streams.length, conversation, packets: [], bytes, gaps, ends };
    streams.push(stream);
    return stream;
  }

  function packetOf(stream: TcpStreamOf, end: EndNumber, atUs: number, troubles: number): TcpPacket {
    return {
      ...{ number, atUs, stream, end, troubles, seq: shared.seq, ack: shared.ack },
      ...{ payload: decoded.payloadTo - decoded.payloadFrom, flags: decoded.tcpFlags, ipId: ipIdOf(decoded) },
      ...{ window: shared.window, timestamp: decoded.timestampValue },
      ...{ rttUs: shared.rttUs, inFlight: shared.inFlight },
    };
  }

  const reader = createCaptureReader(events, nodePlatform);
  reader.bytes(new Uint8Array(readFileSync(file)));
  reader.end();
  for (const { conversation } of streams) conversation.finish(conversation.lastAtUs);
  return { streams, packets };
}

function ipIdOf(decoded: DecodedPacket): number {
  if (decoded.addressBytes !== 4) return -1;
  return ((decoded.bytes[decoded.networkAt + 4] ?? 0) << 8) | (decoded.bytes[decoded.networkAt + 5] ?? 0);
}
