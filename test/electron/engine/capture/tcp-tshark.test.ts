import { Buffer } from 'node:buffer';
import { describe, expect, test, vi } from 'vitest';
import { tcpFlags } from '../../../../core/packets/decoded-packet.ts';
import { packetTroubles as troubles } from '../../../../core/packets/tcp-events.ts';
import { tcpLimits } from '../../../../core/packets/tcp-limits.ts';
import { playFastOpen, playSlowReader } from '../../../support/lab-plays.ts';
import { withLab, type PacketLab, type PacketLabOptions, type WireWay } from '../../../support/packet-lab.ts';
import { compareWithTshark, tsharkStreams, type OraclePacket } from '../../../support/tcp-oracle.ts';
import { createTruth, lengthOf, type Sent } from '../../../support/tcp-truth.ts';
import { tsharkVersion } from '../../../support/tshark.ts';

/**
 * TCP conversations in the lab, captured on both machines at once, analysed by us and by tshark packet by packet. Where the two disagree, the
 * capture on the sender's own machine decides: there every segment that begins below the highest byte was sent again.
 */
const both = (way: WireWay): PacketLabOptions => ({ toServer: way, toClient: way });
/** A conversation in the lab, twice captured and looked at by tshark, on a machine that does other things too. */
vi.setConfig({ testTimeout: 300_000 });

const bad = { delayMs: 5, jitterMs: 1, lossPercent: 2, duplicatePercent: 2, reorderPercent: 2, reorderMs: 3 };

describe(`TCP is analysed as ${tsharkVersion().replace(/ \(Git.*/, '')} does, or better`, () => {
  test.each<[string, PacketLabOptions]>([
    ['that is good', {}],
    ['with a delay', both({ delayMs: 10 })],
    ['that loses', both({ delayMs: 5, lossPercent: 3 })],
    ['that loses and is fast', both({ lossPercent: 3 })],
    ['that reorders', both({ delayMs: 5, reorderPercent: 5, reorderMs: 2 })],
    ['that repeats', both({ delayMs: 5, duplicatePercent: 5 })],
    ['that does all of it', both(bad)],
  ])('on a wire %s', async (_, options) => {
    await compare(options, playBothWays);
  });

  test('with single bytes, keep-alives, resets and half-closed connections', async () => {
    const [client] = await compare(both({ delayMs: 2 }), playOdd);
    const summaries = client.streams.map(({ conversation }) => conversation.summary());
    expect(count(client.packets, troubles.keepAlive)).toBeGreaterThanOrEqual(1);
    expect(summaries.map(({ resets }) => resets > 0)).toEqual([false, false, true, false, true]);
    expect(client.streams.map(({ ends }) => ends.join())).toEqual([
      'client fin,server fin',
      'client fin,server fin',
      'client reset,server reset',
      'client fin,server fin',
      'server reset,client reset',
    ]);
  });

  test('with Fast Open', async () => {
    const [client] = await compare({}, playFastOpen);
    const summaries = client.streams.map(({ conversation }) => conversation.summary());
    expect(summaries.map(({ fastOpen }) => fastOpen)).toEqual(['requested', 'used']);
  });

  test('with a reader that stops', async () => {
    const [client] = await compare({}, (lab) => playSlowReader(lab, 300_000, 900));
    expect(count(client.packets, troubles.zeroWindow)).toBeGreaterThan(0);
    expect(count(client.packets, troubles.zeroWindowProbe)).toBeGreaterThan(0);
  });
});

type Compared = ReturnType<typeof compareWithTshark>;

async function compare(
  options: PacketLabOptions,
  play: (lab: PacketLab) => Promise<void>,
): Promise<readonly [Compared, Compared]> {
  return withLab(options, async (lab) => {
    const capture = { filter: 'tcp', nanoseconds: true };
    const captures = [
      await lab.capture({ at: 'client', ...capture }),
      await lab.capture({ at: 'server', ...capture }),
    ] as const;
    await play(lab);
    const files = [await captures[0].stop(), await captures[1].stop()] as const;
    const sides = [compareWithTshark(files[0]), compareWithTshark(files[1])] as const;
    sides.forEach((side, index) => {
      checkStreams(side, files[index] as string);
      checkTimes(side);
      checkVerdicts(side, sides);
    });
    return sides;
  });
}

function checkStreams({ packets, streams }: Compared, file: string): void {
  expect(packets.filter((packet) => packet.stream.index !== packet.theirStream)).toEqual([]);
  for (const { index, bytes } of streams) {
    const ours = bytes.map((chunks) => Buffer.concat(chunks));
    const theirs = tsharkStreams(file, index);
    expect(ours.map((stream, end) => stream.equals(theirs[end] as Buffer))).toEqual([true, true]);
  }
}

