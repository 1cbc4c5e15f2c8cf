import { describe, expect, test } from 'vitest';
import { TcpConversation } from '../../../core/packets/tcp-conversation.ts';
import { packetTroubles } from '../../../core/packets/tcp-events.ts';
import { createSeriesCollector, type TcpSeries } from '../../../core/packets/tcp-series.ts';
import { TcpShared } from '../../../core/packets/tcp-shared.ts';
import { START_US, decodedStep, handshake, type Step } from './tcp-script.ts';

function series(steps: readonly Step[], ...options: Parameters<typeof createSeriesCollector>): TcpSeries {
  const shared = new TcpShared();
  const conversation = new TcpConversation(shared, null, START_US);
  const collector = createSeriesCollector(...options);
  steps.forEach((step, index) => {
    const decoded = decodedStep(step);
    const atUs = START_US + step.at;
    const troubles = conversation.packet(decoded, step.end, atUs, index + 1);
    const payload = decoded.payloadTo - decoded.payloadFrom;
    collector.add(shared, step.end, atUs, index + 1, payload, decoded.tcpFlags, troubles);
  });
  return collector.series();
}

const talk: readonly Step[] = [
  ...handshake,
  { end: 0, at: 3000, seq: 1, ack: 1, data: 'abcdef' },
  { end: 1, at: 4500, seq: 1, ack: 7, window: 10 },
  { end: 0, at: 9000, seq: 1, ack: 1, data: 'abcdef' },
];

describe('points', () => {
  test('each packet is one, with positions that begin at the SYN', () => {
    const points = series(talk, 100);
    expect([...points.packetNumbers]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...points.ends]).toEqual([0, 1, 0, 0, 1, 0]);
    expect([...points.seq]).toEqual([0, 0, 1, 1, 1, 1]);
    expect([...points.ack]).toEqual([0, 1, 1, 1, 7, 1]);
    expect([...points.payloadBytes]).toEqual([0, 0, 0, 6, 0, 6]);
    expect([...points.window]).toEqual([1000, 1000, 4000, 4000, 40, 4000]);
    expect([...points.inFlight]).toEqual([1, 1, 0, 6, 0, 0]);
    expect([...points.rttUs]).toEqual([-1, -1, -1, -1, 1500, -1]);
    expect([...points.flags]).toEqual([2, 18, 16, 16, 16, 16]);
    expect(points.troubles[5]).toBe(packetTroubles.retransmission | packetTroubles.spuriousRetransmission);
    expect([...points.atUs].map((atUs) => atUs - START_US)).toEqual([0, 1500, 2000, 3000, 4500, 9000]);
    expect(points.thinned).toBe(0);
  });

  test('only those between two times are told', () => {
    const points = series(talk, 100, START_US + 2000, START_US + 4500);
    expect([...points.packetNumbers]).toEqual([3, 4, 5]);
  });
});

describe('more packets than points', () => {
  /** 30,000 packets: a peak of the window at packet 12,345, a peak of the round trip, and some troubles. */
  const shared = new TcpShared();
  const many = (pointsMax: number): TcpSeries => {
    const collector = createSeriesCollector(pointsMax);
    for (let packet = 1; packet <= 30_000; packet++) {
      shared.seq = packet * 10;
      shared.ack = 1;
      shared.window = packet === 12_345 ? 99_999 : 1000;
      shared.inFlight = packet % 7;
      shared.rttUs = packet === 20_001 ? 88_888 : packet % 3 === 0 ? 500 : -1;
      const troubles = packet % 100 === 7 ? packetTroubles.duplicateAck : 0;
      collector.add(shared, 0, START_US + packet * 5, packet, 10, 16, troubles);
    }
    return collector.series();
  };

  test('peaks and troubles stay, in order, and never more than asked for', () => {
    const points = many(2000);
    expect(points.packetNumbers.length).toBe(2000);
    expect(points.thinned).toBe(28_000);
    expect([...points.packetNumbers]).toEqual([...points.packetNumbers].sort((one, other) => one - other));
    expect(Math.max(...points.window)).toBe(99_999);
    expect(Math.max(...points.rttUs)).toBe(88_888);
    expect([...points.troubles].filter((troubles) => troubles !== 0)).toHaveLength(300);
    expect(points.packetNumbers[0]).toBe(1);
    expect(points.packetNumbers.at(-1)).toBe(30_000);
  });

  test('no part of the time is left without points', () => {
    const numbers = many(2000).packetNumbers;
    for (let at = 1; at < numbers.length; at++) {
      expect(numbers[at]! - numbers[at - 1]!).toBeLessThan(1000);
    }
  });

  test.each([1, 2, 17, 50])('%i points are %i points', (pointsMax) => {
    const points = many(pointsMax);
    expect(points.packetNumbers.length).toBe(pointsMax);
    expect(points.thinned).toBe(30_000 - pointsMax);
  });
});
