import { describe, expect, it } from 'vitest';
import type { ConversationRow } from '../../core/contract/packets.ts';
import {
  bothCounts,
  bothSizes,
  conversationEnd,
  endNames,
  occurrences,
  protocolText,
  rttText,
  spokenText,
  sumText,
  throughputText,
} from '../../renderer/format/conversation-words.ts';

const none = { a: 0, b: 0 };
const row: ConversationRow = {
  ...{
    id: 1,
    protocol: 'tcp',
    application: 'tls',
    addressA: '10.0.0.1',
    portA: 40_000,
    addressB: 'fe80::1',
    portB: 443,
  },
  ...{ nameA: null, nameB: 'api.shop.test', packets: { a: 1200, b: 9 }, bytes: { a: 1500, b: 2_400_000 } },
  ...{ startedAtUs: 0, endedAtUs: 1_000_000, firstPacket: 1, lastPacket: 9, handshakeUs: null, rttUs: null },
  ...{ retransmissions: none, duplicateAcks: none, outOfOrder: none, zeroWindowUs: none, missingBytes: none },
  ...{ resets: 0, mss: { a: null, b: null }, troubles: 0, leg: null, exchanges: 0, locked: null },
};

describe('the words of a conversation', () => {
  it('name both ends, by name where that is wished and known', () => {
    expect(conversationEnd(row, 'a', true)).toBe('10.0.0.1:40000');
    expect(conversationEnd(row, 'b', true)).toBe('api.shop.test:443');
    expect(conversationEnd(row, 'b', false)).toBe('[fe80::1]:443');
    expect(endNames(row)).toEqual({ a: '10.0.0.1', b: 'api.shop.test' });
  });

  it('tell ends at one address apart by their ports', () => {
    const near = { ...row, addressB: '10.0.0.1', nameB: null };
    expect(endNames(near)).toEqual({ a: '10.0.0.1:40000', b: '10.0.0.1:443' });
  });

  it('say what was spoken, else what carried it', () => {
    expect([spokenText(row), protocolText(row)]).toEqual(['tls', 'tcp · tls']);
    expect([spokenText({ ...row, application: '' }), protocolText({ ...row, application: '' })]).toEqual([
      'tcp',
      'tcp',
    ]);
  });

  it('write round trips in one unit where that can be', () => {
    expect(rttText(row)).toBe('');
    expect(rttText({ ...row, rttUs: { min: 18_000, p50: 18_400, p95: 22_000 } })).toBe('18/18/22 ms');
    expect(rttText({ ...row, rttUs: { min: 8.4, p50: 40, p95: 43 } })).toBe('8/40/43 µs');
    expect(rttText({ ...row, rttUs: { min: 900_000, p50: 950_000, p95: 1_200_000 } })).toBe(
      '900 ms / 950 ms / 1.20 s',
    );
  });

  it('write both directions, sums and rates', () => {
    expect(bothCounts(row.packets)).toBe('1,200 / 9');
    expect(bothSizes(row.bytes)).toBe('1.5 KB / 2.4 MB');
    expect([sumText(none), sumText({ a: 1, b: 2 })]).toEqual(['', '3']);
    expect(throughputText(row)).toBe('19 Mbit/s');
    expect(throughputText({ ...row, endedAtUs: 0 })).toBe('');
  });
});

it('says how often something came', () => {
  expect(occurrences(1, '40 ms', '40 ms')).toBe('40 ms, once');
  expect(occurrences(3, '1.2 s', '600 ms')).toBe('1.2 s, 3 times, at most 600 ms');
  expect(occurrences(1200, '3 s')).toBe('3 s, 1,200 times');
});
