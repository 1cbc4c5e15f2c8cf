/** How the files of one program differ from HAR 1.2. Sources and reasons are in docs/formats.md. */
export interface HarCreator {
  readonly name: string;
  /** `connect` includes `ssl`, as the standard says, or does not; `sum`: whichever fits the entry's `time`. */
  readonly tlsInConnect: 'yes' | 'no' | 'sum';
  /** Connections are made before `startedDateTime`, which is the first byte of the request. */
  readonly connectsBefore: boolean;
  /** -1 for `connect` says nothing about an earlier use of the connection. */
  readonly neverTellsConnect: boolean;
  /** 0 for `dns` and `connect` stands for a connection used before. */
  readonly zeroIsReused: boolean;
}

const standard: HarCreator = {
  name: 'HAR',
  tlsInConnect: 'sum',
  connectsBefore: false,
  neverTellsConnect: false,
  zeroIsReused: false,
};

const known: readonly (readonly [pattern: RegExp, creator: HarCreator])[] = [
  [/^Plumbline$/, { ...standard, name: 'Plumbline', tlsInConnect: 'yes' }],
  [/^WebInspector$/i, { ...standard, name: 'Chrome', tlsInConnect: 'yes' }],
  [/^Playwright$/i, { ...standard, name: 'Playwright', tlsInConnect: 'yes' }],
  [/^Firefox/i, { ...standard, name: 'Firefox', tlsInConnect: 'no', zeroIsReused: true }],
  [/mitmproxy/i, { ...standard, name: 'mitmproxy', tlsInConnect: 'no', connectsBefore: true }],
  [/^Charles/i, { ...standard, name: 'Charles', tlsInConnect: 'sum' }],
  [/^Fiddler/i, { ...standard, name: 'Fiddler', tlsInConnect: 'no', zeroIsReused: true }],
  [/HTTP Toolkit/i, { ...standard, name: 'HTTP Toolkit', tlsInConnect: 'yes', neverTellsConnect: true }],
  [/^(Insomnia|Postman)/i, { ...standard, name: 'an API client', neverTellsConnect: true }],
];

export function harCreatorOf(name: string): HarCreator {
  return known.find(([pattern]) => pattern.test(name))?.[1] ?? standard;
}

/** Phases in µs; null where the file has none or says -1. */
export interface ReadPhases {
  readonly blocked: number | null;
  readonly dns: number | null;
  /** TCP and TLS. */
  readonly connect: number | null;
  readonly ssl: number | null;
  readonly send: number | null;
  readonly wait: number | null;
  readonly receive: number | null;
}

/** Longer phases (30 years) are mistakes of their writer. */
const phaseMsMax = 1e12;

/** The phases of an entry as HAR 1.2 means them, whoever wrote it. `totalUs` is its `time`, null without one. */
export function readPhases(
  timings: Readonly<Record<string, unknown>>,
  totalUs: number | null,
  isSecure: boolean,
  creator: HarCreator,
): ReadPhases {
  const read = (name: string): number | null => microseconds(timings[name]);
  const phases: ReadPhases = {
    blocked: read('blocked'),
    dns: read('dns'),
    connect: read('connect'),
    // Playwright writes one for plain HTTP, too.
    ssl: isSecure ? read('ssl') : null,
    send: read('send'),
    wait: read('wait'),
    receive: read('receive'),
  };
  return withTlsInConnect(phases, totalUs, creator);
}

export function microseconds(ms: unknown): number | null {
  return typeof ms === 'number' && ms >= 0 && ms <= phaseMsMax ? Math.round(ms * 1000) : null;
}

export function sumUs({ blocked, dns, connect, send, wait, receive }: ReadPhases): number {
  return [blocked, dns, connect, send, wait, receive].reduce<number>((sum, phase) => sum + (phase ?? 0), 0);
}

function withTlsInConnect(phases: ReadPhases, totalUs: number | null, creator: HarCreator): ReadPhases {
  const { connect, ssl } = phases;
  if (ssl === null || ssl === 0) return phases;
  const added: ReadPhases = { ...phases, connect: (connect ?? 0) + ssl };
  if (connect === null || ssl > connect) return added;
  switch (creator.tlsInConnect) {
    case 'yes':
      return phases;
    case 'no':
      return added;
    case 'sum':
      return totalUs !== null && Math.abs(totalUs - sumUs(added)) < Math.abs(totalUs - sumUs(phases))
        ? added
        : phases;
    default:
      return creator.tlsInConnect satisfies never;
  }
}
