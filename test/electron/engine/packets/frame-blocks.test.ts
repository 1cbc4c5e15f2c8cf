import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blockFrameBytes,
  blockPacketsMax,
  readColumns,
} from '../../../../electron/engine/packets/block-format.ts';
import {
  createFrameBlocks,
  type FrameBlocks,
  type PacketLine,
} from '../../../../electron/engine/packets/frame-blocks.ts';
import type { FrameBlock } from '../../../../electron/engine/packets/packet-batch.ts';
import type { CaptureEvents } from '../../../../core/packets/capture-events.ts';
import { createPcapReader } from '../../../../core/packets/files/pcap-read.ts';
import { createSessionCounters } from '../../../../electron/engine/session/session-counters.ts';

import { pcapOf } from '../../../support/frame-bytes.ts';

function fresh(areLeft = false): FrameBlocks {
  return createFrameBlocks(createSessionCounters({}), areLeft);
}

function put(blocks: FrameBlocks, bytes: Uint8Array, seconds = 1000): void {
  blocks.place(bytes, 0, bytes.length, seconds);
  blocks.describe(line(bytes.length, seconds));
}

const silent: Omit<CaptureEvents, 'packet'> = {
  interface: () => undefined,
  secrets: () => undefined,
  name: () => undefined,
  statistics: () => undefined,
  comment: () => undefined,
  problem: (sentence) => {
    throw new Error(sentence);
  },
};

function line(captured: number, seconds: number): PacketLine {
  return {
    ...{ seconds, nanos: 7, captured, original: captured, conversation: 1, end: 1, troubles: 2 },
    ...{ interface: 1, protocol: 1, tcpFlags: 16 },
  };
}

/**
 * The packets of blocks as `number: bytes at second`; blocks and slabs must follow each other without a gap. `file`: what frames were left in.
 */
function told(blocks: readonly FrameBlock[], file = Buffer.alloc(0)): string[] {
  let next = blocks[0]?.firstNumber ?? 1;
  return blocks.flatMap((block) => {
    expect(block.firstNumber).toBe(next);
    next += block.count;
    const columns = readColumns(new Uint8Array(block.columns));
    expect(columns?.count).toBe(block.count);
    let to = 0;
    return Array.from({ length: block.count }, (_, index) => {
      const [at, length] = [columns?.offsets[index] ?? 0, columns?.captured[index] ?? 0];
      const slab = block.frames === null ? file : Buffer.from(block.frames);
      const bytes = slab.toString('utf8', block.framesFrom + at, block.framesFrom + at + length);
      expect(at).toBeGreaterThanOrEqual(to);
      to = at + length;
      if (index === block.count - 1) expect(to).toBe(block.frameBytes);
      return `${block.firstNumber + index}: ${bytes} at ${(columns?.baseSeconds ?? 0) + (columns?.seconds[index] ?? 0)}`;
    });
  });
}

