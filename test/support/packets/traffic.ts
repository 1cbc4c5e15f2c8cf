import type { ConversationRow, PacketRow } from '../../../core/contract/packets.ts';
import { packetTroubles as trouble } from '../../../core/packets/tcp-events.ts';
import { addressA, nameA, roundUs, scriptSteps, talks, type Step, type Talk } from './script.ts';

/** Traffic of any length: the script again and again, from other ports. Nothing of it is held. */
export interface Traffic {
  readonly steps: readonly Step[];
  readonly row: (number: number) => PacketRow;
  readonly step: (number: number) => Step;
  readonly conversationOf: (number: number) => number;
  readonly conversationCount: (packets: number) => number;
  readonly conversation: (id: number) => ConversationRow;
  /** Numbers of its packets, in order. */
  readonly packetsOf: (id: number) => readonly number[];
  readonly talkOf: (id: number) => Talk;
  readonly startUs: number;
  readonly atUs: (number: number) => number;
  readonly marks: Map<number, { marked: boolean; comment: string | null }>;
}

export function createTraffic(startUs: number): Traffic {
  const steps = scriptSteps();
  const marks = new Map<number, { marked: boolean; comment: string | null }>();
  const placesOf = talks.map((_, talk) => steps.flatMap((step, at) => (step.talk === talk ? [at] : [])));
  const round = (number: number) => Math.floor((number - 1) / steps.length);
  const step = (number: number): Step => {
    const found = steps[(number - 1) % steps.length];
    if (found === undefined) throw new Error(`There is no packet ${number}.`);
    return found;
  };
  const conversationOf = (number: number) => round(number) * talks.length + step(number).talk + 1;
  const talkOf = (id: number): Talk => {
    const found = talks[(id - 1) % talks.length];
    if (found === undefined) throw new Error(`There is no conversation ${id}.`);
    return found;
  };
  const packetsOf = (id: number) => {
    const first = Math.floor((id - 1) / talks.length) * steps.length + 1;
    return (placesOf[(id - 1) % talks.length] ?? []).map((at) => first + at);
  };
  const atUs = (number: number) => startUs + round(number) * roundUs + step(number).atUs;
  const portA = (id: number) => 40_000 + ((id * 7) % 20_000);

  const row = (number: number): PacketRow => {
    const { end, protocol, info, troubles, payload, flags } = step(number);
    const id = conversationOf(number);
    const talk = talkOf(id);
    const hasPorts = talk.portB !== null;
    const a = { address: addressA, name: nameA, port: hasPorts ? portA(id) : null };
    const b = { address: talk.addressB, name: talk.nameB, port: talk.portB };
    const [from, to] = end === 'a' ? [a, b] : [b, a];
    const us = atUs(number);
    const headers = { tcp: 66, udp: 42, icmp: 34, arp: 14 }[talk.transport];
    const length = Math.max(60, headers + payload.length);
    const mark = marks.get(number);
    return {
      number,
      seconds: Math.floor(us / 1e6),
      nanos: (us % 1e6) * 1000 + ((number * 137) % 1000),
      source: from.address,
      destination: to.address,
      sourcePort: from.port,
      destinationPort: to.port,
      sourceName: from.name,
      destinationName: to.name,
      protocol,
      capturedBytes: length,
      originalBytes: length,
      info: flags !== 0 && protocol === 'TCP' ? info.replace('[', `${from.port} → ${to.port} [`) : info,
      conversation: id,
      end,
      troubles,
      marked: mark?.marked ?? false,
      comment: mark?.comment ?? null,
      interface: 'eth0',
    };
  };
  const conversation = (id: number): ConversationRow => {
    const talk = talkOf(id);
    const numbers = packetsOf(id);
    const [first = 1, last = 1] = [numbers[0], numbers.at(-1)];
    const count = (which: (each: Step) => boolean) => {
      const of = (end: 'a' | 'b') => numbers.filter((n) => step(n).end === end && which(step(n))).length;
      return { a: of('a'), b: of('b') };
    };
    const bytes = { a: 0, b: 0 };
    let troubles = 0;
    for (const number of numbers) {
      bytes[step(number).end] += row(number).originalBytes;
      troubles |= step(number).troubles;
    }
    const isTcp = talk.transport === 'tcp';
    const rtts = numbers.map((n) => step(n).rttUs).filter((us) => us > 0);
    const has = (flag: number) => (each: Step) => (each.troubles & flag) !== 0;
    return {
      id,
      protocol: talk.transport,
      application: talk.application,
      addressA,
      portA: talk.portB === null ? null : portA(id),
      addressB: talk.addressB,
      portB: talk.portB,
      nameA,
      nameB: talk.nameB,
      packets: count(() => true),
      bytes,
      startedAtUs: atUs(first),
      endedAtUs: atUs(last),
      firstPacket: first,
      lastPacket: last,
      handshakeUs: isTcp && rtts.length > 0 ? (rtts[0] ?? 0) + 60 : null,
      rttUs:
        rtts.length === 0
          ? null
          : { min: Math.min(...rtts), p50: rtts[0] ?? 0, p95: Math.max(...rtts) * 1.2 },
      retransmissions: count(has(trouble.retransmission)),
      duplicateAcks: count(has(trouble.duplicateAck)),
      outOfOrder: count(has(trouble.outOfOrder)),
      zeroWindowUs: { a: (troubles & trouble.zeroWindow) === 0 ? 0 : 261_500, b: 0 },
      missingBytes: { a: 0, b: 0 },
      resets: numbers.filter((n) => has(trouble.reset)(step(n))).length,
      mss: isTcp ? { a: 1460, b: 1460 } : { a: null, b: null },
      troubles,
      leg:
        talk.application === 'tls'
          ? { id: 1, role: 'server' }
          : talk.application === 'http/1.1'
            ? { id: 2, role: 'client' }
            : null,
      exchanges: talk.transport === 'arp' || talk.transport === 'icmp' ? 0 : 1,
      locked: null,
    };
  };
  return {
    steps,
    step,
    row,
    conversationOf,
    conversationCount: (packets) => (packets === 0 ? 0 : Math.ceil(packets / steps.length) * talks.length),
    conversation,
    packetsOf,
    talkOf,
    startUs,
    atUs,
    marks,
  };
}
