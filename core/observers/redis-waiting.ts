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

/** The taken ones in front are given back once they are this many and half of all. */
const takenMax = 1024;

export function createRedisWaiting(waitingMax: number): RedisQueue {
  let entries: RedisWaiting[] = [];
  let head = 0;
  let untold = 0;

  function take(): RedisWaiting | null {
    const entry = entries[head];
    if (entry === undefined) return null;
    head += 1;
    if (head === entries.length) {
      entries.length = 0;
      head = 0;
    } else if (head >= takenMax && head * 2 >= entries.length) {
      entries = entries.slice(head);
      head = 0;
    }
    return entry;
  }

  return {
    hasRoom: () => untold === 0 && entries.length - head < waitingMax,
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
      entries.push(entry);
      return entry;
    },
    pass: () => void (untold += 1),
    passed: () => {
      if (untold === 0) return false;
      untold -= 1;
      return true;
    },
    first: () => entries[head] ?? null,
    take,
    clear: () => {
      entries = [];
      head = 0;
      untold = 0;
    },
  };
}
