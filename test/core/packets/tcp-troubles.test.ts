import { describe, expect, test } from 'vitest';
import { tcpFlags } from '../../../core/packets/decoded-packet.ts';
import { START_US, handshake, play, type Step } from './tcp-script.ts';

const { fin: FIN, rst: RST, syn: SYN } = tcpFlags;
const data = (at: number, seq: number, text: string, more: Partial<Step> = {}): Step => ({
  ...{ end: 0, at, seq, ack: 1, data: text },
  ...more,
});
const acked = (at: number, ack: number, more: Partial<Step> = {}): Step => ({
  ...{ end: 1, at, seq: 1, ack },
  ...more,
});
/** Troubles of the last of these steps, after a handshake with a round trip of 2 ms. */
const last = (...steps: readonly Step[]): string[] => play([...handshake, ...steps]).troubles.at(-1)!;

describe('retransmission or out of order', () => {
  test('bytes that were seen are sent again, however soon they come', () => {
    expect(last(data(3000, 1, 'abc'), data(3010, 4, 'def'), data(3020, 1, 'abc'))).toEqual([
      'retransmission',
    ]);
  });

  test('bytes that were acknowledged are sent again for nothing', () => {
    expect(last(data(3000, 1, 'abc'), acked(3100, 4), data(9000, 1, 'abc'))).toEqual([
      'retransmission',
      'spuriousRetransmission',
    ]);
  });

  test('a segment that holds old and new bytes is a retransmission', () => {
    expect(last(data(3000, 1, 'abc'), data(3100, 1, 'abcdef'))).toEqual(['retransmission']);
  });

  test('what fills a hole within a round trip was overtaken, later it was sent again', () => {
    expect(last(data(3000, 4, 'def'), data(3500, 1, 'abc'))).toEqual(['outOfOrder']);
    expect(last(data(3000, 4, 'def'), data(5500, 1, 'abc'))).toEqual(['retransmission']);
  });

  test('timestamps know it better: overtaken after long, or sent again soon', () => {
    expect(last(data(3000, 4, 'def', { ts: 20 }), data(9000, 1, 'abc', { ts: 19 }))).toEqual(['outOfOrder']);
    expect(last(data(3000, 4, 'def', { ts: 20 }), data(3100, 1, 'abc', { ts: 21 }))).toEqual([
      'retransmission',
    ]);
    const wrapped = { ts: 3 };
    expect(last(data(3000, 4, 'def', { ts: 4_294_967_295 }), data(3100, 1, 'abc', wrapped))).toEqual([
      'retransmission',
    ]);
  });

  test('where timestamps stand still or are missing, the identification of IPv4 tells, unless it is far away', () => {
    const seen = data(3000, 4, 'def', { ts: 20, id: 5 });
    expect(last(seen, data(9000, 1, 'abc', { ts: 20, id: 3 }))).toEqual(['outOfOrder']);
    expect(last(seen, data(3100, 1, 'abc', { ts: 20, id: 9 }))).toEqual(['retransmission']);
    expect(last(seen, data(3100, 1, 'abc', { ts: 20, id: 5000 }))).toEqual(['outOfOrder']);
    expect(last(data(3000, 4, 'def', { id: 1 }), data(9000, 1, 'abc', { id: 65_535 }))).toEqual([
      'outOfOrder',
    ]);
  });

  test('a retransmission that the receiver reports as received twice was not needed (D-SACK)', () => {
    const again = [data(3000, 1, 'abc'), data(3100, 4, 'def'), data(200_000, 1, 'abc')];
    const spurious = (...acks: readonly Step[]): number =>
      play([...handshake, ...again, ...acks]).conversation.summary().ends.a.spuriousRetransmissions;
    expect(spurious(acked(200_100, 7))).toBe(0);
    expect(spurious(acked(200_100, 7), acked(200_200, 7, { sacked: [[1, 4]] }))).toBe(1);
    const report = acked(200_200, 7, { sacked: [[1, 4]] });
    expect(spurious(acked(200_100, 7), report, report)).toBe(1);
    const inside: Step['sacked'] = [
      [1, 4],
      [1, 7],
    ];
    expect(spurious(acked(200_100, 1, { sacked: inside }))).toBe(1);
    expect(spurious(acked(200_100, 1, { sacked: [[4, 7]] }))).toBe(0);
  });

  test('after two duplicate ACKs for it, it is a fast retransmission', () => {
    const asked = [acked(3100, 1), acked(3110, 1), data(3120, 7, 'ghi'), acked(3130, 1)];
    expect(last(acked(2900, 1, { window: 5000 }), data(3000, 4, 'def'), ...asked.slice(0, 1))).toEqual([
      'windowUpdate',
    ]);
    expect(last(acked(2900, 1), data(3000, 4, 'def'), ...asked, data(3200, 1, 'abc'))).toEqual([
      'retransmission',
      'fastRetransmission',
    ]);
    expect(last(acked(2900, 1), data(3000, 4, 'def'), ...asked, data(33_200, 1, 'abc'))).toEqual([
      'retransmission',
    ]);
  });

  test('what was sent again and then overtaken by what else was sent again is a retransmission', () => {
    const seen = data(3000, 7, 'ghi', { ts: 20 });
    const later = data(9000, 4, 'def', { ts: 31 });
    expect(last(seen, later, data(9100, 1, 'abc', { ts: 30 }))).toEqual(['retransmission']);
  });

  test('three duplicate ACKs because of an overtaken segment do not make it a retransmission', () => {
    const asked = [acked(3100, 1), acked(3110, 1), acked(3120, 1)];
    const overtaken = data(3200, 1, 'abc', { ts: 19 });
    expect(last(data(3000, 4, 'def', { ts: 20 }), ...asked, overtaken)).toEqual(['outOfOrder']);
  });

  test('a FIN is sent again like a byte, and an empty hole before it is told', () => {
    expect(last(data(3000, 1, '', { flags: FIN }), data(9000, 1, '', { flags: FIN }))).toEqual([
      'retransmission',
    ]);
    expect(last(data(3000, 4, '', { flags: FIN }))).toEqual(['gapBefore']);
  });
});

