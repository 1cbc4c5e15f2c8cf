import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUdpCounts } from '../../../core/model/udp-counts.ts';

/** As nft 1.0.6 prints it. */
const listed = {
  nftables: [
    { metainfo: { version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1 } },
    {
      counter: {
        family: 'inet',
        name: 'quic_refused',
        table: 'plumbline',
        handle: 2,
        packets: 5,
        bytes: 185,
      },
    },
    {
      counter: { family: 'inet', name: 'udp_dropped', table: 'plumbline', handle: 3, packets: 1, bytes: 33 },
    },
  ],
};

describe('counts of UDP', () => {
  it('are read from the counters of nft', () => {
    expect(readUdpCounts(listed)).toEqual({ quicRefused: 5, dropped: 1 });
    expect(readUdpCounts({ nftables: [] })).toEqual({ quicRefused: 0, dropped: 0 });
  });

  it('are nothing where something else was listed', () => {
    for (const other of [null, undefined, 7, 'text', [], {}, { nftables: {} }]) {
      expect(readUdpCounts(other)).toBe(null);
    }
  });

  it('never come from a number that is none', () => {
    fc.assert(
      fc.property(fc.anything(), (packets) => {
        const counts = readUdpCounts({ nftables: [{ counter: { name: 'quic_refused', packets } }, packets] });
        expect(counts?.quicRefused).toSatisfy((count: number) => Number.isSafeInteger(count) && count >= 0);
      }),
    );
  });
});
