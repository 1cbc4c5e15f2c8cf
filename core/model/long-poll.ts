import { fieldValue, type HeaderFields } from './header-fields.ts';

/** What a request says of how long its answer may be held back. */
export interface AnnouncedWait {
  /** Where it says so, such as `Consul index=`: for the person. */
  readonly by: string;
  /** The longest the server holds it, ms; null where that is a setting of the server and the request does not say it. */
  readonly waitMs: number | null;
  /** The protocol exists for waiting. Otherwise the value may as well be how long slow work is allowed to take. */
  readonly isPoll: boolean;
}

export interface PollRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: HeaderFields;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: HeaderFields;
}

/** Declines with null. */
type Rule = (asked: Asked) => AnnouncedWait | null;

/**
 * What the request announces; null where it announces nothing. No certain sign of a long poll exists: these are the
 * protocols that are widely used, and for all others a `wait` or `timeout` that the request itself sets.
 */
export function announcedWait({ method, path, headers }: PollRequest): AnnouncedWait | null {
  const mark = path.indexOf('?');
  const asked: Asked = {
    method,
    path: mark === -1 ? path : path.slice(0, mark),
    query: mark === -1 ? new Map() : readQuery(path.slice(mark + 1)),
    headers,
  };
  for (const rule of rules) {
    const announced = rule(asked);
    if (announced !== null) return announced;
  }
  return null;
}

/** Shorter is an answer like any other: people notice a second (Nielsen's limit for an uninterrupted thought). */
export const heldMsMin = 1000;
/** Where a value may mean something else, the answer must have come in the last tenth of it. */
const nearShare = 0.9;
/** Servers wait a random part longer (Consul: up to 1/16), and answers travel. */
const lateShare = 1.1;
const lateMs = 1000;

/** Whether an answer that came `heldMs` after its request, or is still to come, was held back on purpose. */
export function wasHeld({ waitMs, isPoll }: AnnouncedWait, heldMs: number): boolean {
  if (heldMs < heldMsMin) return false;
  if (waitMs === null) return isPoll;
  const atLeastMs = isPoll ? 0 : waitMs * nearShare;
  return heldMs >= atLeastMs && heldMs <= waitMs * lateShare + lateMs;
}

const rules: readonly Rule[] = [
  consul,
  etcd,
  telegram,
  matrix,
  engineIo,
  sockJs,
  signalR,
  aspNetSignalR,
  cometD,
  webChannel,
  sqs,
  namedPath,
  preferWait,
  waitParameter,
];

const seconds = 1000;
const minutes = 60_000;

/** HashiCorp Consul and Nomad, blocking queries: 5 minutes when `wait` is not given, at most 10. */
function consul({ path, query }: Asked): AnnouncedWait | null {
  if (!path.includes('/v1/') || !/^\d+$/.test(query.get('index') ?? '')) return null;
  const waitMs = durationMs(query.get('wait') ?? '', seconds) ?? 5 * minutes;
  return { by: 'Consul index=', waitMs: Math.min(waitMs, 10 * minutes), isPoll: true };
}

/** etcd 2, "Waiting for a change": without end. */
function etcd({ path, query }: Asked): AnnouncedWait | null {
  const waits = path.includes('/v2/keys') && query.get('wait') === 'true';
  return waits ? { by: 'etcd wait=true', waitMs: null, isPoll: true } : null;
}

/** Telegram Bot API, getUpdates: `timeout` in seconds, 0 for a short poll. */
function telegram({ path, query }: Asked): AnnouncedWait | null {
  if (!/\/bot[^/]+\/getupdates$/i.test(path)) return null;
  const waitMs = durationMs(query.get('timeout') ?? '', seconds);
  return waitMs === null ? null : { by: 'Telegram timeout=', waitMs, isPoll: true };
}

/** Matrix client-server API, /sync: `timeout` in milliseconds. */
function matrix({ path, query }: Asked): AnnouncedWait | null {
  if (!/\/_matrix\/client\/.*\/sync$/.test(path)) return null;
  const waitMs = durationMs(query.get('timeout') ?? '', 1);
  return waitMs === null ? null : { by: 'Matrix timeout=', waitMs, isPoll: true };
}

/** Engine.IO (Socket.IO): held until a ping is due, by default 25 s. */
function engineIo({ method, query }: Asked): AnnouncedWait | null {
  const polls = method === 'GET' && query.get('transport') === 'polling' && query.has('sid');
  return polls ? { by: 'Socket.IO transport=polling', waitMs: null, isPoll: true } : null;
}

/** SockJS, /SERVER/SESSION/xhr: held until the heartbeat, by default 25 s. */
function sockJs({ method, path }: Asked): AnnouncedWait | null {
  const polls = method === 'POST' && /\/[^/.]{1,8}\/[^/.]+\/xhr$/.test(path);
  return polls ? { by: 'SockJS xhr', waitMs: null, isPoll: true } : null;
}

