import type { QueryEvent } from '../model/query-events.ts';
import type { RedisReply } from './redis-replies.ts';
import type { RedisWaiting } from './redis-waiting.ts';

/** What commands and replies say beyond themselves. Of a conversation at most so many facts, each value at most 500 characters. */
export interface RedisFacts {
  readonly tell: (atUs: number, name: string, value: string) => void;
  readonly ofCommand: (name: string, args: readonly string[], entry: RedisWaiting, atUs: number) => void;
  readonly ofReply: (entry: RedisWaiting, reply: RedisReply, isError: boolean) => void;
}

/** Commands that wait on purpose, and at which argument (from the end where negative) they say how long: seconds, or milliseconds. */
const blocking: Readonly<Record<string, readonly [at: number, unit: 's' | 'ms']>> = {
  BLPOP: [-1, 's'],
  BRPOP: [-1, 's'],
  BRPOPLPUSH: [-1, 's'],
  BLMOVE: [-1, 's'],
  BZPOPMIN: [-1, 's'],
  BZPOPMAX: [-1, 's'],
  BLMPOP: [1, 's'],
  BZMPOP: [1, 's'],
  WAIT: [2, 'ms'],
  WAITAOF: [3, 'ms'],
};

export function createRedisFacts(emit: (event: QueryEvent) => void, factsMax: number): RedisFacts {
  let told = 0;

  function tell(atUs: number, name: string, value: string): void {
    if (told >= factsMax) return;
    told += 1;
    emit({ type: 'fact', atUs, name, value: value.slice(0, 500) });
  }

  function ofCommand(name: string, args: readonly string[], entry: RedisWaiting, atUs: number): void {
    const wait = waitOf(name, args);
    if (wait !== null) entry.facts.push(['waits on purpose', wait]);
    switch (name) {
      case 'AUTH':
        if (args.length > 2) tell(atUs, 'user', args[1] ?? '');
        break;
      case 'SELECT':
        tell(atUs, 'database', args[1] ?? '');
        break;
      case 'HELLO':
        helloFacts(args, atUs);
        break;
      case 'CLIENT':
        if (args[1]?.toUpperCase() === 'SETNAME') tell(atUs, 'client name', args[2] ?? '');
        if (args[1]?.toUpperCase() === 'SETINFO') tell(atUs, 'client library', args.slice(2).join(' '));
        break;
      default:
    }
  }

  function helloFacts(args: readonly string[], atUs: number): void {
    if (args[1] !== undefined) tell(atUs, 'protocol', `RESP${args[1].slice(0, 10)}`);
    const at = args.findIndex((arg) => arg.toUpperCase() === 'AUTH');
    if (at > 0) tell(atUs, 'user', args[at + 1] ?? '');
    const nameAt = args.findIndex((arg) => arg.toUpperCase() === 'SETNAME');
    if (nameAt > 0) tell(atUs, 'client name', args[nameAt + 1] ?? '');
  }

  function ofReply(entry: RedisWaiting, reply: RedisReply, isError: boolean): void {
    for (const error of reply.errors) entry.facts.push(['error inside', error.slice(0, 500)]);
    if (isError) return;
    if (entry.verb === 'HELLO') {
      const at = reply.cells.indexOf('version');
      if (at >= 0) tell(reply.atUs, 'server version', reply.cells[at + 1] ?? '');
    }
    if (entry.verb === 'EXEC' && reply.type === '*')
      entry.facts.push(['transaction', `${reply.count} commands`]);
    if (entry.verb === 'EXEC' && reply.type === '_')
      entry.facts.push(['transaction', 'not run: a watched key had changed']);
  }

  return { tell, ofCommand, ofReply };
}

function waitOf(name: string, args: readonly string[]): string | null {
  const known = blocking[name];
  if (known !== undefined) {
    const [at, unit] = known;
    return waitText(args.at(at), unit);
  }
  if (name !== 'XREAD' && name !== 'XREADGROUP') return null;
  const at = args.findIndex((arg) => arg.toUpperCase() === 'BLOCK');
  return at > 0 ? waitText(args[at + 1], 'ms') : null;
}

function waitText(arg: string | undefined, unit: 's' | 'ms'): string | null {
  const value = Number(arg);
  if (arg === undefined || !(value >= 0)) return null;
  return value === 0 ? 'until there is something' : `up to ${value} ${unit}`;
}
