import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import type { GapObserver } from './observer.ts';
import { createRedisCommands, type RedisCommand } from './redis-commands.ts';
import { createRedisFacts } from './redis-facts.ts';
import { normalisedCommand } from './redis-keys.ts';
import { REDIS_LIMITS, type RedisLimits } from './redis-limits.ts';
import { createRedisPushes } from './redis-pushes.ts';
import { redisError, redisPreview, redisRows, redisStatus } from './redis-preview.ts';
import { createRedisReplies, type RedisReply } from './redis-replies.ts';
import { answersSecrets, redisStatement } from './redis-statement.ts';
import { createRedisWaiting, type RedisWaiting } from './redis-waiting.ts';

export { looksLikeRedis } from './redis-looks.ts';
export { REDIS_LIMITS, type RedisLimits } from './redis-limits.ts';

/**
 * Observes a connection to Redis, RESP2 and RESP3: each command is a question, replies come in its order. What the server sends unasked (messages of
 * channels, of MONITOR, of tracking) is counted and told as facts when the conversation ends. Passwords are never told.
 *
 * After a gap in either direction all commands that wait end with `gap`; replies are taken to be in step again from the next command on. What is no RESP
 * ends them with `unreadable` in the same way. Replication (SYNC, PSYNC) is not read.
 */
