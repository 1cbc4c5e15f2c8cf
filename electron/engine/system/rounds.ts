import type { Answer, Question } from './finder-messages.ts';
import type { Lookup } from './lookup.ts';

/** Between the beginnings of two rounds: a client that lives for 200 ms is asked about while it lives. */
const roundEveryMs = 140;
/** Where asking is dear there is this much time between rounds for each part of it that the last ones took. */
const restFactor = 8;
const roundEveryMsMax = 1500;
/** The cheapest of so many rounds says what asking costs: the others waited for a processor, the first warmed up. */
const costsKept = 8;
/** Questions that wait; the oldest beyond that are answered with null. */
export const waitingMax = 10_000;
/** Questions in one round: the latest, since their clients most likely live. */
const roundMax = 500;
/** A question for which `later` was said is asked again for so long, then answered with null. */
const patienceMs = 3000;

interface Waiting extends Question {
  readonly sinceMs: number;
}

/** Collects questions and puts them to a lookup, several together and not too often. */
export interface Rounds {
  readonly ask: (questions: readonly Question[]) => void;
  readonly close: () => void;
}

/** `nowMs` is a clock that only goes forward. */
export function createRounds(
  lookup: Lookup,
  answer: (answers: readonly Answer[]) => void,
  nowMs: () => number,
): Rounds {
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | null = null;
  let isAsking = false;
  let isClosed = false;
  let notBeforeMs = 0;
  let costsMs: number[] = [];

  function schedule(): void {
    if (timer !== null || isAsking || isClosed || waiting.length === 0) return;
    timer = setTimeout(() => void round(), Math.max(0, notBeforeMs - nowMs()));
  }

  async function round(): Promise<void> {
    timer = null;
    isAsking = true;
    const asked = waiting.splice(Math.max(0, waiting.length - roundMax));
    const beganMs = nowMs();
    const found = await lookup.find(asked.map(({ connection }) => connection));
    if (isClosed) return;
    isAsking = false;
    const endedMs = nowMs();
    costsMs = [...costsMs, endedMs - beganMs].slice(-costsKept);
    const restMs = lookup.isCheap() ? 0 : Math.min(roundEveryMsMax, costOf(costsMs) * restFactor);
    notBeforeMs = beganMs + Math.max(roundEveryMs, restMs);
    const answers: Answer[] = [];
    const again: Waiting[] = [];
    for (const [at, question] of asked.entries()) {
      const process = found[at] ?? null;
      if (process !== 'later') answers.push({ id: question.id, process });
      else if (endedMs - question.sinceMs < patienceMs) again.push(question);
      else answers.push({ id: question.id, process: null });
    }
    waiting.unshift(...again);
    answer(answers);
    schedule();
  }

  return {
    ask: (questions) => {
      const sinceMs = nowMs();
      for (const question of questions) waiting.push({ ...question, sinceMs });
      const over = waiting.length - waitingMax;
      if (over > 0) {
        answer(waiting.slice(0, over).map(({ id }) => ({ id, process: null })));
        waiting = waiting.slice(over);
      }
      schedule();
    },
    close: () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      lookup.close();
    },
  };
}

function costOf(costsMs: readonly number[]): number {
  return costsMs.length < costsKept ? 0 : Math.min(...costsMs);
}
