import { millisecondsText } from '../encoding/cut-text.ts';
import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import {
  askedAgain,
  WaitingQuestions,
  type Unanswered,
  type WaitingQuestion,
} from '../model/waiting-questions.ts';
import { looksLikeDhcp, readDhcp, type DhcpMessage } from './dhcp-message.ts';
import type { DatagramObserver } from './observer.ts';

export { looksLikeDhcp } from './dhcp-message.ts';

/** Questions that wait at once, and transactions whose beginning is remembered; beyond it the oldest is given up. */
const waitingMax = 500;

/** Which answers end which questions; null: nothing is answered. */
const answersTo: Readonly<Record<string, readonly string[] | null>> = {
  DISCOVER: ['OFFER', 'ACK'],
  REQUEST: ['ACK', 'NAK'],
  INFORM: ['ACK'],
  BOOTP: ['BOOTP'],
  RELEASE: null,
  DECLINE: null,
};

interface Waiting extends WaitingQuestion {
  readonly type: string;
  lastAtUs: number;
}

const noServer: Unanswered = {
  error: { code: 'no-answer', message: 'No server answered before the end of the conversation.' },
  facts: [],
};

/**
 * Observes DHCP for IPv4 (RFC 2131). Clients have no address yet: both sides speak to everybody, from changing addresses, so give one observer all
 * datagrams of ports 67 and 68 of a network. Who sent is read from the message; questions and answers meet by transaction and hardware address.
 */
export function createDhcpObserver(platform: Platform, emit: (event: QueryEvent) => void): DatagramObserver {
  const waiting = new WaitingQuestions<Waiting>(emit, waitingMax, noServer);
  /** When the first message of a transaction came. */
  const begun = new Map<string, number>();
  let questions = 0;

  function ask(message: DhcpMessage, bytes: number, atUs: number): void {
    const transaction = transactionOf(message);
    const key = `${transaction} ${message.type}`;
    const same = waiting.get(key);
    if (same !== null) {
      askedAgain(same, atUs - same.lastAtUs);
      same.lastAtUs = atUs;
      return;
    }
    if (!begun.has(transaction)) remember(transaction, atUs);
    waiting.makeRoom(atUs);
    questions += 1;
    const question = questions;
    const wish = message.options.find(([name]) => name === 'requested address')?.[1];
    const host = message.options.find(([name]) => name === 'host name')?.[1];
    const words = [message.type, ...(wish === undefined ? [] : [wish]), `for ${message.hardware}`];
    emit({
      type: 'question',
      question,
      firstAtUs: atUs,
      atUs,
      verb: message.type,
      statement: host === undefined ? words.join(' ') : `${words.join(' ')} (${host})`,
      normalised: message.type,
      parameters: [],
      bytes,
    });
    const isAnswered = (answersTo[message.type] ?? null) !== null;
    if (isAnswered) waiting.add(key, { question, type: message.type, facts: [], lastAtUs: atUs });
    else
      emit({
        ...{ type: 'answer-end', question, atUs, rows: null, bytes: 0, status: 'no reply' },
        ...{ error: null, preview: null, facts: [] },
      });
  }

  function answer(message: DhcpMessage, bytes: number, atUs: number): void {
    const transaction = transactionOf(message);
    const asked = Object.keys(answersTo).find(
      (type) =>
        answersTo[type]?.includes(message.type) === true && waiting.get(`${transaction} ${type}`) !== null,
    );
    const entry = asked === undefined ? null : waiting.take(`${transaction} ${asked}`);
    if (entry === null) return;
    const { question } = entry;
    const isRefused = message.type === 'NAK';
    const facts: (readonly [string, string])[] = [...entry.facts];
    const firstAtUs = begun.get(transaction);
    if (message.address !== null) facts.push(['address', message.address]);
    facts.push(...message.options);
    if (message.type === 'ACK' && firstAtUs !== undefined && entry.type === 'REQUEST')
      facts.push(['address obtained', `${millisecondsText(atUs - firstAtUs)} after the first message`]);
    emit({ type: 'answer-begin', question, atUs });
    emit({
      type: 'answer-end',
      question,
      atUs,
      rows: null,
      bytes,
      status: message.type,
      error: isRefused
        ? {
            code: 'NAK',
            message: message.message === '' ? 'The server refuses the address.' : message.message,
          }
        : null,
      preview: null,
      facts: facts.slice(0, 50),
    });
  }

  function remember(transaction: string, atUs: number): void {
    begun.set(transaction, atUs);
    if (begun.size <= waitingMax) return;
    for (const oldest of begun.keys()) {
      begun.delete(oldest);
      break;
    }
  }

  return {
    datagram: (_sender, bytes, atUs) => {
      if (!looksLikeDhcp(bytes)) return;
      const message = readDhcp(platform, bytes);
      if (message.isRequest) ask(message, bytes.length, atUs);
      else answer(message, bytes.length, atUs);
    },
    end: (atUs) => waiting.end(atUs),
  };
}

function transactionOf({ transaction, hardware }: DhcpMessage): string {
  return `${transaction} ${hardware}`;
}
