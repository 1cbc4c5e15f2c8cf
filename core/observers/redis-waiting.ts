import { TurnQueue } from '../model/turn-queue.ts';

/** A command that waits for its reply. */
export interface RedisWaiting {
  readonly question: number;
  readonly verb: string;
  /** Its reply may hold secrets. */
  readonly isSecret: boolean;
  readonly facts: [name: string, value: string][];
  isSubscription: boolean;
  repliesLeft: number;
  isBegun: boolean;
  /** Of the replies so far, where it has several. */
  bytes: number;
}

/** Commands in the order of their replies, at most so many; further ones are only counted until all of these are answered. */
export interface RedisQueue {
  readonly hasRoom: () => boolean;
  readonly add: (question: number, verb: string, isSecret: boolean) => RedisWaiting;
  /** Counts a command of which nothing is told. */
  readonly pass: () => void;
  /** Whether a reply belongs to such a command. */
  readonly passed: () => boolean;
  readonly first: () => RedisWaiting | null;
  readonly take: () => RedisWaiting | null;
  readonly clear: () => void;
}

export function createRedisWaiting(waitingMax: number): RedisQueue {
  const entries = new TurnQueue<RedisWaiting>();
  let untold = 0;

  return {
    hasRoom: () => untold === 0 && entries.size() < waitingMax,
    add: (question, verb, isSecret) => {
      const entry: RedisWaiting = {
        question,
        verb,
        isSecret,
        facts: [],
        isSubscription: false,
        repliesLeft: 1,
        isBegun: false,
        bytes: 0,
      };
      entries.add(entry);
      return entry;
    },
    pass: () => void (untold += 1),
    passed: () => {
      if (untold === 0) return false;
      untold -= 1;
      return true;
    },
    first: () => entries.at(0),
    take: () => entries.take(),
    clear: () => {
      entries.clear();
      untold = 0;
    },
  };
}
