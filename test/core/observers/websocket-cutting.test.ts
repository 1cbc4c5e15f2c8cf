import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noExtensions } from '../../../core/model/websocket-extensions.ts';
import { createRandom, cutter } from './http1-script.ts';
import { breach, mutateBytes, normalForm, type Part, wronglyTimed } from './message-script.ts';
import { aMask, deflating, frame, playFrames, raw, toClient, toServer } from './websocket-script.ts';

const part: fc.Arbitrary<Part> = fc
  .record({
    sender: fc.constantFrom('client' as const, 'server' as const),
    opcode: fc.constantFrom(0, 1, 2, 1, 2, 8, 9, 10, 5),
    top: fc.constantFrom(0, 8, 8, 0xc, 4, 9),
    length: fc.constantFrom(0, 1, 2, 5, 125, 126, 300),
    lengthForm: fc.constantFrom(undefined, undefined, 16 as const, 64 as const),
    masked: fc.constantFrom(true, true, true, false),
    torn: fc.constantFrom(0, 0, 0, 1, 3),
  })
  .map(({ sender, opcode, top, length, lengthForm, masked, torn }) => {
    const whole = frame({
      opcode,
      top,
      payload: Uint8Array.from({ length }, (_, at) => (at * 7) & 0xff),
      mask: masked === (sender === 'client') ? aMask : null,
      ...(lengthForm !== undefined && { lengthForm }),
    });
    return { sender, bytes: whole.subarray(0, whole.length - torn) };
  });

describe('any cutting of the bytes of a WebSocket', { timeout: 60_000 }, () => {
  it('gives the same records, with the times of the chunks that held their bytes', () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.nat(),
        fc.constantFrom(1, 2, 9, 100),
        fc.constantFrom(noExtensions, deflating),
        (parts, seed, chunkBytesMax, extensions) => {
          const whole = playFrames(parts, undefined, extensions);
          const inChunks = playFrames(parts, cutter(seed, chunkBytesMax), extensions);
          expect(normalForm(inChunks.records)).toEqual(normalForm(whole.records));
          expect(wronglyTimed(inChunks)).toBeNull();
          expect(breach(inChunks.records, parts)).toBeNull();
        },
      ),
      { numRuns: 2000 },
    );
  });
});

const corpus: readonly (readonly Part[])[] = [
  [
    toServer({ opcode: 1, payload: new Uint8Array(5) }),
    toClient({ opcode: 2, payload: new Uint8Array(130) }),
  ],
  [
    toClient({ opcode: 1, top: 4, payload: new Uint8Array(9) }),
    toServer({ opcode: 9 }),
    toClient({ opcode: 9, payload: new Uint8Array(3) }),
    toClient({ opcode: 0, payload: new Uint8Array(20) }),
    toServer({ opcode: 10, payload: new Uint8Array(3) }),
  ],
  [
    toServer({ opcode: 8, payload: Uint8Array.of(3, 0xe8, 0x68, 0x69) }),
    toClient({ opcode: 8, payload: Uint8Array.of(3, 0xe9) }),
  ],
  [raw('server', 0x82, 127, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4), toServer({ opcode: 2, lengthForm: 64 })],
];
const tricky = [
  [0x81, 0xfe],
  [0x82, 0x7f],
  [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0x88, 0],
  [0x88, 0xff],
  [0x0f, 0x0f],
  [0xff],
].map((bytes) => Uint8Array.from(bytes));

/** Takes 1 s where it was written. */
describe('mutated frames', { timeout: 60_000 }, () => {
  it('of any kind are told without a failure, in records that follow each other', () => {
    const random = createRandom(6455);
    for (let index = 0; index < 100_000; index++) {
      const parts = (corpus[random(corpus.length)] ?? []).map(({ sender, bytes }): Part => {
        let changed = bytes;
        for (let count = random(4); count > 0; count--) changed = mutateBytes(changed, tricky, random);
        return { sender, bytes: changed };
      });
      const extensions = random(2) === 0 ? noExtensions : deflating;
      const { records } = playFrames(parts, cutter(random(2 ** 32), 1 + random(60)), extensions);
      const wrong = breach(records, parts);
      if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
    }
  });
});
