import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDecodedPacket, tcpFlags } from '../../../core/packets/decoded-packet.ts';
import { TcpConversation } from '../../../core/packets/tcp-conversation.ts';
import type { EndNumber } from '../../../core/packets/tcp-course.ts';
import type { StreamTaker } from '../../../core/packets/tcp-events.ts';
import { tcpLimits } from '../../../core/packets/tcp-limits.ts';
import { TcpShared } from '../../../core/packets/tcp-shared.ts';
import { START_US, bytesOf, decodedStep, handshake, type Step } from './tcp-script.ts';

const { syn: SYN, fin: FIN, rst: RST, ack: ACK } = tcpFlags;

/** Segments of a text, cut at random places, some sent twice and some overlapping, in random order. */
const arrivals = fc
  .record({
    bytes: fc.uint8Array({ minLength: 1, maxLength: 400 }),
    cuts: fc.array(fc.nat(400), { maxLength: 30 }),
    again: fc.array(fc.record({ from: fc.nat(400), length: fc.integer({ min: 1, max: 80 }) }), {
      maxLength: 10,
    }),
    order: fc.array(fc.nat(), { minLength: 50, maxLength: 50 }),
    isFinFirst: fc.boolean(),
  })
  .map(({ bytes, cuts, again, order, isFinFirst }) => {
    const length = bytes.length;
    const at = [...new Set([0, length, ...cuts.filter((cut) => cut < length)])].sort((a, b) => a - b);
    const segments = at.slice(1).map((to, index) => ({ from: at[index]!, to }));
    for (const { from, length: count } of again) {
      if (from < length) segments.push({ from, to: Math.min(length, from + count) });
    }
    const shuffled = segments
      .map((segment, index) => ({ segment, key: order[index] ?? index }))
      .sort((one, other) => one.key - other.key)
      .map(({ segment }): Step => {
        const data = bytes.slice(segment.from, segment.to);
        return { end: 0, at: 3000, seq: 1 + segment.from, ack: 1, data };
      });
    const fin: Step = { end: 0, at: 3000, seq: 1 + length, ack: 1, flags: FIN };
    return { bytes, steps: isFinFirst ? [fin, ...shuffled] : [...shuffled, fin] };
  });

