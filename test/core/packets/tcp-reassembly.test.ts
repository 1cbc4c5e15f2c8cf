import { describe, expect, test } from 'vitest';
import { tcpFlags } from '../../../core/packets/decoded-packet.ts';
import { TcpConversation } from '../../../core/packets/tcp-conversation.ts';
import { tcpLimits } from '../../../core/packets/tcp-limits.ts';
import { TcpShared } from '../../../core/packets/tcp-shared.ts';
import { START_US, collector, decodedStep, handshake, play, type Step } from './tcp-script.ts';

const { fin: FIN, rst: RST, syn: SYN, urg: URG } = tcpFlags;
const data = (at: number, seq: number, text: string, more: Partial<Step> = {}): Step => ({
  ...{ end: 0, at, seq, ack: 1, data: text },
  ...more,
});
const acked = (at: number, ack: number): Step => ({ end: 1, at, seq: 1, ack });

describe('order', () => {
  test('segments that overtake each other are handed on in order, and nothing is held then', () => {
    const { told, shared } = play([
      ...handshake,
      data(3000, 1, 'one '),
      data(3010, 11, 'three '),
      data(3020, 17, 'four'),
      data(3030, 5, 'two to'),
    ]);
    expect(told).toEqual(['client "one two tothree four"']);
    expect(shared.heldBytes).toBe(0);
  });

  test('held bytes are told with the time at which they could be read and the packet they came in', () => {
    const told: unknown[] = [];
    const conversation = new TcpConversation(
      new TcpShared(),
      {
        bytes: (_, chunk, atUs, packetNumber) => told.push([chunk.length, atUs - START_US, packetNumber]),
        gap: () => {},
        end: () => {},
      },
      START_US,
    );
    [...handshake, data(3000, 4, 'late'), data(4000, 1, 'now')].forEach((step, index) => {
      conversation.packet(decodedStep(step), step.end, START_US + step.at, index + 1);
    });
    expect(told).toEqual([
      [3, 4000, 5],
      [4, 4000, 4],
    ]);
  });

  test('what is sent again, in whatever pieces, is passed over', () => {
    const { told, conversation } = play([
      ...handshake,
      data(3000, 1, 'abcdef'),
      data(3300, 1, 'abc'),
      data(3400, 4, 'defghi'),
      data(3500, 1, 'abcdefghijkl'),
    ]);
    expect(told).toEqual(['client "abcdefghijkl"']);
    expect(conversation.summary().ends.a).toMatchObject({
      payloadBytes: 27,
      streamBytes: 12,
      retransmissions: 3,
    });
  });

  test('sequence numbers wrap', () => {
    const steps: Step[] = [...handshake, { end: 1, at: 2500, seq: 1, ack: 1, window: 9000 }];
    for (let seq = 1; seq < 1000; seq += 100) steps.push(data(3000 + seq, seq, 'x'.repeat(100)));
    const { told, troubles } = play(steps);
    expect(told).toEqual([`client "${'x'.repeat(1000)}"`]);
    expect(troubles.slice(4).flat()).toEqual([]);
  });

  test('a stream of more than 4 GiB keeps counting', () => {
    const shared = new TcpShared();
    const conversation = new TcpConversation(shared, null, START_US);
    const one = decodedStep(data(0, 1, ''));
    for (const step of handshake) conversation.packet(decodedStep(step), step.end, START_US, 1);
    let seq = 1;
    for (let packet = 0; packet < 80_000; packet++) {
      one.seq = (4_294_967_000 + seq) >>> 0;
      one.payloadTo = one.payloadFrom + 65_000;
      one.payloadCaptured = 65_000;
      conversation.packet(one, 0, START_US + packet, packet);
      seq += 65_000;
      if (packet % 10 === 0) conversation.packet(decodedStep(acked(0, seq)), 1, START_US + packet, packet);
    }
    expect(conversation.summary().ends.a).toMatchObject({ streamBytes: 80_000 * 65_000, retransmissions: 0 });
    expect(shared.inFlight).toBe(9 * 65_000);
    expect(conversation.a.next).toBe(80_000 * 65_000 + 1);
  });

  test('urgent data stays where it is in the stream', () => {
    const { told } = play([...handshake, data(3000, 1, 'ab', { flags: URG }), data(3010, 3, 'cd')]);
    expect(told).toEqual(['client "abcd"']);
  });

  test('a FIN that overtakes data ends the stream behind it', () => {
    const { told } = play([...handshake, data(3000, 4, 'def', { flags: FIN }), data(3100, 1, 'abc')]);
    expect(told).toEqual(['client "abcdef"', 'client fin']);
  });

  test('data behind the FIN is not of the stream', () => {
    const { told } = play([
      ...handshake,
      data(3000, 1, 'abc', { flags: FIN }),
      data(3100, 5, 'never'),
      data(3200, 1, 'abcdef'),
    ]);
    expect(told).toEqual(['client "abc"', 'client fin']);
  });
});

