import { u16At, u32At } from '../encoding/network-order.ts';
import type { Platform } from '../model/platform.ts';
import { readEdns, type DnsEdns } from './dns-edns.ts';
import { createDnsNames } from './dns-names.ts';
import { createDnsData } from './dns-records.ts';
import { dnsTypeName } from './dns-words.ts';

/** RFC 1035 section 4.1. */
export interface DnsMessage {
  readonly id: number;
  readonly isAnswer: boolean;
  readonly opcode: number;
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  readonly wantsRecursion: boolean;
  readonly hasRecursion: boolean;
  /** The data was verified (RFC 4035 section 3.2.3). */
  readonly isAuthentic: boolean;
  /** With the upper bits of EDNS. */
  readonly rcode: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
  readonly edns: DnsEdns | null;
  /** Why it was not read to its end, one sentence; else null. */
  readonly problem: string | null;
}

export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly class: number;
  readonly ttlSeconds: number;
  /** As a zone file writes it, at most 200 characters. */
  readonly data: string;
  /** Of A and AAAA, as text; else null. */
  readonly address: string | null;
}

export const dnsHeaderBytes = 12;
const questionsMax = 16;
/** Of one message, in all sections. */
const recordsMax = 500;
const optType = 41;

/** Reads one message. Never throws; null when not even the header is there. */
export type DnsReader = (bytes: Uint8Array) => DnsMessage | null;

export function createDnsReader(platform: Platform, keepsUtf8: boolean): DnsReader {
  const names = createDnsNames(platform, keepsUtf8);
  const data = createDnsData(platform, names);
  return (bytes) => {
    if (bytes.length < dnsHeaderBytes) return null;
    const flags = u16At(bytes, 2);
    const opcode = (flags >> 11) & 15;
    const questions: DnsQuestion[] = [];
    let problem: string | null = null;
    let edns: DnsEdns | null = null;
    let records = 0;
    let at = dnsHeaderBytes;

    function readQuestions(count: number): void {
      for (let index = 0; index < count && problem === null; index++) {
        const name = names.read(bytes, at);
        if (name === null || names.end() + 4 > bytes.length) problem = 'A question goes beyond the message.';
        else if (index >= questionsMax) problem = `Only the first ${questionsMax} questions were read.`;
        else {
          at = names.end() + 4;
          questions.push({ name, type: u16At(bytes, at - 4), class: u16At(bytes, at - 2) });
        }
      }
    }

    function readSection(count: number): DnsRecord[] {
      const section: DnsRecord[] = [];
      for (let index = 0; index < count && problem === null; index++) {
        const record = readRecord();
        if (record !== null) section.push(record);
      }
      return section;
    }

    /** Null for the pseudo-record of EDNS, and where a problem came up. */
    function readRecord(): DnsRecord | null {
      const name = names.read(bytes, at);
      const fixed = names.end();
      const from = fixed + 10;
      const to = from + u16At(bytes, fixed + 8);
      if (name === null || to > bytes.length) {
        problem = 'A record goes beyond the message.';
        return null;
      }
      if (++records > recordsMax) {
        problem = `Only the first ${recordsMax} records were read.`;
        return null;
      }
      const type = u16At(bytes, fixed);
      at = to;
      if (type === optType) {
        edns ??= readEdns(bytes, fixed, to);
        return null;
      }
      // The highest bit says that caches must forget what they had (RFC 6762 section 10.2).
      return {
        name,
        type: dnsTypeName(type),
        class: u16At(bytes, fixed + 2),
        ttlSeconds: u32At(bytes, fixed + 4),
        data: data.text(type, bytes, from, to),
        address: data.address(type, bytes, from, to),
      };
    }

    readQuestions(u16At(bytes, 4));
    const answers = readSection(u16At(bytes, 6));
    const authority = readSection(u16At(bytes, 8));
    const additional = readSection(u16At(bytes, 10));
    return {
      id: u16At(bytes, 0),
      isAnswer: (flags & 0x8000) !== 0,
      opcode,
      isAuthoritative: (flags & 0x0400) !== 0,
      isTruncated: (flags & 0x0200) !== 0,
      wantsRecursion: (flags & 0x0100) !== 0,
      hasRecursion: (flags & 0x0080) !== 0,
      isAuthentic: (flags & 0x0020) !== 0,
      rcode: (flags & 15) | (extendedRcode(edns) << 4),
      questions,
      answers,
      authority,
      additional,
      edns,
      problem,
    };
  };
}

function extendedRcode(edns: DnsEdns | null): number {
  return edns?.extendedRcode ?? 0;
}
