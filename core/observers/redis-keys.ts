/** Which arguments of a command are keys: `first` to `last` (counted from the end where negative), every `step`-th. */
interface KeyRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

const one: KeyRange = { first: 1, last: 1, step: 1 };
const two: KeyRange = { first: 1, last: 2, step: 1 };
const second: KeyRange = { first: 2, last: 2, step: 1 };
const all: KeyRange = { first: 1, last: -1, step: 1 };
const allButLast: KeyRange = { first: 1, last: -2, step: 1 };
const everySecond: KeyRange = { first: 1, last: -1, step: 2 };
const fromSecond: KeyRange = { first: 2, last: -1, step: 1 };

/** Commands without keys, whose arguments are values or words. */
const keyless = new Set(
  (
    'ACL ASKING AUTH BGREWRITEAOF BGSAVE CLIENT CLUSTER COMMAND CONFIG DBSIZE DEBUG DISCARD ECHO EXEC FAILOVER FLUSHALL FLUSHDB FUNCTION ' +
    'HELLO INFO KEYS LASTSAVE LATENCY LOLWUT MODULE MONITOR MULTI PING PSYNC PUBSUB QUIT RANDOMKEY READONLY READWRITE REPLCONF REPLICAOF RESET ' +
    'ROLE SAVE SCAN SCRIPT SELECT SENTINEL SHUTDOWN SLAVEOF SLOWLOG SWAPDB SYNC TIME UNWATCH WAIT WAITAOF'
  ).split(' '),
);

/** Commands whose keys are not just the first argument. */
const ranges = new Map<string, KeyRange>([
  ...'DEL EXISTS MGET PFCOUNT PFMERGE SDIFF SDIFFSTORE SINTER SINTERSTORE SUNION SUNIONSTORE TOUCH UNLINK WATCH PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE UNSUBSCRIBE'
    .split(' ')
    .map((name): [string, KeyRange] => [name, all]),
  ...'BLPOP BRPOP BZPOPMAX BZPOPMIN'.split(' ').map((name): [string, KeyRange] => [name, allButLast]),
  ...'BLMOVE BRPOPLPUSH COPY GEOSEARCHSTORE LCS LMOVE RENAME RENAMENX RPOPLPUSH SMOVE ZRANGESTORE'
    .split(' ')
    .map((name): [string, KeyRange] => [name, two]),
  ...'MSET MSETNX'.split(' ').map((name): [string, KeyRange] => [name, everySecond]),
  ...'MEMORY OBJECT XGROUP XINFO'.split(' ').map((name): [string, KeyRange] => [name, second]),
  ['BITOP', fromSecond],
]);

/** Commands that say how many keys follow, and at which argument. */
const counted = new Map<string, number>([
  ...'EVAL EVALSHA EVALSHA_RO EVAL_RO FCALL FCALL_RO BLMPOP BZMPOP'
    .split(' ')
    .map((name): [string, number] => [name, 2]),
  ...'LMPOP SINTERCARD ZDIFF ZINTER ZINTERCARD ZMPOP ZUNION'
    .split(' ')
    .map((name): [string, number] => [name, 1]),
  ...'ZDIFFSTORE ZINTERSTORE ZUNIONSTORE'.split(' ').map((name): [string, number] => [name, 2]),
]);

/** Commands with a word of their own behind their name. */
const withSubcommand = new Set(
  'ACL CLIENT CLUSTER COMMAND CONFIG DEBUG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SENTINEL SLOWLOG XGROUP XINFO'.split(
    ' ',
  ),
);

/** Shown of one command; more keys are `…`. */
const patternsMax = 5;

/** The command and the patterns of its keys, numbers and long hexadecimal runs as `?`; keys of one pattern once. Values are left out. */
export function normalisedCommand(name: string, args: readonly string[]): string {
  let text = name;
  if (withSubcommand.has(name) && args[1] !== undefined) text += ` ${args[1].toUpperCase().slice(0, 40)}`;
  const patterns: string[] = [];
  let isMore = false;
  for (const key of keysOf(name, args)) {
    const pattern = keyPattern(key);
    if (pattern === patterns.at(-1)) isMore = true;
    else if (patterns.length < patternsMax) patterns.push(pattern);
    else {
      isMore = true;
      break;
    }
  }
  for (const pattern of patterns) text += ` ${pattern}`;
  return isMore ? `${text} …` : text;
}

function keysOf(name: string, args: readonly string[]): readonly string[] {
  if (args.length < 2 || keyless.has(name)) return [];
  const countAt = counted.get(name);
  if (countAt !== undefined) {
    const count = Math.min(Number(args[countAt]) || 0, args.length);
    const stored = name.endsWith('STORE') ? args.slice(1, 2) : [];
    return [...stored, ...args.slice(countAt + 1, countAt + 1 + count)];
  }
  if (name === 'XREAD' || name === 'XREADGROUP') return streamKeys(args);
  const range = ranges.get(name) ?? one;
  const last = range.last < 0 ? args.length + range.last : Math.min(range.last, args.length - 1);
  const keys: string[] = [];
  for (let at = range.first; at <= last; at += range.step) keys.push(args[at] as string);
  return keys;
}

/** Behind STREAMS: first the keys, then as many ids. */
function streamKeys(args: readonly string[]): readonly string[] {
  const from = args.findIndex((arg) => arg.toUpperCase() === 'STREAMS') + 1;
  return from === 0 ? [] : args.slice(from, from + Math.floor((args.length - from) / 2));
}

const keyCharsMax = 200;

export function keyPattern(key: string): string {
  if (!/\d/.test(key)) return key.slice(0, keyCharsMax);
  return key
    .slice(0, keyCharsMax)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '?')
    .replace(/(?<![0-9a-z])(?=[0-9a-f]*\d)[0-9a-f]{12,}(?![0-9a-z])/gi, '?')
    .replace(/\d+/g, '?');
}