describe('empty segments', () => {
  test('the same ACK with the same window is a duplicate, with another one a window update', () => {
    const { troubles, conversation } = play([
      ...handshake,
      data(3000, 1, 'abc'),
      acked(3100, 4, { window: 500 }),
      acked(3200, 4, { window: 500 }),
      acked(3300, 4, { window: 700 }),
      acked(3400, 4, { window: 700 }),
    ]);
    expect(troubles.slice(3)).toEqual([[], [], ['duplicateAck'], ['windowUpdate'], ['duplicateAck']]);
    expect(conversation.summary().ends.b.duplicateAcks).toBe(2);
  });

  test('a keep-alive is no retransmission, and its ACK no duplicate', () => {
    const { troubles } = play([
      ...handshake,
      data(3000, 1, 'abc'),
      acked(3100, 4),
      { end: 0, at: 9_000_000, seq: 3, ack: 1 },
      acked(9_000_100, 4),
      { end: 0, at: 19_000_000, seq: 3, ack: 1, data: 'c' },
      acked(19_000_100, 4),
    ]);
    expect(troubles.slice(5)).toEqual([['keepAlive'], ['keepAliveAck'], ['keepAlive'], ['keepAliveAck']]);
  });

  test('a single byte that is not acknowledged yet is no keep-alive when it comes again', () => {
    expect(last(data(3000, 1, 'x'), data(300_000, 1, 'x'))).toEqual(['retransmission']);
  });

  test('an ACK that was overtaken by a FIN is no keep-alive', () => {
    const fin = data(3000, 1, '', { flags: FIN });
    expect(last(fin, acked(3100, 2), { end: 0, at: 3200, seq: 1, ack: 1 })).toEqual([]);
  });

  test('an ACK beyond what was seen says that packets are missing from the capture, once', () => {
    const { troubles } = play([...handshake, acked(3000, 10), acked(3100, 10), acked(3200, 20)]);
    expect(troubles.slice(3)).toEqual([['ackedUnseen'], ['duplicateAck'], ['ackedUnseen']]);
  });
});

