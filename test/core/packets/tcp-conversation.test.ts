import { describe, expect, test } from 'vitest';
import { tcpFlags } from '../../../core/packets/decoded-packet.ts';
import { sourceIsClient, TcpConversation } from '../../../core/packets/tcp-conversation.ts';
import { TcpShared } from '../../../core/packets/tcp-shared.ts';
import { START_US, decodedStep, handshake, play, type Step } from './tcp-script.ts';

const { syn: SYN, fin: FIN, rst: RST } = tcpFlags;

describe('handshake and end', () => {
  test('both halves of the handshake are timed, and what the SYNs offer is known', () => {
    const { conversation, troubles } = play(handshake);
    const summary = conversation.summary();
    expect(summary).toMatchObject({ handshakeUs: 2000, synToSynAckUs: 1500, synAckToAckUs: 500 });
    expect(summary.ends.a).toMatchObject({
      mss: 1460,
      windowScale: 2,
      sackPermitted: true,
      timestamps: false,
      initialSeq: 4_294_967_000,
      windowMax: 4000,
      state: 'established',
    });
    expect(troubles).toEqual([[], [], []]);
  });

  test('states follow each other until both ends have closed', () => {
    const { conversation, told } = play([
      ...handshake,
      { end: 0, at: 3000, seq: 1, ack: 1, data: 'hello', flags: FIN },
      { end: 1, at: 4000, seq: 1, ack: 7 },
      { end: 1, at: 5000, seq: 1, ack: 7, data: 'world', flags: FIN },
      { end: 0, at: 6000, seq: 7, ack: 7 },
    ]);
    expect(told).toEqual(['client "hello"', 'client fin', 'server "world"', 'server fin']);
    expect(statesOf(conversation)).toEqual([
      '0 a syn-sent',
      '1500 b syn-received',
      '2000 a established',
      '2000 b established',
      '3000 a fin-wait',
      '4000 b close-wait',
      '5000 b closing',
      '6000 b closed',
      '6000 a closed',
    ]);
  });

  test('after a half-close the other end goes on', () => {
    const { told } = play([
      ...handshake,
      { end: 0, at: 3000, seq: 1, ack: 1, data: 'ask', flags: FIN },
      { end: 1, at: 4000, seq: 1, ack: 5, data: 'answer ' },
      { end: 0, at: 4100, seq: 5, ack: 8 },
      { end: 1, at: 5000, seq: 8, ack: 5, data: 'in parts', flags: FIN },
    ]);
    expect(told).toEqual(['client "ask"', 'client fin', 'server "answer in parts"', 'server fin']);
  });

  test('both ends may open at once, each with a SYN and then a SYN/ACK (RFC 9293 figure 7)', () => {
    const { conversation, troubles, told } = play([
      { end: 0, at: 0, seq: 0, flags: SYN },
      { end: 1, at: 10, seq: 0, flags: SYN },
      { end: 0, at: 1000, seq: 0, ack: 1, flags: SYN },
      { end: 1, at: 1010, seq: 0, ack: 1, flags: SYN },
      { end: 0, at: 2000, seq: 1, ack: 1, data: 'a' },
      { end: 1, at: 2010, seq: 1, ack: 2, data: 'b' },
    ]);
    expect(troubles.flat()).toEqual([]);
    expect(told).toEqual(['client "a"', 'server "b"']);
    expect(conversation.summary().ends).toMatchObject({
      a: { state: 'established' },
      b: { state: 'established' },
    });
  });

  test('a SYN that is sent again is told, and the handshake counts from the first', () => {
    const { troubles, conversation } = play([
      { end: 0, at: 0, seq: 0, flags: SYN },
      { end: 0, at: 1_000_000, seq: 0, flags: SYN },
      { end: 1, at: 1_001_000, seq: 0, ack: 1, flags: SYN },
      { end: 0, at: 1_001_100, seq: 1, ack: 1 },
    ]);
    expect(troubles[1]).toEqual(['retransmission', 'synRetransmission']);
    expect(conversation.summary().handshakeUs).toBe(1_001_100);
  });

  test('a refused connection is a reset of both ends', () => {
    const { conversation, told } = play([
      { end: 0, at: 0, seq: 0, flags: SYN },
      { end: 1, at: 100, seq: -70_000, ack: 1, flags: RST },
    ]);
    expect(told).toEqual(['server reset']);
    expect(conversation.summary()).toMatchObject({ resets: 1, handshakeUs: null });
    expect(statesOf(conversation)).toEqual(['0 a syn-sent', '100 b reset', '100 a reset']);
  });

  test('an RST ends the stream of its sender at once and the other one when nothing follows; its text is no data', () => {
    const { conversation, told, troubles } = play([
      ...handshake,
      { end: 0, at: 3000, seq: 1, ack: 1, flags: RST, data: 'why' },
      { end: 1, at: 3100, seq: 1, ack: 1, data: 'late' },
    ]);
    conversation.finish(START_US + 9000);
    expect(told).toEqual(['client reset', 'server "late"', 'server reset']);
    expect(troubles[3]).toEqual(['reset']);
    expect(conversation.summary()).toMatchObject({ resets: 1, ends: { a: { state: 'reset' } } });
  });

  test('an RST from far outside changes nothing', () => {
    const { told, troubles, conversation } = play([
      ...handshake,
      { end: 1, at: 3000, seq: 2 ** 31, ack: 1, flags: RST },
      { end: 1, at: 3100, seq: 1, ack: 1, data: 'still here' },
    ]);
    expect(troubles[3]).toEqual(['reset', 'outsideWindow']);
    expect(told).toEqual(['server "still here"']);
    expect(conversation.summary().resets).toBe(0);
  });

  test('whoever sent the SYN is the client, else whoever got the SYN/ACK, else whoever has the higher port', () => {
    const of = (step: Partial<Step>): boolean =>
      sourceIsClient(decodedStep({ end: 1, at: 0, seq: 0, ...step }));
    expect(of({ flags: SYN })).toBe(true);
    expect(of({ flags: SYN, ack: 1 })).toBe(false);
    expect(of({ ack: 1 })).toBe(false);
    expect(of({ end: 0, ack: 1 })).toBe(true);
  });
});

