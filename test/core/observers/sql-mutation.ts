import fc from 'fast-check';
import { expect } from 'vitest';
import type { Sender, StreamEnd } from '../../../core/observers/observer.ts';
import { createRandom, cutter } from './http1-script.ts';
import { mutateBytes } from './message-script.ts';
import {
  closes,
  misses,
  playQueries,
  queryBreach,
  withoutTimes,
  type OpenObserver,
  type QueryStep,
} from './query-script.ts';

export type Conversations = readonly (readonly QueryStep[])[];

/** Both ends, in every order and way. */
const endings: readonly (readonly [Sender, StreamEnd][])[] = [
  [
    ['client', 'fin'],
    ['server', 'fin'],
  ],
  [
    ['server', 'reset'],
    ['client', 'fin'],
  ],
  [
    ['client', 'reset'],
    ['server', 'fin'],
  ],
];

function mutated(
  conversations: Conversations,
  tricky: readonly Uint8Array[],
  random: (below: number) => number,
): QueryStep[] {
  const seed = conversations[random(conversations.length)] ?? [];
  const steps = seed.flatMap((step): QueryStep[] => {
    if (!('bytes' in step)) return [step];
    switch (random(12)) {
      case 0:
      case 1:
      case 2:
        return [{ sender: step.sender, bytes: mutateBytes(step.bytes, tricky, random) }];
      case 3: {
        const at = random(step.bytes.length + 1);
        const lost = 1 + random(40);
        return [
          { sender: step.sender, bytes: step.bytes.subarray(0, at) },
          misses(step.sender, lost),
          { sender: step.sender, bytes: step.bytes.subarray(Math.min(step.bytes.length, at + lost)) },
        ];
      }
      case 4:
        return [];
      case 5:
        return [step, step];
      default:
        return [step];
    }
  });
  const isEnded = steps.some((step) => 'ends' in step);
  const ends = endings[random(endings.length)] ?? [];
  return isEnded ? steps : [...steps, ...ends.map(([sender, how]) => closes(sender, how))];
}

/** Any cutting of whole and broken conversations into chunks gives the same events. */
export function checkCutting(
  open: OpenObserver,
  conversations: Conversations,
  tricky: readonly Uint8Array[],
): void {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.constantFrom(1, 2, 7, 60), (seed, cuts, chunkBytesMax) => {
      const steps = mutated(conversations, tricky, createRandom(seed));
      const whole = playQueries(open, steps);
      const inChunks = playQueries(open, steps, cutter(cuts, chunkBytesMax));
      expect(withoutTimes(inChunks)).toEqual(withoutTimes(whole));
    }),
    { numRuns: 3000 },
  );
}

/** Nothing that is changed, missing or sent twice makes it throw or breaks what events promise. Returns what was told how often. */
export function checkMutations(
  open: OpenObserver,
  conversations: Conversations,
  tricky: readonly Uint8Array[],
  cases: number,
): Map<string, number> {
  const random = createRandom(4711);
  const told = new Map<string, number>();
  for (let index = 0; index < cases; index++) {
    const steps = mutated(conversations, tricky, random);
    const events = playQueries(open, steps);
    const isOver = steps.filter((step) => 'ends' in step).length === 2;
    const wrong = queryBreach(events, { isOver, isBroken: true });
    if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
    for (const event of events) {
      const key = event.type === 'answer-end' ? (event.error?.code ?? 'well') : event.type;
      told.set(key, (told.get(key) ?? 0) + 1);
    }
  }
  return told;
}
