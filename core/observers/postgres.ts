import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import type { GapObserver, Sender, StreamEnd } from './observer.ts';
import { PostgresClient, wantedOfClient } from './postgres-client.ts';
import { PostgresContext } from './postgres-context.ts';
import { PostgresFrames } from './postgres-frames.ts';
import { PostgresServer } from './postgres-server.ts';
import { readStart, type PostgresStart } from './postgres-start.ts';

export { looksLikePostgres } from './postgres-detect.ts';

export interface PostgresObserverOptions {
  /**
   * Both ends agreed on TLS: the bytes from these positions of the streams on (counted from the first byte, missing
   * ones included) are TLS, and what is in it is a PostgreSQL conversation of its own. At most once; this observer is
   * silent from then on. Called within `bytes`, so that the chunk at hand may go on behind the position.
   */
  readonly onHandOver?: (to: 'tls', clientFrom: number, serverFrom: number) => void;
}

/**
 * Observes both directions of a conversation with PostgreSQL, protocol 3 (its manual, chapter 55, "Frontend/Backend
 * Protocol"), from the first byte or from the middle.
 *
 * One question is one simple query, however many statements it holds; one Execute, together with the Parse, Bind and
 * Describe sent for it; what was sent up to a Sync or Flush without any Execute (`PREPARE`, `DESCRIBE`, `CLOSE`); or
 * a request to cancel. An answer begins with its first row, or with the message that ends it where there are none,
 * and ends with its CommandComplete, error, or suspension. Nothing of a password is kept.
 *
 * Bounds for each conversation: 20,000 messages that wait for an answer; 1,000 prepared statements with 4 Mi characters
 * in all, and 1,000 portals, the oldest forgotten; 256 KiB of one message; 500 facts.
 */
export function createPostgresObserver(
  platform: Platform,
  emit: (event: QueryEvent) => void,
  options?: PostgresObserverOptions,
): GapObserver {
  const context = new PostgresContext(platform, emit);
  const fromClient = new PostgresClient(context);
  const fromServer = new PostgresServer(context);
  /** What the client asked to be encrypted with, and the server has not answered. */
  let asked: 'ssl' | 'gss' | null = null;
  let hasBegun = false;
  let isServerOver = false;

  const client: PostgresFrames = new PostgresFrames('client', {
    begin: (type, _bodyBytes, firstAtUs) => {
      beginMidway(firstAtUs);
      return wantedOfClient(type);
    },
    message: (type, bytes, from, to, bodyBytes, isWhole, firstAtUs, atUs) => {
      if (type === 0) start(readStart(context, bytes, from, to, firstAtUs, atUs), atUs);
      else fromClient.message(type, bytes, from, to, bodyBytes, isWhole, firstAtUs, atUs);
    },
    answer: () => undefined,
    lost: (why, atUs) => lost('client', why, atUs),
    found: (bytes, atUs) => found('client', bytes, atUs),
  });
  const server: PostgresFrames = new PostgresFrames('server', {
    begin: (type, _bodyBytes, firstAtUs) => {
      beginMidway(firstAtUs);
      return fromServer.begin(type, firstAtUs);
    },
    message: (type, bytes, from, to, bodyBytes, isWhole, firstAtUs, atUs) =>
      fromServer.message(type, bytes, from, to, bodyBytes, isWhole, firstAtUs, atUs),
    answer,
    lost: (why, atUs) => lost('server', why, atUs),
    found: (bytes, atUs) => found('server', bytes, atUs),
  });

  function beginMidway(atUs: number): void {
    if (hasBegun) return;
    hasBegun = true;
    const consequence = 'Statements that were prepared before are shown by their names.';
    context.teller.fact(
      'began',
      `The conversation was under way when the recording began. ${consequence}`,
      atUs,
    );
  }

  function start(kind: PostgresStart, atUs: number): void {
    hasBegun = true;
    switch (kind) {
      case 'ssl':
      case 'gss':
        asked = kind;
        server.awaitAnswer();
        break;
      case 'startup':
        context.awaitsStart = true;
        client.endStart();
        break;
      case 'cancel':
        break;
      case 'unreadable':
        context.teller.fact('unreadable', 'The conversation begins in a way that is not known.', atUs);
        silence();
        break;
      default:
        kind satisfies never;
    }
  }

  function answer(byte: number, atUs: number): void {
    if (asked === 'ssl' && byte === 0x53) {
      context.teller.fact('encryption', 'TLS', atUs);
      const clientFrom = client.position();
      const serverFrom = server.position();
      silence();
      options?.onHandOver?.('tls', clientFrom, serverFrom);
    } else if (asked === 'gss' && byte === 0x47) {
      context.teller.fact('encryption', 'GSSAPI, which cannot be read', atUs);
      silence();
    } else if (byte === 0x4e) {
      context.teller.fact('encryption', `${asked === 'gss' ? 'GSSAPI' : 'TLS'} refused by the server`, atUs);
    } else {
      context.teller.fact(
        'unreadable',
        'The server answers the wish for encryption in a way that is not known.',
        atUs,
      );
      silence();
    }
  }

  function silence(): void {
    client.stop();
    server.stop();
  }

  function lost(sender: Sender, why: 'missing' | 'unreadable', atUs: number): void {
    hasBegun = true;
    context.loseTrack(why === 'missing' ? 'bytes are missing' : 'bytes that are no message', sender, atUs);
  }

  function found(sender: Sender, bytes: number, atUs: number): void {
    context.teller.fact('found', `${bytes} bytes of the ${sender} are missing or were passed over.`, atUs);
  }

  function takeBytes(sender: Sender, chunk: Uint8Array, atUs: number): void {
    if (sender === 'client') client.bytes(chunk, atUs);
    else server.bytes(chunk, atUs);
  }

  function gap(sender: Sender, bytes: number, atUs: number): void {
    if (bytes <= 0) return;
    if (sender === 'client') client.gap(bytes, atUs);
    else server.gap(bytes, atUs);
  }

  function end(sender: Sender, how: StreamEnd, atUs: number): void {
    if (sender === 'server') isServerOver = true;
    // A server may go on to answer a client that has only ended.
    if (!isServerOver && how !== 'reset') return;
    context.endAll('cut', 'The conversation ended before the answer.', atUs);
    if (context.cancel === null) return;
    context.cancel.answerAtUs = atUs;
    context.teller.end(context.cancel, atUs);
  }

  return { bytes: takeBytes, gap, end };
}