describe('segments that contradict each other', () => {
  test('of bytes that come twice the first are kept, and the packet says so', () => {
    const { told, troubles } = play([
      ...handshake,
      data(3000, 5, 'EFGH'),
      data(3010, 3, 'cdXXgh'),
      data(3020, 1, 'abcd'),
    ]);
    expect(told).toEqual(['client "abcdEFGH"']);
    expect(troubles[4]).toContain('contentChanged');
    expect(troubles[5]).not.toContain('contentChanged');
  });

  test('a segment fills several holes at once', () => {
    const { told } = play([
      ...handshake,
      data(3000, 3, 'C'),
      data(3010, 5, 'E'),
      data(3020, 7, 'G'),
      data(3030, 1, 'abcdefghi'),
    ]);
    expect(told).toEqual(['client "abCdEfGhi"']);
  });
});

describe('gaps', () => {
  test('a hole that its receiver has acknowledged is given up 16 packets later', () => {
    const steps = [...handshake, data(3000, 1, 'abc'), data(3010, 11, 'xyz'), acked(3020, 14)];
    const more = (count: number): Step[] => Array.from({ length: count }, (_, at) => acked(3100 + at, 14));
    expect(play([...steps, ...more(15)]).told).toEqual(['client "abc"']);
    const { told, conversation } = play([...steps, ...more(16)]);
    expect(told).toEqual(['client "abc"', 'client gap 7', 'client "xyz"']);
    expect(conversation.summary().ends.a.missingBytes).toBe(7);
  });

  test('a packet that was only captured late still fills it', () => {
    const { told, troubles } = play([
      ...handshake,
      data(3000, 1, 'abc'),
      data(3010, 7, 'xyz'),
      acked(3020, 10),
      acked(3030, 10),
      data(3040, 4, 'def'),
    ]);
    expect(told).toEqual(['client "abcdefxyz"']);
    expect(troubles[4]).toEqual(['gapBefore']);
    expect(troubles[5]).toEqual(['ackedUnseen']);
  });

  test('only what is acknowledged of a hole is given up', () => {
    const more = Array.from({ length: 20 }, (_, at) => acked(3100 + at, 6));
    const { told } = play([
      ...handshake,
      data(3000, 1, 'abc'),
      data(3010, 11, 'xyz'),
      ...more,
      data(9000, 6, 'fghij'),
    ]);
    expect(told).toEqual(['client "abc"', 'client gap 2', 'client "fghijxyz"']);
  });

  test('at the end of the capture all holes are given up, also one at the end of a stream', () => {
    const { conversation, told } = play([
      ...handshake,
      data(3000, 4, 'def'),
      data(3010, 9, 'i'),
      acked(3020, 20),
    ]);
    conversation.finish(START_US + 5000);
    expect(told).toEqual(['client gap 3', 'client "def"', 'client gap 2', 'client "i"', 'client gap 10']);
  });

  test('an RST gives up the holes of both streams', () => {
    const { told } = play([
      ...handshake,
      data(3000, 4, 'def'),
      { end: 1, at: 3010, seq: 11, ack: 1, data: 'late' },
      { end: 1, at: 3020, seq: 15, ack: 1, flags: RST },
    ]);
    expect(told).toEqual(['server gap 10', 'server "late"', 'client gap 3', 'client "def"', 'server reset']);
  });

  test('what the capture cut off a packet is a gap, in order and when it was held', () => {
    const { told } = play([
      ...handshake,
      data(3000, 1, 'abcdef', { captured: 4 }),
      data(3010, 10, 'jklm', { captured: 1 }),
      data(3020, 7, 'ghi'),
      data(3030, 14, 'n'),
    ]);
    expect(told).toEqual(['client "abcd"', 'client gap 2', 'client "ghij"', 'client gap 3', 'client "n"']);
  });

  test('a capture that begins in the middle begins the streams with what it sees first', () => {
    const { told, conversation, troubles } = play([
      { end: 1, at: 0, seq: 500, ack: 700, data: 'middle' },
      { end: 0, at: 100, seq: 700, ack: 506, data: 'of it' },
      { end: 1, at: 200, seq: 506, ack: 705, data: ' all' },
    ]);
    expect(told).toEqual(['server "middle"', 'client "of it"', 'server " all"']);
    expect(troubles.flat()).toEqual([]);
    expect(conversation.summary()).toMatchObject({
      handshakeUs: null,
      ends: { a: { windowMax: null, initialSeq: null, state: 'established' } },
    });
  });

  test('of an end that is never seen, only its acknowledged bytes are known', () => {
    const steps: Step[] = [{ end: 0, at: 0, seq: 0, flags: SYN }];
    for (let at = 0; at < 40; at++)
      steps.push({ end: 0, at: 1000 + at, seq: 1 + at, ack: 1 + at * 10, data: 'x' });
    const { conversation, told } = play(steps);
    conversation.finish(START_US + 9000);
    expect(told.slice(0, 2)).toEqual([`client "${'x'.repeat(18)}"`, 'server gap 170']);
    expect(conversation.summary().ends.b).toMatchObject({ packets: 0, missingBytes: 390 });
  });
});

