import { cutText } from '../encoding/cut-text.ts';
import { ipv6Text } from '../model/ip-address.ts';
import { statementCharsMax, type QueryEvent } from '../model/query-events.ts';
import {
  askedAgain,
  WaitingQuestions,
  type Unanswered,
  type WaitingQuestion,
} from '../model/waiting-questions.ts';
import { answerFacts, dnsPreview, normalisedName, questionFacts, questionText } from './dns-answer.ts';
import type { DnsLimits } from './dns-limits.ts';
import type { DnsMessage, DnsRecord } from './dns-message.ts';
import type { Sender } from './observer.ts';
import { dnsOpcodeName, dnsRcodeMessage, dnsRcodeName, dnsTypeName } from './dns-words.ts';

/**
 * An address that a name was found to have. `name` is the name that was asked for where aliases lead from it to the record, else the owner of the record;
 * of a PTR record of an address it is what the address is called.
 */
export type OnDnsAnswer = (name: string, type: string, address: string, ttlSeconds: number) => void;

/** One message of a conversation and when it came. */
export interface DnsArrival {
  readonly sender: Sender;
  readonly message: DnsMessage;
  readonly firstAtUs: number;
  readonly atUs: number;
  /** On the wire, the length in front of it included. */
  readonly bytes: number;
}

/** Puts questions and answers together: by id, opcode and what is asked (RFC 1035 section 7.3, RFC 5452 section 9.1). */
export interface DnsExchanges {
  readonly take: (arrival: DnsArrival) => void;
  readonly end: (atUs: number) => void;
  /** No question waits for its answer. */
  readonly isIdle: () => boolean;
}

interface Waiting extends WaitingQuestion {
  readonly asker: Sender;
  readonly id: number;
  lastAtUs: number;
}

export function createDnsExchanges(
  emit: (event: QueryEvent) => void,
  limits: DnsLimits,
  unanswered: Unanswered,
  onAnswer: OnDnsAnswer,
): DnsExchanges {
  const waiting = new WaitingQuestions<Waiting>(emit, limits.waitingMax, unanswered);
  const answered = new Set<string>();
  let questions = 0;
  let facts = 0;

  function take(arrival: DnsArrival): void {
    if (arrival.message.isAnswer) takeAnswer(arrival);
    else takeQuestion(arrival);
  }

  function takeQuestion({ sender, message, firstAtUs, atUs, bytes }: DnsArrival): void {
    const key = keyOf(sender, message);
    const same = waiting.get(key);
    if (same !== null) {
      askedAgain(same, firstAtUs - same.lastAtUs);
      same.lastAtUs = firstAtUs;
      return;
    }
    waiting.makeRoom(atUs);
    answered.delete(key);
    questions += 1;
    const entry: Waiting = {
      question: questions,
      asker: sender,
      id: message.id,
      lastAtUs: firstAtUs,
      facts: questionFacts(message),
    };
    waiting.add(key, entry);
    const [first] = message.questions;
    const isQuery = message.opcode === 0;
    const verb = isQuery && first !== undefined ? dnsTypeName(first.type) : dnsOpcodeName(message.opcode);
    emit({
      type: 'question',
      question: questions,
      firstAtUs,
      atUs,
      verb,
      statement: cutText(questionText(message), statementCharsMax),
      normalised: `${verb} ${message.questions.map(({ name }) => normalisedName(name)).join(', ')}`.trimEnd(),
      parameters: [],
      bytes,
    });
  }

  function takeAnswer({ sender, message, firstAtUs, atUs, bytes }: DnsArrival): void {
    const asker = sender === 'client' ? 'server' : 'client';
    const key = keyOf(asker, message);
    const found =
      waiting.get(key) !== null ? key : message.questions.length === 0 ? keyOfId(asker, message.id) : null;
    const entry = found === null ? null : waiting.take(found);
    tellAddresses(message);
    if (found === null || entry === null) {
      const again = answered.has(key);
      tell(
        atUs,
        again ? 'answered again' : 'answer without its question',
        `${questionText(message)} ${dnsRcodeName(message.rcode)}`.trimStart(),
      );
      return;
    }
    remember(found);
    emit({ type: 'answer-begin', question: entry.question, atUs: firstAtUs });
    const code = dnsRcodeName(message.rcode);
    emit({
      type: 'answer-end',
      question: entry.question,
      atUs,
      rows: message.answers.length,
      bytes,
      status: code,
      error: message.rcode === 0 ? null : { code, message: dnsRcodeMessage(message.rcode) },
      preview: dnsPreview(message),
      facts: answerFacts(entry.facts, message),
    });
  }

  /** The oldest question of this id: an answer without a question section says no more. */
  function keyOfId(asker: Sender, id: number): string | null {
    for (const [key, entry] of waiting.entries()) if (entry.asker === asker && entry.id === id) return key;
    return null;
  }

  function remember(key: string): void {
    answered.add(key);
    if (answered.size <= limits.answeredMax) return;
    for (const oldest of answered) {
      answered.delete(oldest);
      break;
    }
  }

  function tell(atUs: number, name: string, value: string): void {
    if (facts >= limits.factsMax) return;
    facts += 1;
    emit({ type: 'fact', atUs, name, value: cutText(value, 500) });
  }

  function tellAddresses(message: DnsMessage): void {
    const asked = message.questions[0]?.name ?? null;
    const aliases = asked === null ? null : aliasesOf(asked, message.answers);
    for (const record of message.answers) tellAddress(record, aliases, asked);
    for (const record of message.additional) tellAddress(record, null, null);
  }

  function tellAddress(record: DnsRecord, aliases: ReadonlySet<string> | null, asked: string | null): void {
    if (record.address !== null) {
      const isAsked = asked !== null && aliases?.has(record.name.toLowerCase()) === true;
      onAnswer(isAsked ? asked : record.name, record.type, record.address, record.ttlSeconds);
    } else if (record.type === 'PTR') {
      const address = addressOfReverse(record.name);
      if (address !== null) onAnswer(record.data, record.type, address, record.ttlSeconds);
    }
  }

  return { take, end: (atUs) => waiting.end(atUs), isIdle: () => waiting.isEmpty };
}

/** Names are compared without regard to the case of ASCII letters (RFC 4343). */
function keyOf(asker: Sender, { id, opcode, questions }: DnsMessage): string {
  let key = `${asker} ${id} ${opcode}`;
  for (const { name, type, class: kind } of questions) key += ` ${name.toLowerCase()} ${type} ${kind}`;
  return key;
}

/** The name that was asked for and what it is an alias of, in lower case. Servers put aliases in order (RFC 1034 section 4.3.2). */
function aliasesOf(asked: string, answers: readonly DnsRecord[]): ReadonlySet<string> {
  const names = new Set([asked.toLowerCase()]);
  for (const { name, type, data } of answers)
    if (type === 'CNAME' && names.has(name.toLowerCase())) names.add(data.toLowerCase());
  return names;
}

/** `1.2.0.192.in-addr.arpa` is 192.0.2.1 (RFC 1035 section 3.5); of IPv6 every nibble is a label (RFC 3596 section 2.5). */
function addressOfReverse(name: string): string | null {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/i.exec(name);
  if (four !== null) return four.slice(1, 5).reverse().join('.');
  const six = /^((?:[0-9a-f]\.){32})ip6\.arpa$/i.exec(name);
  if (six === null) return null;
  const nibbles = (six[1] ?? '').split('.').reverse().join('');
  const bytes = Uint8Array.from({ length: 16 }, (_, at) => parseInt(nibbles.slice(at * 2, at * 2 + 2), 16));
  return ipv6Text(bytes);
}