describe('TCP Fast Open (RFC 7413)', () => {
  const open = (acked: number): Step[] => [
    { end: 0, at: 0, seq: 0, flags: SYN, fastOpen: 8, data: 'GET' },
    { end: 1, at: 1000, seq: 0, ack: acked, flags: SYN },
  ];

  test('data of the SYN is handed on at once, and used when the SYN/ACK acknowledges it', () => {
    const { conversation, told, troubles } = play([
      ...open(4),
      { end: 1, at: 1100, seq: 1, ack: 4, data: '200' },
      { end: 0, at: 1200, seq: 4, ack: 4, data: '!' },
    ]);
    expect(told).toEqual(['client "GET"', 'server "200"', 'client "!"']);
    expect(troubles.flat()).toEqual([]);
    expect(conversation.summary()).toMatchObject({ fastOpen: 'used', handshakeUs: 1200 });
  });

  test('it is refused when only the SYN is acknowledged; the data then comes again and is passed over', () => {
    const { conversation, told, troubles } = play([
      ...open(1),
      { end: 0, at: 1200, seq: 1, ack: 1, data: 'GET' },
      { end: 1, at: 2400, seq: 1, ack: 4, data: '200' },
    ]);
    expect(told).toEqual(['client "GET"', 'server "200"']);
    expect(troubles[2]).toEqual(['retransmission']);
    expect(conversation.summary().fastOpen).toBe('refused');
  });

  test('a cookie may only be asked for', () => {
    const { conversation } = play([{ end: 0, at: 0, seq: 0, flags: SYN, fastOpen: 0 }]);
    expect(conversation.summary().fastOpen).toBe('requested');
  });
});

describe('which packets are of another conversation', () => {
  const next = (steps: readonly Step[], step: Step): boolean =>
    play(steps).conversation.isNewConversation(decodedStep(step), step.end);

  test('a SYN with another initial sequence number is', () => {
    expect(next(handshake, { end: 0, at: 0, seq: 5000, flags: SYN })).toBe(true);
    expect(next(handshake, { end: 1, at: 0, seq: 5000, flags: SYN })).toBe(true);
  });

  test('a SYN that is sent again is not, unless the conversation was closed or reset', () => {
    const again: Step = { end: 0, at: 0, seq: 0, flags: SYN };
    expect(next(handshake, again)).toBe(false);
    expect(next([...handshake, { end: 1, at: 3000, seq: 1, ack: 1, flags: FIN }], again)).toBe(true);
    expect(next([...handshake, { end: 1, at: 3000, seq: 1, ack: 1, flags: RST }], again)).toBe(true);
  });

  test('the SYN of the other end of a simultaneous open is not, nor one that was captured late', () => {
    expect(next(handshake.slice(0, 1), { end: 1, at: 0, seq: 0, flags: SYN })).toBe(false);
    const late: Step[] = [
      { end: 1, at: 0, seq: 0, ack: 1, flags: SYN },
      { end: 0, at: 10, seq: 1, ack: 1 },
    ];
    expect(next(late, { end: 0, at: 20, seq: 0, flags: SYN })).toBe(false);
    expect(play([...late, { end: 0, at: 20, seq: 0, flags: SYN }]).troubles[2]).toEqual([]);
  });

  test('the first packet of a conversation whose ports were used before says so', () => {
    const conversation = new TcpConversation(new TcpShared(), null, START_US, true);
    expect(conversation.packet(decodedStep({ end: 0, at: 0, seq: 0, flags: SYN }), 0, START_US, 9)).toBe(
      16384,
    );
  });
});

function statesOf(conversation: TcpConversation): string[] {
  return conversation.summary().states.map(({ atUs, end, state }) => `${atUs - START_US} ${end} ${state}`);
}