describe('frames', () => {
  test('are numbered without a gap, whenever their blocks are sealed', () => {
    const blocks = fresh();
    const all: FrameBlock[] = [];
    for (let number = 1; number <= 50; number++) {
      put(blocks, Buffer.from(`frame ${number}`), 1000 + number);
      if (number % 7 === 0) {
        blocks.seal();
        blocks.seal();
        all.push(...blocks.take());
      }
    }
    blocks.seal();
    all.push(...blocks.take());
    expect(told(all)).toEqual(
      Array.from({ length: 50 }, (_, at) => `${at + 1}: frame ${at + 1} at ${1001 + at}`),
    );
    expect(new Set(all.map(({ slabId }) => slabId)).size).toBe(all.length);
    expect(blocks.take()).toEqual([]);
  });

  test('fill a block up to its count, those of no bytes too, and their memory is counted', () => {
    const blocks = fresh();
    for (let number = 0; number <= 2 * blockPacketsMax; number++) put(blocks, new Uint8Array(0));
    expect(blocks.waitingBytes()).toBeGreaterThan(2 * blockPacketsMax * 28);
    expect(blocks.take().map(({ count }) => count)).toEqual([blockPacketsMax, blockPacketsMax]);
    expect(blocks.waitingBytes()).toBe(0);
  });

  test('that are as long as a block have one, and the next begins another', () => {
    const blocks = fresh();
    put(blocks, Buffer.from('a'));
    put(blocks, new Uint8Array(blockFrameBytes));
    put(blocks, Buffer.from('b'));
    blocks.seal();
    const all = blocks.take();
    expect(all.map(({ firstNumber, count, frameBytes }) => [firstNumber, count, frameBytes])).toEqual([
      [1, 1, 1],
      [2, 1, blockFrameBytes],
      [3, 1, 1],
    ]);
  });

  test('whose times lie too far apart for one block have two, which keep no memory that they do not need', () => {
    const blocks = fresh();
    const times = [0, 2 ** 31, -(2 ** 31), 2 ** 40, 2 ** 40 + 1, 2 ** 62];
    for (const seconds of times) put(blocks, Buffer.from('x'), seconds);
    blocks.seal();
    const all = blocks.take();
    expect(told(all)).toEqual(times.map((seconds, at) => `${at + 1}: x at ${seconds}`));
    expect(all.map(({ frames }) => frames?.byteLength)).toEqual([1, 1, 1, 2, 1]);
  });

  test.each([
    { areLeft: false, where: 'stay there; those that two buffers share are put together' },
    { areLeft: true, where: 'are left in their file, but for those that two buffers share' },
  ])('that were read into lent buffers $where', ({ areLeft }) => {
    const lengths = fc.oneof(fc.nat(2000), fc.nat(2000), fc.integer({ min: 60_000, max: 70_000 }));
    fc.assert(
      fc.property(
        fc.array(lengths, { maxLength: 60 }),
        fc.integer({ min: 1, max: 200_000 }),
        (all, chunk) => {
          const frames = all.map((length, at) => Buffer.alloc(length, `${at} `));
          const blocks = fresh(areLeft);
          let isThere = 0;
          const reader = createPcapReader({
            ...silent,
            packet: (_interface, seconds, _nanos, _original, bytes, from, to) => {
              const placed = blocks.place(bytes, from, to - from, seconds);
              if (placed === bytes) isThere += 1;
              expect(placed.buffer).toBe(blocks.buffer());
              const placedFrom = blocks.placedFrom();
              expect(
                Buffer.compare(placed.subarray(placedFrom, placedFrom + to - from), bytes.subarray(from, to)),
              ).toBe(0);
              blocks.describe(line(to - from, seconds));
            },
          });
          const file = pcapOf(frames.map((bytes, at) => ({ atUs: 1e9 + at * 1e6, bytes })));
          for (let from = 0; from < file.length; from += chunk) {
            const { memory, at } = blocks.lend();
            const view = new Uint8Array(memory, at).subarray(0, Math.min(chunk, file.length - from));
            view.set(file.subarray(from, from + chunk));
            blocks.adopt(view, from);
            reader.bytes(view);
            blocks.release();
            if (areLeft) new Uint8Array(memory).fill(0xff);
          }
          blocks.seal();
          const taken = blocks.take();
          expect(told(taken, Buffer.from(file))).toEqual(
            frames.map((bytes, at) => `${at + 1}: ${bytes.toString()} at ${1000 + at}`),
          );
          const parts = Math.ceil(file.length / chunk);
          expect(isThere).toBeGreaterThanOrEqual(frames.length - parts);
          const left = taken.filter((block) => block.frames === null).map(({ count }) => count);
          expect(left.reduce((sum, count) => sum + count, 0)).toBe(areLeft ? isThere : 0);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('are seen where they were placed, and a packet is open until it is described', () => {
    const blocks = fresh();
    expect(blocks.isOpen()).toBe(false);
    const placed = blocks.place(Buffer.from('the first one'), 4, 5, 1);
    const from = blocks.placedFrom();
    const frame = Buffer.from(placed.subarray(from, from + 5));
    expect([frame.toString(), placed.buffer === blocks.buffer(), blocks.isOpen()]).toEqual([
      'first',
      true,
      true,
    ]);
    blocks.describe(line(5, 1));
    expect(blocks.isOpen()).toBe(false);
  });
});
