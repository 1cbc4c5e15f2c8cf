import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import { createMongodbAnswers } from './mongodb-answer.ts';
import { createMongodbBatch } from './mongodb-batch.ts';
import { createBson } from './mongodb-bson.ts';
import { createMongodbFacts } from './mongodb-facts.ts';
import { createMongodbFrames, opCode, type MongodbFrames, type MongodbHeader } from './mongodb-frames.ts';
import { hidesSecrets } from './mongodb-json.ts';
import { MONGODB_LIMITS, type MongodbLimits } from './mongodb-limits.ts';
import { readMongodbMessage } from './mongodb-message.ts';
import { createMongodbStatements, type MongodbStatement } from './mongodb-statement.ts';
import type { GapObserver, Sender } from './observer.ts';

export { looksLikeMongodb } from './mongodb-looks.ts';
export { MONGODB_LIMITS, type MongodbLimits } from './mongodb-limits.ts';

interface Waiting {
  readonly question: number;
  readonly verb: string;
  readonly facts: (readonly [string, string])[];
  isBegun: boolean;
  /** Of the replies so far, where one question has several. */
  replies: number;
  rows: number | null;
  bytes: number;
}

/**
 * Observes a connection to MongoDB (MongoDB wire protocol: OP_MSG, OP_COMPRESSED, OP_QUERY and OP_REPLY, and the messages of old drivers). Each command is a
 * question; replies name the request they belong to, so that a gap costs no more than the messages in it. zlib is decompressed; what is compressed otherwise
 * is timed and not read. A question whose replies go on (exhaust) ends with the last one. Secrets of signing in are never told.
 */