describe('windows', () => {
  const zero = (at: number, ack: number, more: Partial<Step> = {}): Step =>
    acked(at, ack, { window: 0, ...more });

  test('the time at zero is from the packet that closes the window to the one that opens it', () => {
    const { conversation, troubles } = play([
      ...handshake,
      data(3000, 1, 'abc'),
      zero(4000, 4),
      zero(5000, 4),
      acked(14_000, 4, { window: 100 }),
      data(15_000, 4, 'def'),
      zero(16_000, 7),
      acked(17_000, 7, { window: 100 }),
    ]);
    expect(conversation.summary().ends.b).toMatchObject({
      zeroWindows: 2,
      zeroWindowUs: 11_000,
      longestZeroWindowUs: 10_000,
    });
    expect(troubles.slice(4)).toEqual([
      ['zeroWindow'],
      ['zeroWindow'],
      ['windowUpdate'],
      [],
      ['zeroWindow'],
      ['windowUpdate'],
    ]);
  });

  test('a window that is still at zero counts up to the last packet, and until an RST', () => {
    const open = play([...handshake, data(3000, 1, 'abc'), zero(4000, 4), zero(6000, 4)]);
    expect(open.conversation.summary().ends.b.zeroWindowUs).toBe(2000);
    const reset: Step = { end: 0, at: 9000, seq: 4, ack: 1, flags: RST };
    const over = play([...handshake, data(3000, 1, 'abc'), zero(4000, 4), reset, data(20_000, 4, 'x')]);
    expect(over.conversation.summary().ends.b.zeroWindowUs).toBe(5000);
  });

  test('the window of an RST or a SYN closes nothing, and an overtaken packet does not open it', () => {
    const ofSyn = play([{ end: 0, at: 0, seq: 0, flags: SYN, window: 0 }]);
    expect(ofSyn.conversation.summary().ends.a.zeroWindows).toBe(0);
    const ofRst = play([...handshake, { end: 0, at: 3000, seq: 1, ack: 1, flags: RST, window: 0 }]);
    expect(ofRst.troubles[3]).toEqual(['reset']);
    expect(ofRst.conversation.summary().ends.a.zeroWindows).toBe(0);
    const late = play([...handshake, data(3000, 1, 'abc'), zero(4000, 4), acked(4100, 1), zero(9000, 4)]);
    expect(late.conversation.summary().ends.b).toMatchObject({ zeroWindows: 1, zeroWindowUs: 5000 });
  });

  test('windows are scaled when both SYNs say so, and never that of a SYN', () => {
    const { conversation } = play([...handshake, acked(3000, 1, { window: 65_535 })]);
    expect(conversation.summary().ends.b.windowMax).toBe(65_535 * 4);
    const refused = play([
      { end: 0, at: 0, seq: 0, flags: SYN, scale: 7, window: 60_000 },
      { end: 1, at: 10, seq: 0, ack: 1, flags: SYN, window: 50_000 },
      { end: 0, at: 20, seq: 1, ack: 1, window: 60_000 },
    ]);
    expect(refused.conversation.summary().ends.a).toMatchObject({ windowMax: 60_000, windowScale: 7 });
  });

  test('a segment that ends at the edge of the window fills it; one into a closed window is a probe', () => {
    const edge = acked(2500, 1, { window: 2 });
    expect(last(edge, data(3000, 1, 'abcdefgh'))).toEqual(['windowFull']);
    expect(last(edge, data(3000, 1, 'abcdefg'))).toEqual([]);
    const full = [edge, data(3000, 1, 'abcdefgh'), zero(4000, 9)];
    expect(last(...full, data(5000, 9, 'i'))).toEqual(['zeroWindowProbe']);
    expect(last(...full, { end: 0, at: 5000, seq: 8, ack: 1 })).toEqual(['zeroWindowProbe']);
  });

  test('the byte of a probe comes again with the data, and that is no retransmission', () => {
    const { troubles, told } = play([
      ...handshake,
      acked(2500, 1, { window: 2 }),
      data(3000, 1, 'abcdefgh'),
      zero(4000, 9),
      data(5000, 9, 'i'),
      zero(5100, 9),
      acked(6000, 9, { window: 100 }),
      data(6100, 9, 'ijk'),
      acked(6200, 12, { window: 100 }),
    ]);
    expect(told).toEqual(['client "abcdefghijk"']);
    expect(troubles.slice(8)).toEqual([['windowUpdate'], [], []]);
  });

  test('a probe whose byte was taken is part of the stream', () => {
    const { troubles, told } = play([
      ...handshake,
      acked(2500, 1, { window: 2 }),
      data(3000, 1, 'abcdefgh'),
      zero(4000, 9),
      data(5000, 9, 'i'),
      acked(5100, 10, { window: 100 }),
      data(6100, 10, 'jk'),
    ]);
    expect(told).toEqual(['client "abcdefghijk"']);
    expect(troubles.slice(7)).toEqual([[], []]);
  });
});

