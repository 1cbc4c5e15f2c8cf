import { looksLikeDns } from '../observers/dns-looks.ts';
import { createDnsReader, type DnsMessage } from '../observers/dns-message.ts';
import { dnsOpcodeName, dnsRcodeName, dnsTypeName } from '../observers/dns-words.ts';
import type { Platform } from '../model/platform.ts';
import type { DatagramInfo } from './info-datagram.ts';
import { u16 } from './read-numbers.ts';

/** Answers of one message that are shown. */
const answersMax = 10;
const lineCharsMax = 300;

/** Ports of DNS and of its relatives on one network (RFC 6762, RFC 4795). */
const protocols: ReadonlyMap<number, string> = new Map([
  [53, 'DNS'],
  [5353, 'MDNS'],
  [5355, 'LLMNR'],
]);

/**
 * Such as `Standard query 0x1234 A example.com`. `isStream`: over TCP, where each message has its length in front (RFC 7766); only one that begins
 * with the payload and is whole is read.
 */
export type DnsInfo = (
  payload: Uint8Array,
  ports: readonly [source: number, destination: number],
  protocol: string,
  isStream: boolean,
) => DatagramInfo | null;

export function createDnsInfo(platform: Platform): DnsInfo {
  const read = createDnsReader(platform, false);
  const readLocal = createDnsReader(platform, true);
  return (payload, ports, protocol, isStream) => {
    const isNamed = [...protocols.values()].includes(protocol);
    const name = isNamed ? protocol : (protocols.get(ports[0]) ?? protocols.get(ports[1]));
    if (name === undefined || (isStream && payload.length < 2 + u16(payload, 0))) return null;
    const message = isStream ? payload.subarray(2, 2 + u16(payload, 0)) : payload;
    if (!looksLikeDns(message)) return null;
    const told = (name === 'DNS' ? read : readLocal)(message);
    return told === null ? null : { protocol: name, info: lineOf(told, name === 'MDNS') };
  };
}

function lineOf(message: DnsMessage, isMulticast: boolean): string {
  const kind = message.opcode === 0 ? 'Standard query' : dnsOpcodeName(message.opcode);
  const parts = [
    `${kind}${message.isAnswer ? ' response' : ''} 0x${message.id.toString(16).padStart(4, '0')}`,
  ];
  if (message.isAnswer && message.rcode !== 0) parts.push(dnsRcodeName(message.rcode));
  for (const question of message.questions) {
    parts.push(`${dnsTypeName(question.type)} ${question.name}`);
    // The highest bit of the class asks for an answer to the asker alone (RFC 6762 section 5.4).
    if (isMulticast) parts.push(question.class >= 0x8000 ? '"QU" question' : '"QM" question');
  }
  if (message.isAnswer) {
    for (const record of message.answers.slice(0, answersMax)) parts.push(`${record.type} ${record.data}`);
    if (message.answers.length > answersMax) parts.push(`and ${message.answers.length - answersMax} more`);
    if (message.isTruncated) parts.push('[truncated: asked again over TCP]');
  }
  const line = parts.join(' ');
  return line.length > lineCharsMax ? `${line.slice(0, lineCharsMax)}…` : line;
}