describe('numbers far outside', () => {
  test('a segment beyond every window is passed over', () => {
    const { told, troubles } = play([
      ...handshake,
      data(3000, 1 + 2 ** 30 + 2, 'evil'),
      data(3010, 1 + 2 ** 25, 'evil'),
      data(3020, 1, 'good'),
    ]);
    expect(troubles[3]).toEqual(['outsideWindow']);
    expect(troubles[4]).toEqual(['outsideWindow']);
    expect(told).toEqual(['client "good"']);
  });

  test('when the next one follows it, the capture has lost what lies between', () => {
    const far = 1 + 2 ** 31 + 5;
    const { told, conversation } = play([
      ...handshake,
      data(3000, 1, 'abc'),
      data(3010, far, 'one'),
      data(3020, far + 3, 'two'),
    ]);
    expect(told).toEqual(['client "abc"', `client gap ${far + 3 - 4}`, 'client "two"']);
    expect(conversation.a.next).toBe(far + 6);
  });

  test('an ACK of what cannot have been sent is not believed', () => {
    const { told, troubles, conversation } = play([
      ...handshake,
      acked(3000, 2 ** 30 + 100),
      data(3010, 1, 'abc'),
      ...Array.from({ length: 20 }, (_, at) => acked(3100 + at, 4)),
    ]);
    expect(troubles[3]).toEqual(['outsideWindow']);
    expect(told).toEqual(['client "abc"']);
    expect(conversation.summary().ends.a.missingBytes).toBe(0);
  });
});

describe('bounds', () => {
  test('more segments than can be held give up the first hole', () => {
    const steps: Step[] = [...handshake];
    for (let at = 0; at <= tcpLimits.heldSegmentsMax; at++) steps.push(data(3000 + at, 3 + 2 * at, 'x'));
    const { told, conversation } = play(steps);
    expect(told.slice(0, 2)).toEqual(['client gap 2', 'client "x"']);
    expect(conversation.a.held?.parts.length).toBeLessThanOrEqual(tcpLimits.heldSegmentsMax);
  });

  test('all conversations together hold so many bytes', () => {
    const shared = new TcpShared(1000);
    const first = play([...handshake, data(3000, 100, 'x'.repeat(900))], shared);
    expect(first.told).toEqual([]);
    const second = play(
      [...handshake, data(3000, 100, 'y'.repeat(90)), data(3010, 300, 'z'.repeat(90))],
      shared,
    );
    expect(second.told).toEqual(['client gap 99', `client "${'y'.repeat(90)}"`]);
    expect(shared.heldBytes).toBe(990);
    first.conversation.takeNothing();
    expect(shared.heldBytes).toBe(90);
  });

  test('without a taker nothing is held, and what is missing is still known', () => {
    const shared = new TcpShared();
    const conversation = new TcpConversation(shared, null, START_US);
    for (const step of [...handshake, data(3000, 10, 'late'), data(3010, 4, 'def')]) {
      conversation.packet(decodedStep(step), step.end, START_US + step.at, 1);
      expect(shared.heldBytes).toBe(0);
    }
    conversation.finish(START_US);
    expect(conversation.summary().ends.a).toMatchObject({ missingBytes: 6, streamBytes: 7 });
  });

  test('a taker that is taken away hears nothing more', () => {
    const told: string[] = [];
    const conversation = new TcpConversation(new TcpShared(), collector(told), START_US);
    const steps = [...handshake, data(3000, 1, 'abc'), data(3010, 7, 'xyz')];
    for (const step of steps) conversation.packet(decodedStep(step), step.end, START_US + step.at, 1);
    conversation.takeNothing();
    conversation.packet(decodedStep(data(3020, 4, 'def')), 0, START_US + 3020, 2);
    expect(told).toEqual(['client "abc"']);
    expect(conversation.a.handed).toBe(10);
  });
});