/** ASP.NET Core SignalR, long polling: GET with the connection's id; by default 90 s (LongPollingOptions.PollTimeout). */
function signalR({ method, query, headers }: Asked): AnnouncedWait | null {
  const agent = fieldValue(headers, 'x-signalr-user-agent') ?? fieldValue(headers, 'user-agent') ?? '';
  const polls = method === 'GET' && query.has('id') && agent.startsWith('Microsoft SignalR/');
  return polls ? { by: 'SignalR long polling', waitMs: null, isPoll: true } : null;
}

/** ASP.NET SignalR 2: by default 110 s (ConnectionTimeout). */
function aspNetSignalR({ query }: Asked): AnnouncedWait | null {
  const polls = query.get('transport') === 'longPolling';
  return polls ? { by: 'SignalR transport=longPolling', waitMs: null, isPoll: true } : null;
}

/** CometD, whose client appends the type of message to the address: /meta/connect is held, by default for 30 s. */
function cometD({ method, path }: Asked): AnnouncedWait | null {
  const polls = method === 'POST' && /\/cometd\/(?:.*\/)?connect$/.test(path);
  return polls ? { by: 'CometD connect', waitMs: null, isPoll: true } : null;
}

/** Google WebChannel (Firestore): a GET that hangs until there is something, by default 30 s. */
function webChannel({ method, path, query }: Asked): AnnouncedWait | null {
  const polls = method === 'GET' && path.endsWith('/channel') && query.get('TYPE') === 'xmlhttp';
  return polls ? { by: 'WebChannel', waitMs: null, isPoll: true } : null;
}

/** Amazon SQS, ReceiveMessage: WaitTimeSeconds up to 20, mostly in the body. */
function sqs({ query, headers }: Asked): AnnouncedWait | null {
  const waitMs = durationMs(query.get('WaitTimeSeconds') ?? '', seconds);
  const receives = fieldValue(headers, 'x-amz-target')?.endsWith('.ReceiveMessage') === true;
  if (waitMs === null && !receives) return null;
  return { by: 'SQS ReceiveMessage', waitMs: waitMs ?? 20 * seconds, isPoll: true };
}

/** A path that says what it is, such as Dropbox's /2/files/list_folder/longpoll. */
function namedPath({ path }: Asked): AnnouncedWait | null {
  const isNamed = /\/(?:long[-_]?poll|long[-_]?polling)(?:\/|$)/i.test(path);
  return isNamed ? { by: 'longpoll in the path', waitMs: null, isPoll: true } : null;
}

/** RFC 7240 section 4.3: how long the client is willing to wait, in seconds. */
function preferWait({ headers }: Asked): AnnouncedWait | null {
  const wait = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})/i.exec(fieldValue(headers, 'prefer') ?? '')?.[1];
  return wait === undefined || Number(wait) === 0
    ? null
    : { by: 'Prefer: wait', waitMs: Number(wait) * seconds, isPoll: false };
}

const waitNames = ['wait', 'timeout', 'wait_timeout', 'waitTimeout', 'timeoutSeconds'] as const;

function waitParameter({ method, query }: Asked): AnnouncedWait | null {
  if (method !== 'GET' && method !== 'POST') return null;
  for (const name of waitNames) {
    const waitMs = durationMs(query.get(name) ?? '', null);
    if (waitMs !== null) return { by: `${name}=`, waitMs, isPoll: false };
  }
  return null;
}

/** Nobody holds an answer longer than an hour: such a number means something else. */
const waitMsMax = 60 * minutes;
/** A number without a unit, where nothing says which: nobody waits 1,000 s for an answer. */
const bareMsMin = 1000;

/**
 * `30`, `30s`, `1m30s`, `500ms` in ms (as Go writes durations); null for anything else, for 0 and for more than an hour.
 * `bareUnitMs`: what a bare number counts; null guesses seconds below 1,000 and ms from there on.
 */
function durationMs(value: string, bareUnitMs: number | null): number | null {
  const ms = /^\d{1,9}$/.test(value) ? bareMs(Number(value), bareUnitMs) : unitsMs(value);
  return ms !== null && ms > 0 && ms <= waitMsMax ? ms : null;
}

function bareMs(number: number, unitMs: number | null): number {
  return number * (unitMs ?? (number >= bareMsMin ? 1 : seconds));
}

const units: Readonly<Record<string, number>> = { h: 60 * minutes, m: minutes, s: seconds, ms: 1 };

function unitsMs(value: string): number | null {
  if (!/^(?:\d{1,9}(?:h|ms|m|s)){1,4}$/.test(value)) return null;
  let ms = 0;
  for (const [, number, unit = ''] of value.matchAll(/(\d+)(h|ms|m|s)/g))
    ms += Number(number) * (units[unit] ?? 0);
  return ms;
}

const queryCharsMax = 8192;
const parametersMax = 100;

/** The first value of each parameter, as sent: what is asked for here needs no escapes. */
function readQuery(query: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of query.slice(0, queryCharsMax).split('&', parametersMax)) {
    const equals = pair.indexOf('=');
    const name = equals === -1 ? pair : pair.slice(0, equals);
    if (!found.has(name)) found.set(name, equals === -1 ? '' : pair.slice(equals + 1));
  }
  return found;
}