describe('round trips', () => {
  test('each ACK of data is a sample, of the last segment that it covers', () => {
    const { conversation } = play([
      ...handshake,
      data(3000, 1, 'abc'),
      data(3400, 4, 'def'),
      acked(4400, 7),
      data(5000, 7, 'ghi'),
      acked(8000, 10),
    ]);
    expect(conversation.summary().rttUs).toEqual({ min: 1000, p50: 1000, p95: 3000, samples: 2 });
  });

  test('an ACK of bytes that were sent twice is none (Karn)', () => {
    const { conversation } = play([
      ...handshake,
      data(3000, 1, 'abc'),
      data(303_000, 1, 'abc'),
      acked(304_000, 4),
      data(305_000, 4, 'def'),
      acked(306_500, 7),
    ]);
    expect(conversation.summary().ends.a.rttUs).toEqual({ min: 1500, p50: 1500, p95: 1500, samples: 1 });
  });

  test('the conversation has that of the farther end', () => {
    const near: Step[] = [
      data(3000, 1, 'ask'),
      { end: 1, at: 13_000, seq: 1, ack: 4, data: 'answer' },
      { end: 0, at: 13_010, seq: 4, ack: 7 },
    ];
    const { conversation } = play([...handshake, ...near]);
    const { rttUs, ends } = conversation.summary();
    expect(rttUs).toEqual(ends.a.rttUs);
    expect([ends.a.rttUs?.p50, ends.b.rttUs?.p50]).toEqual([10_000, 10]);
  });

  test('percentiles of many samples are at most 1 % off', () => {
    const steps: Step[] = [...handshake];
    for (let at = 0; at < 2000; at++) {
      steps.push(data(10_000 * (at + 1), 1 + at, 'x'), acked(10_000 * (at + 1) + 1000 + at, 2 + at));
    }
    const rttUs = play(steps).conversation.summary().rttUs!;
    expect(rttUs).toMatchObject({ min: 1000, samples: 2000 });
    expect(Math.abs(rttUs.p50 / 1999 - 1)).toBeLessThan(0.0101);
    expect(Math.abs(rttUs.p95 / 2899 - 1)).toBeLessThan(0.0101);
  });

  test('what is in flight is what was sent and not acknowledged', () => {
    const { shared } = play([...handshake, data(3000, 1, 'abcdef'), acked(3100, 3), data(3200, 7, 'ghi')]);
    expect(shared).toMatchObject({ inFlight: 7, seq: 7, ack: 1, window: 4000 });
  });
});

describe('Nagle with delayed ACK', () => {
  /** A request in two small writes: the second waits for the ACK, which the other end delays. */
  const pair = (
    at: number,
    seq: number,
    ackAfter: number,
    goOnAfter: number,
    more: Partial<Step> = {},
  ): Step[] => [
    data(at, seq, 'head'),
    acked(at + ackAfter, seq + 4, more),
    data(at + ackAfter + goOnAfter, seq + 4, 'body'),
  ];

  test('a small segment that leaves with the delayed ACK of the one before has waited for it', () => {
    const { troubles, conversation } = play([
      ...handshake,
      ...pair(10_000, 1, 40_000, 100),
      acked(51_000, 9),
      ...pair(60_000, 9, 41_000, 600),
    ]);
    expect(troubles[5]).toEqual(['nagleDelay']);
    expect(conversation.summary()).toMatchObject({ nagleDelays: 2, nagleDelayUs: 40_100 + 41_600 });
  });

  test.each([
    ['came soon', pair(10_000, 1, 20_000, 100)],
    ['came long before', pair(10_000, 1, 40_000, 5000)],
    ['carried an answer', pair(10_000, 1, 40_000, 100, { data: 'answer' })],
  ])('one after an ACK that %s has not', (_, steps) => {
    expect(play([...handshake, ...steps]).conversation.summary().nagleDelays).toBe(0);
  });

  test('a full segment does not wait', () => {
    const { conversation } = play([
      ...handshake,
      data(10_000, 1, 'x'.repeat(1448)),
      acked(50_000, 1449),
      data(50_100, 1449, 'body'),
    ]);
    expect(conversation.summary().nagleDelays).toBe(0);
  });

  test('seen far from the sender, its answer to the ACK takes its time', () => {
    const far: Step[] = handshake.map((step) => ({ ...step, at: step.at + (step.seq === 1 ? 30_000 : 0) }));
    const steps = [...far, ...pair(110_000, 1, 40_000, 30_200)];
    expect(play(steps).conversation.summary()).toMatchObject({ nagleDelays: 1, nagleDelayUs: 70_200 });
  });
});

test('time that runs backwards shortens nothing below zero', () => {
  const { conversation } = play([
    { end: 0, at: 1000, seq: 0, flags: SYN },
    { end: 1, at: 500, seq: 0, ack: 1, flags: SYN },
    { end: 0, at: 100, seq: 1, ack: 1 },
    data(90, 1, 'abc'),
    acked(50, 4, { window: 0 }),
    acked(20, 4),
  ]);
  const summary = conversation.summary();
  expect(summary).toMatchObject({ handshakeUs: 0, synToSynAckUs: 0, rttUs: null });
  expect(summary.ends.b.zeroWindowUs).toBe(0);
  expect(summary.states[0]).toEqual({ atUs: START_US + 1000, end: 'a', state: 'syn-sent' });
});
