import type { RedisReply } from './redis-replies.ts';

/** What a server sends without being asked each time: messages of channels, of MONITOR, invalidations; and how subscriptions stand. */
export interface RedisPushes {
  /** Whether the command asks for or ends messages, so that each channel is confirmed apart. */
  readonly isSubscription: (verb: string) => boolean;
  /** How many confirmations such a command gets. */
  readonly confirmations: (verb: string, channels: number) => number;
  /** Whether arrays or lines may be messages now. */
  readonly mayCome: () => boolean;
  /** `isAwaited`: the next reply confirms a subscription. */
  readonly isUnasked: (reply: RedisReply, isAwaited: boolean) => boolean;
  readonly confirms: (verb: string, reply: RedisReply) => boolean;
  /** A confirmation came. */
  readonly follow: (reply: RedisReply) => void;
  readonly count: (reply: RedisReply) => void;
  /** A command that went well may begin or end messages. */
  readonly afterReply: (verb: string) => void;
  /** Facts: how many messages came from where. */
  readonly summary: () => readonly (readonly [name: string, value: string])[];
}

const subscriptions = new Set(
  'SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUNSUBSCRIBE'.split(' '),
);
const messages = new Set(['message', 'pmessage', 'smessage']);
/** How MONITOR writes a command: seconds since the epoch, database and client. */
const monitored = /^\d+\.\d+ \[\d+ /;

interface Tally {
  messages: number;
  bytes: number;
}

export function createRedisPushes(channelsMax: number): RedisPushes {
  const tallies = new Map<string, Tally>();
  /** Of channels, patterns, shard channels: by the first letter of the command. */
  const open: Record<string, number> = {};
  let isMonitoring = false;
  /** Then messages are pushes, and arrays never are messages. */
  let isResp3 = false;

  function openCount(): number {
    let count = 0;
    for (const kind of Object.keys(open)) count += open[kind] ?? 0;
    return count;
  }

  function isUnasked(reply: RedisReply, isAwaited: boolean): boolean {
    if (reply.type === '>') {
      isResp3 = true;
      return true;
    }
    if (isMonitoring && reply.type === '+') return monitored.test(reply.text);
    if (reply.type !== '*' || isResp3) return false;
    const [first] = reply.cells;
    if (typeof first !== 'string') return false;
    const isOpen = openCount() > 0;
    if (messages.has(first)) return isOpen;
    return (isOpen || isAwaited) && reply.count === 3 && subscriptions.has(first.toUpperCase());
  }

  function count(reply: RedisReply): void {
    const [kind, channel] = reply.cells;
    const name =
      reply.type === '+'
        ? 'of MONITOR'
        : messages.has(kind ?? '')
          ? `on ${channel ?? ''}`
          : (kind ?? 'others');
    const isKnown = tallies.has(name) || tallies.size < channelsMax;
    const key = isKnown ? name : 'of other channels';
    const tally = tallies.get(key) ?? { messages: 0, bytes: 0 };
    tally.messages += 1;
    tally.bytes += reply.bytes;
    tallies.set(key, tally);
  }

  function follow(reply: RedisReply): void {
    const [word] = reply.cells;
    const verb = word?.toUpperCase() ?? '';
    const kind = kindOf(verb);
    const change = verb.includes('UNSUBSCRIBE') ? -1 : 1;
    open[kind] = Math.max(0, (open[kind] ?? 0) + change);
    if (reply.cells[2] === '0' && kind !== 'shard') {
      open['channel'] = 0;
      open['pattern'] = 0;
    }
  }

  return {
    isSubscription: (verb) => subscriptions.has(verb),
    confirmations: (verb, channels) => (channels > 0 ? channels : Math.max(1, open[kindOf(verb)] ?? 0)),
    mayCome: () => isMonitoring || openCount() > 0,
    isUnasked,
    confirms: (verb, reply) => reply.cells[0]?.toUpperCase() === verb,
    follow,
    count,
    afterReply: (verb) => {
      if (verb === 'MONITOR') isMonitoring = true;
      if (verb !== 'RESET') return;
      isMonitoring = false;
      for (const kind of Object.keys(open)) open[kind] = 0;
    },
    summary: () =>
      Array.from(tallies, ([name, tally]): [string, string] => [
        'messages',
        `${tally.messages.toLocaleString('en')} ${name}, ${tally.bytes.toLocaleString('en')} bytes`.slice(
          0,
          500,
        ),
      ]),
  };
}

function kindOf(verb: string): 'channel' | 'pattern' | 'shard' {
  if (verb.startsWith('P')) return 'pattern';
  return verb === 'SSUBSCRIBE' || verb === 'SUNSUBSCRIBE' ? 'shard' : 'channel';
}