export function createMongodbObserver(
  platform: Platform,
  emit: (event: QueryEvent) => void,
  limitsGiven?: Partial<MongodbLimits>,
): GapObserver {
  const limits = { ...MONGODB_LIMITS, ...limitsGiven };
  const bson = createBson(platform);
  const statementOf = createMongodbStatements(platform, bson);
  const answerOf = createMongodbAnswers(platform, bson);
  const facts = createMongodbFacts(emit, bson, limits.factsMax);
  const batch = createMongodbBatch(bson);
  const waiting = new Map<number, Waiting>();
  const cursors = new Map<string, number>();
  let questions = 0;
  let isOver = false;

  function ask(header: MongodbHeader, body: Uint8Array, isWhole: boolean, atUs: number): void {
    const message = readMongodbMessage(platform, header.opCode, body, isWhole, limits.messageBytesMax);
    if ('unreadable' in message) {
      const words = `unreadable command: it is ${message.unreadable}`;
      facts.tellOnce(atUs, 'unreadable', `A command is ${message.unreadable}.`);
      const verb = header.opCode === opCode.compressed ? 'compressed' : 'unknown';
      return question(header, { verb, statement: words, normalised: words, fields: new Map() }, false, atUs);
    }
    const statement = statementOf(message);
    facts.ofCommand(message.bytes, statement, atUs);
    question(header, statement, message.moreToCome, atUs);
    const entry = waiting.get(header.requestId);
    if (entry === undefined) return;
    if (!isWhole) entry.facts.push(['command', 'only its beginning was read']);
    commandFacts(message.bytes, statement, entry);
  }

  function question(
    header: MongodbHeader,
    statement: MongodbStatement,
    isOneWay: boolean,
    atUs: number,
  ): void {
    questions += 1;
    const { verb, normalised } = statement;
    const number = questions;
    emit({
      type: 'question',
      question: number,
      firstAtUs: header.firstAtUs,
      atUs,
      verb,
      statement: statement.statement,
      normalised,
      parameters: [],
      bytes: header.bytes,
    });
    if (isOneWay) return end(number, atUs, 'not acknowledged');
    const same = waiting.get(header.requestId);
    if (same !== undefined) giveUp(header.requestId, same, atUs);
    if (waiting.size >= limits.waitingMax)
      for (const [oldest, entry] of waiting) {
        giveUp(oldest, entry, atUs);
        break;
      }
    waiting.set(header.requestId, {
      question: number,
      verb,
      facts: [],
      isBegun: false,
      replies: 0,
      rows: null,
      bytes: 0,
    });
  }

  function commandFacts(bytes: Uint8Array, { verb, fields }: MongodbStatement, entry: Waiting): void {
    const wait = bson.number(
      bytes,
      fields.get('maxAwaitTimeMS') ?? (verb === 'getMore' ? fields.get('maxTimeMS') : null) ?? null,
    );
    if (wait !== null) entry.facts.push(['waits on purpose', `up to ${wait} ms`]);
    if (verb !== 'getMore') return;
    const id = facts.cursorOf(bytes, fields.get('getMore'));
    const from = cursors.get(id);
    entry.facts.push(['cursor', from === undefined ? id : `${id} of question ${from}`]);
  }

  function begin({ responseTo, firstAtUs }: MongodbHeader): void {
    batch.begin();
    const entry = waiting.get(responseTo);
    if (entry === undefined || entry.isBegun) return;
    entry.isBegun = true;
    emit({ type: 'answer-begin', question: entry.question, atUs: firstAtUs });
  }

  function answer(header: MongodbHeader, body: Uint8Array, isWhole: boolean, atUs: number): void {
    const entry = waiting.get(header.responseTo);
    if (entry === undefined) {
      return facts.tell(atUs, 'reply without its command', `${header.bytes} bytes`);
    }
    waiting.delete(header.responseTo);
    entry.bytes += header.bytes;
    entry.replies += 1;
    const message = readMongodbMessage(platform, header.opCode, body, isWhole, limits.messageBytesMax);
    if ('unreadable' in message) {
      facts.tellOnce(atUs, 'unreadable', `A reply is ${message.unreadable}.`);
      entry.facts.push(['reply', `not read: it is ${message.unreadable}`]);
      return finish(entry, atUs, '', null, null);
    }
    const isSecret = hidesSecrets(entry.verb);
    const said = answerOf(message, isWhole, isSecret);
    facts.ofReply(message, entry.verb, atUs);
    if (said.cursorId !== '') remember(said.cursorId, entry.question);
    const rows = said.rows ?? (isWhole ? null : batch.members());
    if (rows !== null) entry.rows = (entry.rows ?? 0) + rows;
    for (const fact of said.facts) if (entry.facts.length < 50) entry.facts.push(fact);
    if (message.moreToCome && said.error === null) {
      // The next one answers this one (OP_MSG, "exhaustAllowed").
      const other = waiting.get(header.requestId);
      if (other !== undefined) giveUp(header.requestId, other, atUs);
      waiting.set(header.requestId, entry);
      return;
    }
    finish(entry, atUs, said.error === null ? 'ok' : '', said.error, said.preview);
  }

  function finish(
    entry: Waiting,
    atUs: number,
    status: string,
    error: { readonly code: string; readonly message: string } | null,
    preview: ReturnType<typeof answerOf>['preview'],
  ): void {
    if (entry.replies > 1) entry.facts.push(['replies', String(entry.replies)]);
    emit({
      ...{ type: 'answer-end', question: entry.question, atUs, rows: entry.rows, bytes: entry.bytes, status },
      ...{ error, preview, facts: entry.facts.slice(-50) },
    });
  }

  function remember(cursorId: string, number: number): void {
    if (!cursors.has(cursorId)) cursors.set(cursorId, number);
    if (cursors.size <= limits.cursorsMax) return;
    for (const oldest of cursors.keys()) {
      cursors.delete(oldest);
      break;
    }
  }

  function end(number: number, atUs: number, status: string): void {
    emit({
      ...{ type: 'answer-end', question: number, atUs, rows: null, bytes: 0, status },
      ...{ error: null, preview: null, facts: [] },
    });
  }

  function giveUp(requestId: number, entry: Waiting, atUs: number): void {
    waiting.delete(requestId);
    const error = { code: 'cut', message: 'The connection ended before the reply.' };
    // Drivers watch a server by a question that it answers for ever.
    const isWatch = entry.replies > 0 && /^(?:hello|isMaster|ismaster)$/.test(entry.verb);
    finish(entry, atUs, isWatch ? 'watched until the connection ended' : '', isWatch ? null : error, null);
  }

  function sideOf(sender: Sender): MongodbFrames {
    const isClient = sender === 'client';
    return createMongodbFrames(
      {
        begin: isClient ? (): void => {} : begin,
        message: isClient ? ask : answer,
        lost: (atUs) =>
          facts.tell(atUs, 'unreadable', `The ${sender} sent something that is no message of MongoDB.`),
        rest: isClient ? (): void => {} : batch.rest,
      },
      limits.messageBytesMax,
    );
  }

  const sides: Readonly<Record<Sender, MongodbFrames>> = {
    client: sideOf('client'),
    server: sideOf('server'),
  };

  return {
    bytes: (sender, chunk, atUs) => {
      if (!isOver) sides[sender].bytes(chunk, atUs);
    },
    gap: (sender, bytes, atUs) => {
      if (isOver) return;
      facts.tell(atUs, 'missing', `${bytes} bytes of the ${sender} are missing.`);
      sides[sender].gap(bytes, atUs);
    },
    end: (sender, how, atUs) => {
      if (isOver || (sender === 'client' && how === 'fin')) return;
      isOver = true;
      for (const [requestId, entry] of waiting) giveUp(requestId, entry, atUs);
    },
  };
}