describe('reassembly', () => {
  test('any order, repetition and cutting of the segments gives the same stream', () => {
    fc.assert(
      fc.property(arrivals, ({ bytes, steps }) => {
        const shared = new TcpShared();
        const { taker, chunks, told } = gatherer();
        const conversation = new TcpConversation(shared, taker, START_US);
        [...handshake, ...steps].forEach((step, index) => {
          const decoded = decodedStep(step);
          conversation.packet(decoded, step.end, START_US + step.at, index + 1);
          decoded.bytes.fill(0);
        });
        expect(Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))).toEqual(bytes);
        expect(told).toEqual(['fin']);
        expect(shared.heldBytes).toBe(0);
        expect(conversation.summary().ends.a).toMatchObject({ streamBytes: bytes.length, missingBytes: 0 });
      }),
      { numRuns: 1000 },
    );
  });

  test('what is told without some of the segments are the bytes around gaps of the right size', () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.array(fc.boolean(), { minLength: 45, maxLength: 45 }),
        ({ bytes, steps }, lost) => {
          const seen = new Uint8Array(bytes.length);
          const heard = new Uint8Array(bytes.length);
          let at = 0;
          const conversation = new TcpConversation(
            new TcpShared(),
            {
              bytes: (_, chunk) => {
                expect(chunk).toEqual(bytes.slice(at, at + chunk.length));
                heard.fill(1, at, at + chunk.length);
                at += chunk.length;
              },
              gap: (_, count) => {
                at += count;
              },
              end: () => {},
            },
            START_US,
          );
          [
            ...handshake,
            ...steps.filter((step, index) => lost[index] !== true || step.flags === FIN),
          ].forEach((step) => {
            conversation.packet(decodedStep(step), step.end, START_US + step.at, 1);
            const length = step.data === undefined ? 0 : bytesOf(step.data).length;
            seen.fill(1, step.seq - 1, step.seq - 1 + length);
          });
          conversation.finish(START_US + 4000);
          expect(at).toBe(bytes.length);
          expect(heard).toEqual(seen);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('hostile packets', () => {
  const numbers = [0, 1, 2, 100, 65_535, 2 ** 16, 2 ** 24 + 1, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

  test('100,000 mutated sequences are survived: no throw, nothing without bound, every byte accounted for', () => {
    const random = generator(20_260_101);
    const shared = new TcpShared(100_000);
    const decoded = createDecodedPacket();
    decoded.bytes = new Uint8Array(70_000);
    decoded.to = decoded.bytes.length;
    let packets = 0;
    for (let sequence = 0; sequence < 100_000; sequence++) {
      const chunks = { bytes: 0, gaps: 0, ends: 0 };
      const taker: StreamTaker = {
        bytes: (_, chunk) => {
          chunks.bytes += chunk.length;
        },
        gap: (_, bytes) => {
          if (!(bytes > 0)) throw new Error('an empty gap');
          chunks.gaps++;
        },
        end: () => {
          chunks.ends++;
        },
      };
      const conversation = new TcpConversation(shared, random() % 8 === 0 ? null : taker, START_US);
      const bases = [random(), random()] as const;
      const count = 3 + (random() % 12);
      for (let index = 0; index < count; index++) {
        const end = (random() & 1) as EndNumber;
        const isWild = random() % 4 === 0;
        const near = (base: number): number =>
          (base + (isWild ? numbers[random() % 11]! : random() % 200)) >>> 0;
        decoded.seq = near(bases[end]);
        decoded.ack = near(bases[1 - end] as number);
        decoded.tcpFlags = random() % 3 === 0 ? random() & 255 : index === 0 ? SYN : ACK;
        if (random() % 20 !== 0) decoded.tcpFlags &= ~RST;
        decoded.window = random() % 3 === 0 ? 0 : random() & 0xffff;
        decoded.windowScale = (random() % 300) - 1;
        decoded.mss = (random() % 3) - 1;
        decoded.timestampValue = random() % 2 === 0 ? -1 : random();
        decoded.fastOpenBytes = (random() % 4) - 1;
        decoded.sackBlocks = random() % 5;
        decoded.sackAt = random() % 70_010;
        decoded.addressBytes = random() % 2 === 0 ? 4 : 16;
        decoded.networkAt = (random() % 30) - 1;
        decoded.payloadFrom = random() % 100;
        decoded.payloadTo =
          decoded.payloadFrom + (random() % 5 === 0 ? random() % 66_000 : random() % 50) - 2;
        decoded.payloadCaptured =
          random() % 3 === 0 ? random() % 70_000 : decoded.payloadTo - decoded.payloadFrom;
        const atUs = START_US + (random() % 1000) * (isWild ? -1000 : 1000);
        if (!conversation.isNewConversation(decoded, end)) conversation.packet(decoded, end, atUs, ++packets);
        if (shared.heldBytes > shared.heldBytesMax + 70_000) throw new Error('too much is held');
      }
      conversation.finish(START_US);
      const summary = conversation.summary();
      for (const end of [summary.ends.a, summary.ends.b]) {
        if (!(end.streamBytes >= 0 && end.missingBytes >= 0 && end.streamBytes <= end.payloadBytes)) {
          throw new Error(`counts of sequence ${sequence}: ${JSON.stringify(end)}`);
        }
        if (!(end.zeroWindowUs >= 0)) throw new Error('a negative stall');
      }
      if (chunks.ends > 2 || summary.states.length > tcpLimits.statesMax) throw new Error('too much is told');
      if (shared.heldBytes !== 0) throw new Error(`bytes are still held after sequence ${sequence}`);
    }
    expect(packets).toBeGreaterThan(500_000);
  });

  test('a conversation of nothing but holes, in reverse, takes time in proportion and stays within its bounds', () => {
    const shared = new TcpShared();
    const conversation = new TcpConversation(shared, gatherer().taker, START_US);
    for (const step of handshake) conversation.packet(decodedStep(step), step.end, START_US, 1);
    const decoded = decodedStep({ end: 0, at: 0, seq: 1, ack: 1, data: 'xx' });
    const first = decoded.seq;
    for (let index = 100_000; index > 0; index--) {
      decoded.seq = (first + index * 4) >>> 0;
      conversation.packet(decoded, 0, START_US + index, index);
    }
    expect(conversation.a.held!.parts.length).toBeLessThanOrEqual(tcpLimits.heldSegmentsMax);
    expect(shared.heldBytes).toBeLessThanOrEqual(tcpLimits.heldBytesMax);
  });
});

function gatherer(): { taker: StreamTaker; chunks: Uint8Array[]; told: string[] } {
  const chunks: Uint8Array[] = [];
  const told: string[] = [];
  const taker: StreamTaker = {
    bytes: (_, chunk) => chunks.push(Uint8Array.from(chunk)),
    gap: (_, bytes) => told.push(`gap ${bytes}`),
    end: (_, how) => told.push(how),
  };
  return { taker, chunks, told };
}

/** Numbers of 32 bits, the same with the same seed (xorshift). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
