import { errorCodeOf } from '../sqlite.ts';
import type { SlowLook } from './slow-look.ts';

/** Exchanges of a view whose heads or bodies have to be read, one after the other. */
export interface LookQueue {
  readonly push: (id: number) => void;
  /** It most likely matches: looked at before the others once `begin` was called. */
  readonly pushLikely: (id: number) => void;
  readonly begin: () => void;
  /** Reads on until the time (of `performance.now`) has come; a look that takes longer goes on beside it. Throws what a look threw. */
  readonly run: (untilMs: number) => Promise<void>;
  /** Ids still to be looked at, that under way first. */
  readonly waiting: () => number[];
  /** How many those are. */
  readonly left: () => number;
  readonly isDone: () => boolean;
  /** The look under way was cut short: it says nothing, and its exchange is looked at again. */
  readonly interrupt: () => void;
  /** Forgets all of them, that under way included. */
  readonly clear: () => void;
}

/**
 * `look` null: the filter asks for no heads and bodies. `goesOn`: whether another one may be begun. `onLooked` hears
 * what each look found.
 */
export function createLookQueue(
  look: SlowLook | null,
  first: readonly number[],
  goesOn: () => boolean,
  onLooked: (id: number, holds: boolean) => void,
): LookQueue {
  let toLook = [...first];
  let toLookAt = 0;
  let likely: number[] = [];
  /** The look that is under way. */
  let looking: Promise<void> | null = null;
  let lookingAtId = 0;
  /** Counts the interruptions: a look that one of them cut short says nothing. */
  let stops = 0;
  /** Counts the beginnings: what was looked at for an earlier one says nothing. */
  let filling = 0;

  async function lookAt(id: number, at: SlowLook): Promise<void> {
    const of = filling;
    const stopsBefore = stops;
    lookingAtId = id;
    const holds = await at(id).catch(damagedIsNoMatch);
    looking = null;
    if (of !== filling) return;
    if (stops !== stopsBefore) toLook.push(id);
    else onLooked(id, holds);
  }

  return {
    push: (id) => toLook.push(id),
    pushLikely: (id) => likely.push(id),
    begin: () => {
      if (likely.length > 0) toLook = likely.concat(toLook);
      likely = [];
    },
    run: async (untilMs) => {
      if (look === null) return;
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, Math.max(0, untilMs - performance.now()));
      });
      try {
        while (goesOn() && performance.now() < untilMs) {
          if (looking === null) {
            if (toLookAt === toLook.length) break;
            looking = lookAt(toLook[toLookAt++] as number, look);
            // Who fills the view next hears of it.
            looking.catch(() => undefined);
          }
          await Promise.race([looking, deadline]);
        }
      } finally {
        clearTimeout(timer);
      }
      if (toLookAt === toLook.length) {
        toLook = [];
        toLookAt = 0;
      }
    },
    waiting: () => {
      const rest = [...likely, ...toLook.slice(toLookAt)];
      return looking === null ? rest : [lookingAtId, ...rest];
    },
    left: () => likely.length + (toLook.length - toLookAt) + (looking === null ? 0 : 1),
    isDone: () => looking === null && toLookAt === toLook.length,
    interrupt: () => {
      stops += 1;
    },
    clear: () => {
      toLook = [];
      likely = [];
      toLookAt = 0;
      filling += 1;
    },
  };
}

/** An exchange whose bytes are damaged matches nothing, and the others are looked at all the same. */
function damagedIsNoMatch(error: unknown): false {
  if (errorCodeOf(error) !== 'SQLITE_CORRUPT_BODY') throw error;
  return false;
}