export function createRedisObserver(
  platform: Platform,
  emit: (event: QueryEvent) => void,
  limitsGiven?: Partial<RedisLimits>,
): GapObserver {
  const limits = { ...REDIS_LIMITS, ...limitsGiven };
  const facts = createRedisFacts(emit, limits.factsMax);
  const waiting = createRedisWaiting(limits.waitingMax);
  const pushes = createRedisPushes(limits.channelsMax);
  let questions = 0;
  /** CLIENT REPLY: whether replies come; `skip`: not for the next command. */
  let repliesAre: 'on' | 'off' | 'skip' = 'on';
  let isOver = false;

  const commands = createRedisCommands(platform, limits, ask, (atUs) => {
    facts.tell(atUs, 'unreadable', 'The client sent something that is no command of Redis.');
    desync(atUs, 'unreadable', 'The command or its reply could not be told from what came before.');
  });
  const replies = createRedisReplies(platform, limits, {
    begin: (type, atUs) => {
      const entry = waiting.first();
      if (entry !== null && type !== '>' && !entry.isSubscription && !pushes.mayCome()) begin(entry, atUs);
    },
    reply: answer,
    lost: (atUs) => {
      facts.tell(atUs, 'unreadable', 'The server sent something that is no reply of Redis.');
      desync(atUs, 'unreadable', 'The reply could not be read.');
    },
  });

  function ask(command: RedisCommand): void {
    if (replies.isStopped()) replies.resume();
    const { args, argCount, firstAtUs, atUs, bytes } = command;
    const name = nameOf(args[0] ?? '');
    const hasReply = followReplyMode(name, args);
    if (!waiting.hasRoom()) {
      if (hasReply) waiting.pass();
      return facts.tell(atUs, 'not told', `More than ${limits.waitingMax} commands wait for their replies.`);
    }
    questions += 1;
    const question = questions;
    emit({
      type: 'question',
      question,
      firstAtUs,
      atUs,
      verb: name,
      statement: redisStatement(name, args, argCount),
      normalised: normalisedCommand(name, args),
      parameters: [],
      bytes,
    });
    if (!hasReply) return tellEnd(question, atUs, 'no reply');
    const entry = waiting.add(question, name, answersSecrets(name, args));
    entry.isSubscription = pushes.isSubscription(name);
    entry.repliesLeft = entry.isSubscription ? pushes.confirmations(name, argCount - 1) : 1;
    facts.ofCommand(name, args, entry, atUs);
    if (name === 'SYNC' || name === 'PSYNC') leave(atUs);
  }

  /** CLIENT REPLY and what it does to this command: whether a reply will come. */
  function followReplyMode(name: string, args: readonly string[]): boolean {
    if (name !== 'CLIENT' || args[1]?.toUpperCase() !== 'REPLY') {
      if (repliesAre !== 'skip') return repliesAre === 'on';
      repliesAre = 'on';
      return false;
    }
    switch (args[2]?.toUpperCase()) {
      case 'ON':
        repliesAre = 'on';
        return true;
      case 'OFF':
        repliesAre = 'off';
        return false;
      case 'SKIP':
        if (repliesAre === 'on') repliesAre = 'skip';
        return false;
      default:
        return repliesAre === 'on';
    }
  }

  function answer(reply: RedisReply): void {
    const entry = waiting.first();
    if (pushes.isUnasked(reply, entry?.isSubscription === true)) {
      if (entry?.isSubscription !== true || !pushes.confirms(entry.verb, reply)) return pushes.count(reply);
      return confirm(entry, reply);
    }
    if (entry === null) {
      if (waiting.passed()) return;
      return facts.tell(reply.atUs, 'reply without its command', redisStatus(reply));
    }
    begin(entry, reply.firstAtUs);
    end(entry, reply, reply.bytes);
  }

  /** One of the replies to SUBSCRIBE and its kin: one for each channel. */
  function confirm(entry: RedisWaiting, reply: RedisReply): void {
    begin(entry, reply.firstAtUs);
    pushes.follow(reply);
    entry.bytes += reply.bytes;
    entry.repliesLeft -= 1;
    if (entry.repliesLeft <= 0) end(entry, reply, entry.bytes);
  }

  function begin(entry: RedisWaiting, atUs: number): void {
    if (entry.isBegun) return;
    entry.isBegun = true;
    emit({ type: 'answer-begin', question: entry.question, atUs });
  }

  function end(entry: RedisWaiting, reply: RedisReply, bytes: number): void {
    waiting.take();
    const isError = reply.type === '-' || reply.type === '!';
    facts.ofReply(entry, reply, isError);
    if (!isError) pushes.afterReply(entry.verb);
    emit({
      type: 'answer-end',
      question: entry.question,
      atUs: reply.atUs,
      rows: entry.isSubscription ? null : redisRows(reply),
      bytes,
      status: isError ? '' : entry.isSubscription ? subscriptionStatus(reply) : redisStatus(reply),
      error: isError ? redisError(reply.text) : null,
      preview: entry.isSecret || entry.isSubscription ? null : redisPreview(entry.verb, reply),
      facts: entry.facts,
    });
  }

  function tellEnd(question: number, atUs: number, status: string, code?: string, message?: string): void {
    emit({
      type: 'answer-end',
      question,
      atUs,
      rows: null,
      bytes: 0,
      status,
      error: code === undefined ? null : { code, message: message ?? '' },
      preview: null,
      facts: [],
    });
  }

  function endAll(atUs: number, code: string, message: string): void {
    for (let entry = waiting.take(); entry !== null; entry = waiting.take())
      tellEnd(entry.question, atUs, '', code, message);
    waiting.clear();
  }

  function desync(atUs: number, code: string, message: string): void {
    if (isOver) return;
    endAll(atUs, code, message);
    replies.stop();
  }

  /** What follows is no longer questions and answers. */
  function leave(atUs: number): void {
    facts.tell(atUs, 'replication', 'The server sends its whole data from here on; it is not read.');
    endAll(atUs, 'not-read', 'The data that a replica is sent is not read.');
    isOver = true;
    commands.stop();
    replies.stop();
  }

  return {
    bytes: (sender, chunk, atUs) => {
      if (isOver) return;
      if (sender === 'client') commands.bytes(chunk, atUs);
      else if (!replies.isStopped()) replies.bytes(chunk, atUs);
    },
    gap: (sender, bytes, atUs) => {
      if (isOver) return;
      facts.tell(atUs, 'missing', `${bytes} bytes of the ${sender} are missing.`);
      if (sender === 'client') commands.lose();
      desync(atUs, 'gap', 'Bytes are missing here, so that the reply cannot be told.');
    },
    end: (sender, how, atUs) => {
      if (isOver || (sender === 'client' && how === 'fin')) return;
      isOver = true;
      endAll(atUs, 'cut', 'The connection ended before the reply.');
      for (const [name, value] of pushes.summary()) emit({ type: 'fact', atUs, name, value });
    },
  };
}

/** In capitals; `?` for what cannot be a command's name. */
function nameOf(arg: string): string {
  const name = arg.toUpperCase();
  return /^[A-Z][A-Z0-9_.|-]{0,39}$/.test(name) ? name : '?';
}

/** What the last confirmation says: how many subscriptions there are now. */
function subscriptionStatus({ cells }: RedisReply): string {
  return `subscriptions: ${cells[2] ?? '0'}`;
}
