import { cutText } from '../encoding/cut-text.ts';
import type { QueryEvent } from '../model/query-events.ts';
import type { OnDnsAnswer } from './dns-exchanges.ts';
import type { DnsLimits } from './dns-limits.ts';
import type { DnsReader, DnsRecord } from './dns-message.ts';
import type { DatagramObserver } from './observer.ts';
import { dnsTypeName } from './dns-words.ts';

/** Different things remembered, so that each is told once. */
const toldMax = 1000;

/**
 * Multicast DNS (RFC 6762): the first time that something is asked or announced in a conversation it is told as a fact, `asks` or `announces`; a record
 * with TTL 0 `leaves` (section 10.1). At most `limits.factsMax`, then nothing more is told; addresses go on.
 */
export function createDnsMulticast(
  read: DnsReader,
  emit: (event: QueryEvent) => void,
  limits: DnsLimits,
  onAnswer: OnDnsAnswer,
): DatagramObserver {
  const told = new Set<string>();
  let facts = 0;

  function tell(atUs: number, name: string, value: string): void {
    const cut = cutText(value, 500);
    const key = `${name} ${cut}`;
    if (facts >= limits.factsMax || told.has(key)) return;
    if (told.size < toldMax) told.add(key);
    facts += 1;
    emit({ type: 'fact', atUs, name, value: cut });
  }

  function announce({ name, type, data, address, ttlSeconds }: DnsRecord, atUs: number): void {
    if (type === 'NSEC' || type === 'TXT') return;
    tell(atUs, ttlSeconds === 0 ? 'leaves' : 'announces', `${name} ${type} ${data}`);
    if (address !== null && ttlSeconds > 0) onAnswer(name, type, address, ttlSeconds);
  }

  return {
    datagram: (_sender, bytes, atUs) => {
      const message = read(bytes);
      if (message === null) return;
      if (message.isAnswer) {
        for (const record of message.answers) announce(record, atUs);
        for (const record of message.additional) announce(record, atUs);
      } else {
        for (const { name, type } of message.questions) tell(atUs, 'asks', `${name} ${dnsTypeName(type)}`);
      }
    },
    end: () => {},
  };
}
