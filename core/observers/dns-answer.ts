import type { AnswerEndEvent } from '../model/query-events.ts';
import { dnsFactsMax, dnsPreviewRowsMax } from './dns-limits.ts';
import type { DnsMessage, DnsRecord } from './dns-message.ts';
import { dnsClassName } from './dns-words.ts';

type Fact = readonly [name: string, value: string];

/** What was asked: the names, `.` for the root, with their class where it is not the Internet. */
export function questionText({ questions }: DnsMessage): string {
  return questions
    .map(({ name, class: kind }) => {
      const plain = kind & 0x7fff;
      return plain === 1 ? name : `${name} ${dnsClassName(plain)}`;
    })
    .join(', ');
}

/**
 * A name in lower case, with what differs from one lookup to the next as `?`: the address in a reverse name, and labels that are numbers or at least
 * eight hexadecimal digits.
 */
export function normalisedName(name: string): string {
  const lower = name.toLowerCase();
  const reverse = /^[0-9a-f.]+\.(in-addr\.arpa|ip6\.arpa)$/.exec(lower);
  if (reverse !== null) return `?.${reverse[1] ?? ''}`;
  return lower.replace(/(^|\.)(?:\d+|(?=[a-f]*\d)[0-9a-f-]{8,})(?=\.)/g, '$1?');
}

/** Name, type, TTL and data of the answers; without any, of what the server said instead. */
export function dnsPreview({ answers, authority }: DnsMessage): AnswerEndEvent['preview'] {
  const records = answers.length > 0 ? answers : authority;
  if (records.length === 0) return null;
  return {
    columns: ['name', 'type', 'TTL', 'data'],
    rows: records
      .slice(0, dnsPreviewRowsMax)
      .map(({ name, type, ttlSeconds, data }) => [name.slice(0, 200), type, `${ttlSeconds} s`, data]),
  };
}

/** What the question's own bytes say beyond the question. */
export function questionFacts({ edns, problem }: DnsMessage): Fact[] {
  const facts: Fact[] = [];
  if (edns !== null) {
    if (edns.wantsDnssec) facts.push(['DNSSEC', 'asked for']);
    facts.push(['largest UDP answer taken', `${edns.udpBytes} bytes`]);
    facts.push(...edns.options.map(([name, value]): Fact => [`${name} of the question`, value]));
  }
  if (problem !== null) facts.push(['question', problem]);
  return facts;
}

/** Of the question, then of its answer; at most 50. */
export function answerFacts(ofQuestion: readonly Fact[], message: DnsMessage): readonly Fact[] {
  const facts: Fact[] = [...ofQuestion];
  const { edns, answers } = message;
  if (message.isTruncated) facts.push(['truncated', 'the answer did not fit; clients ask again over TCP']);
  if (message.isAuthoritative) facts.push(['authoritative', 'yes']);
  if (message.wantsRecursion && !message.hasRecursion) facts.push(['recursion', 'not offered by the server']);
  if (message.isAuthentic) facts.push(['DNSSEC', 'verified by the server']);
  const lowest = lowestTtl(answers);
  if (lowest !== null) facts.push(['shortest TTL', `${lowest} s`]);
  if (edns !== null) facts.push(...edns.options);
  if (message.problem !== null) facts.push(['answer', message.problem]);
  return facts.slice(0, dnsFactsMax);
}

function lowestTtl(records: readonly DnsRecord[]): number | null {
  let lowest: number | null = null;
  for (const { ttlSeconds } of records) if (lowest === null || ttlSeconds < lowest) lowest = ttlSeconds;
  return lowest;
}
