/** What is numbered within one session, and how many exchanges it holds. */
const names = [
  'exchange',
  'conversation',
  'slab',
  'count',
  'packet',
  'packetConversation',
  'packetBlock',
  'packetInterface',
] as const;
export type CounterName = (typeof names)[number];

const places = Object.fromEntries(names.map((name, place) => [name, place])) as Readonly<
  Record<CounterName, number>
>;

/** Numbers that several threads give out together: none comes twice, and each is given in the order of asking. */
export interface SessionCounters {
  readonly next: (name: CounterName) => number;
  /** Says up to where somebody has numbered who alone numbers these. */
  readonly reached: (name: CounterName, last: number) => void;
  /** The last one given. */
  readonly last: (name: CounterName) => number;
  /** For another thread. */
  readonly shared: SharedArrayBuffer;
}

/** `from`: where they go on from. At most 2,147,483,647 of each. */
export function createSessionCounters(from: Readonly<Partial<Record<CounterName, number>>>): SessionCounters {
  const shared = new SharedArrayBuffer(names.length * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(shared).set(names.map((name) => from[name] ?? 0));
  return useSessionCounters(shared);
}

export function useSessionCounters(shared: SharedArrayBuffer): SessionCounters {
  const numbers = new Int32Array(shared);
  return {
    next: (name) => Atomics.add(numbers, places[name], 1) + 1,
    reached: (name, last) => {
      Atomics.store(numbers, places[name], last);
    },
    last: (name) => Atomics.load(numbers, places[name]),
    shared,
  };
}
