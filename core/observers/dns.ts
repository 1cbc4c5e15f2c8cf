import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import { noAnswer, type Unanswered } from '../model/waiting-questions.ts';
import { createDnsExchanges, type OnDnsAnswer } from './dns-exchanges.ts';
import { DNS_LIMITS, type DnsLimits } from './dns-limits.ts';
import { createDnsReader, type DnsReader } from './dns-message.ts';
import { createDnsMulticast } from './dns-multicast.ts';
import type { DatagramObserver } from './observer.ts';

export { looksLikeDns, looksLikeDnsQuery, looksLikeDnsStream } from './dns-looks.ts';
export { createDnsStreamObserver } from './dns-stream.ts';
export { DNS_LIMITS, type DnsLimits } from './dns-limits.ts';
export type { OnDnsAnswer } from './dns-exchanges.ts';

/**
 * `dns`: one server is asked (RFC 1035). `mdns`: everybody is (RFC 6762): what is asked and announced is told as facts, since answers are for all and come
 * from others. `llmnr` (RFC 4795): questions go to everybody, answers come from another address, that is in another conversation.
 */
export type DnsKind = 'dns' | 'mdns' | 'llmnr';

export interface DnsOptions {
  /** `dns` if not given. */
  readonly kind?: DnsKind;
  /** Told of each address in an answer, for names in lists. Answers are not authenticated: never decide anything by it. */
  readonly onAnswer?: OnDnsAnswer;
  readonly limits?: Partial<DnsLimits>;
  /** Those of other conversations: to make new ones costs more than to read a lookup with them. */
  readonly readers?: DnsReaders;
}

/** Readers of messages, which keep nothing of a message but words that may come again. */
export interface DnsReaders {
  readonly dns: DnsReader;
  /** Of mDNS and LLMNR, whose names are UTF-8. */
  readonly local: DnsReader;
}

export function createDnsReaders(platform: Platform): DnsReaders {
  return { dns: createDnsReader(platform, false), local: createDnsReader(platform, true) };
}

/** Facts about datagrams that are no messages, of one conversation. */
const unreadableMax = 10;

const answeredElsewhere: Unanswered = {
  error: null,
  facts: [['answer', 'comes from another address, in a conversation of its own']],
};

/** Observes DNS over UDP: one datagram is one message. */
export function createDnsObserver(
  platform: Platform,
  emit: (event: QueryEvent) => void,
  options: DnsOptions = {},
): DatagramObserver {
  const kind = options.kind ?? 'dns';
  const limits = { ...DNS_LIMITS, ...options.limits };
  const onAnswer = options.onAnswer ?? ((): void => {});
  const readers = options.readers ?? createDnsReaders(platform);
  const read = kind === 'dns' ? readers.dns : readers.local;
  if (kind === 'mdns') return createDnsMulticast(read, emit, limits, onAnswer);
  const unanswered = kind === 'llmnr' ? answeredElsewhere : noAnswer;
  const exchanges = createDnsExchanges(emit, limits, unanswered, onAnswer);
  let unreadable = 0;

  function tellUnreadable(atUs: number, why: string): void {
    if (unreadable >= unreadableMax) return;
    unreadable += 1;
    emit({ type: 'fact', atUs, name: 'unreadable', value: why });
  }

  return {
    datagram: (sender, bytes, atUs) => {
      const message = read(bytes);
      if (message === null)
        return tellUnreadable(atUs, `${bytes.length} bytes are too short for a DNS message.`);
      if (message.problem !== null && message.questions.length === 0)
        return tellUnreadable(atUs, message.problem);
      exchanges.take({ sender, message, firstAtUs: atUs, atUs, bytes: bytes.length });
    },
    end: (atUs) => exchanges.end(atUs),
    isIdle: exchanges.isIdle,
  };
}
