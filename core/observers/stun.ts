import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import { askedAgain, noAnswer, WaitingQuestions, type WaitingQuestion } from '../model/waiting-questions.ts';
import type { DatagramObserver, Sender } from './observer.ts';
import { looksLikeStun, readStun, type StunMessage } from './stun-message.ts';

export { looksLikeStun } from './stun-message.ts';

export interface StunOptions {
  /** A check that nominates its pair of addresses was answered (RFC 8445 section 8.1): ICE is done. */
  readonly onNominated?: (atUs: number) => void;
  /** The first request of the conversation. */
  readonly onBegin?: (atUs: number) => void;
}

/** Requests that wait at once; beyond it the oldest is told as unanswered. */
const waitingMax = 500;
/** `fact` events about indications, of one conversation. */
const factsMax = 20;

interface Waiting extends WaitingQuestion {
  readonly isNomination: boolean;
  lastAtUs: number;
}

/** Observes STUN and TURN over UDP (RFC 8489, RFC 8656): requests of either side and their answers, by transaction. Other datagrams are passed over. */
export function createStunObserver(
  platform: Platform,
  emit: (event: QueryEvent) => void,
  { onNominated, onBegin }: StunOptions = {},
): DatagramObserver {
  const waiting = new WaitingQuestions<Waiting>(emit, waitingMax, noAnswer);
  const indications = new Set<string>();
  let questions = 0;

  function ask(sender: Sender, message: StunMessage, bytes: number, atUs: number): void {
    const key = `${sender} ${message.transaction}`;
    const same = waiting.get(key);
    if (same !== null) {
      askedAgain(same, atUs - same.lastAtUs);
      same.lastAtUs = atUs;
      return;
    }
    waiting.makeRoom(atUs);
    questions += 1;
    if (questions === 1) onBegin?.(atUs);
    const { method, username, isCheck, isNomination } = message;
    const facts: (readonly [string, string])[] = [];
    if (isCheck)
      facts.push(['ICE', isNomination ? 'a check that nominates this pair' : 'a check of this pair']);
    facts.push(
      ...message.attributes.map(([name, value]): [string, string] => [`${name} of the request`, value]),
    );
    waiting.add(key, { question: questions, isNomination, facts, lastAtUs: atUs });
    emit({
      type: 'question',
      question: questions,
      firstAtUs: atUs,
      atUs,
      verb: method,
      statement: username === null ? method : `${method} ${username}`,
      normalised: isCheck ? `${method} (ICE check)` : method,
      parameters: [],
      bytes,
    });
  }

  function answer(sender: Sender, message: StunMessage, bytes: number, atUs: number): void {
    const entry = waiting.take(`${sender === 'client' ? 'server' : 'client'} ${message.transaction}`);
    if (entry === null) return;
    const { question } = entry;
    emit({ type: 'answer-begin', question, atUs });
    const [code, text] = message.error ?? ['error', 'The server gave no reason.'];
    const isError = message.kind === 'error';
    emit({
      type: 'answer-end',
      question,
      atUs,
      rows: null,
      bytes,
      status: isError ? '' : 'success',
      error: isError ? { code, message: text } : null,
      preview: null,
      facts: [...entry.facts, ...message.attributes].slice(0, 50),
    });
    if (entry.isNomination && !isError) onNominated?.(atUs);
  }

  /** Indications have no answer; each kind is told once. */
  function indicate(message: StunMessage, atUs: number): void {
    if (indications.has(message.method) || indications.size >= factsMax) return;
    indications.add(message.method);
    emit({ type: 'fact', atUs, name: 'indication', value: message.method });
  }

  return {
    datagram: (sender, bytes, atUs) => {
      if (!looksLikeStun(bytes)) return;
      const message = readStun(platform, bytes);
      switch (message.kind) {
        case 'request':
          return ask(sender, message, bytes.length, atUs);
        case 'indication':
          return indicate(message, atUs);
        case 'success':
        case 'error':
          return answer(sender, message, bytes.length, atUs);
        default:
          return message.kind satisfies never;
      }
    },
    end: (atUs) => waiting.end(atUs),
  };
}