function checkVerdicts(side: Compared, sides: readonly [Compared, Compared]): void {
  const truth = createTruth([sides[0].packets, sides[1].packets], side.packets);
  const unexplained = side.packets
    .filter((packet) => packet.difference !== '' && truth.explain(packet) === null)
    .map(({ number, end, seq, payload, difference }) => ({ number, end, seq, payload, difference }));
  expect(unexplained).toEqual([]);
  const isWrong = (packet: OraclePacket, isAgain: boolean, isOvertaken: boolean): boolean => {
    const sent: Sent = truth.of(packet);
    return (isAgain && sent === 'first') || (isOvertaken && sent !== 'first');
  };
  const ourFaults = side.packets.filter((packet) =>
    isWrong(
      packet,
      (packet.troubles & troubles.retransmission) !== 0,
      (packet.troubles & troubles.outOfOrder) !== 0,
    ),
  );
  const theirFaults = side.packets.filter((packet) =>
    isWrong(packet, packet.theirs.has('retransmission'), packet.theirs.has('out_of_order')),
  );
  // Never where tshark is right.
  expect(ourFaults.filter((packet) => !theirFaults.includes(packet))).toEqual([]);
}

/** Handshakes and round trips, to the microsecond. Where tshark has a sample that we have not, it is of no data, or of data that came twice. */
function checkTimes({ packets, streams }: Compared): void {
  for (const { conversation, packets: own } of streams) {
    const initial = packets.find(
      ({ number, initialRttUs }) => initialRttUs !== null && number === own[0]?.number,
    );
    if (initial?.initialRttUs == null) continue;
    const { synAtUs, lastSynAtUs } = conversation.course;
    // tshark counts from the last SYN, we from the first.
    expect(conversation.summary().handshakeUs).toBeCloseTo(
      initial.initialRttUs + lastSynAtUs - synAtUs,
      -0.31,
    );
  }
  const strange = packets.filter((packet) => {
    if (packet.rttUs >= 0) return packet.ackRttUs === null || Math.abs(packet.ackRttUs - packet.rttUs) > 1;
    return packet.ackRttUs !== null && !hasNoSample(packet, packets);
  });
  expect(strange.map(({ number, rttUs, ackRttUs }) => ({ number, rttUs, ackRttUs }))).toEqual([]);
}

/** Why an ACK gives no sample: it acknowledges only a SYN or FIN, bytes that came twice or filled a hole, or too many are on the way. */
function hasNoSample(packet: OraclePacket, packets: readonly OraclePacket[]): boolean {
  const before = packets.filter(({ number, stream }) => number < packet.number && stream === packet.stream);
  const acked = Math.max(1, ...before.filter(({ end }) => end === packet.end).map(({ ack }) => ack));
  const theirs = before.filter(({ end }) => end !== packet.end);
  const covered = theirs.filter(
    ({ seq, payload }) => payload > 0 && seq + payload > acked && seq < packet.ack,
  );
  if (covered.length === 0) return true;
  const isFinOnly = theirs.some(
    (other) => (other.flags & tcpFlags.fin) !== 0 && other.seq + lengthOf(other) === packet.ack,
  );
  const again = theirs.filter(
    (other) => (other.troubles & (troubles.retransmission | troubles.outOfOrder)) !== 0,
  );
  const isTwice = again.some((other) => other.seq + lengthOf(other) > acked);
  // Of a burst only the first are timed: how many were on the way counts when a segment left, not when it was acknowledged.
  const isUntimed = covered.some((segment) => onTheWayAt(segment, before) > tcpLimits.timedSegmentsMax);
  return isFinOnly || isTwice || isUntimed;
}

/** Segments with data of its sender that were not acknowledged when it left, itself included. */
function onTheWayAt(segment: OraclePacket, packets: readonly OraclePacket[]): number {
  const until = packets.filter(({ number }) => number <= segment.number);
  const acked = Math.max(1, ...until.filter(({ end }) => end !== segment.end).map(({ ack }) => ack));
  return until.filter(({ end, seq, payload }) => end === segment.end && payload > 0 && seq + payload > acked)
    .length;
}

function count(packets: readonly OraclePacket[], trouble: number): number {
  return packets.filter((packet) => (packet.troubles & trouble) !== 0).length;
}

/** Connections one after the other over IPv4: the client sends and ends, the server answers. */
async function playBothWays(lab: PacketLab): Promise<void> {
  const server = lab.node(
    'server',
    `const server = net.createServer({ allowHalfOpen: true }, (peer) => {
       peer.on('error', () => {}).on('data', () => {}).on('end', () => peer.end(Buffer.alloc(300_000, 'answer ')));
     });
     server.listen(0, args[0], () => print('listening ' + server.address().port));`,
    lab.server.ipv4,
  );
  const [, port = ''] = await server.says(/listening (\d+)/);
  await lab
    .node(
      'client',
      `for (let turn = 0; turn < 4; turn++) {
         await new Promise((resolve) => {
           const peer = net.connect(+args[1], args[0], () => peer.end(Buffer.alloc(150_000, 'question ')));
           peer.on('data', () => {}).on('error', () => {}).on('close', resolve);
         });
       }
       print('over');`,
      ...[lab.server.ipv4, port],
    )
    .says(/over/);
}

async function playOdd(lab: PacketLab): Promise<void> {
  const script = lab.fixture('odd-talk.py');
  const server = lab.start('server', 'python3', [script, 'server', lab.server.ipv4]);
  const [, port = ''] = await server.says(/listening (\d+)/);
  await lab.run('client', 'python3', [script, 'client', lab.server.ipv4, port, '1']);
  await server.says(/done/);
}
