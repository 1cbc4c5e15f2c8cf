import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatPacketTime,
  formatSeconds,
  formatUtc,
  instantBetween,
  packetTimeFormats,
  referenceFor,
  toggledReference,
  type PacketInstant,
} from '../../renderer/format/packet-time.ts';

const first = { seconds: 1_795_343_023, nanos: 412_006_137 };
const second = { seconds: 1_795_343_024, nanos: 5_000_001 };

const instants = fc.record({
  seconds: fc.integer({ min: -1e9, max: 4e9 }),
  nanos: fc.integer({ min: 0, max: 999_999_999 }),
});

describe('times of packets', () => {
  it('are exact to the nanosecond, however far apart', () => {
    expect(formatSeconds(instantBetween(first, second), 'ns')).toBe('0.592993864');
    expect(formatSeconds(instantBetween(first, second), 'us')).toBe('0.592993');
    expect(formatSeconds(instantBetween({ seconds: 0, nanos: 1 }, first), 'ns')).toBe('1795343023.412006136');
  });

  it('may run backwards', () => {
    expect(formatSeconds(instantBetween(second, first), 'ns')).toBe('-0.592993864');
    expect(formatSeconds({ seconds: -1, nanos: 0 }, 'us')).toBe('-1.000000');
  });

  it('add up: from a to b and from b to a are the same with another sign', () => {
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        const nanos = ({ seconds, nanos: rest }: PacketInstant) =>
          BigInt(seconds) * 1_000_000_000n + BigInt(rest);
        expect(nanos(instantBetween(a, b))).toBe(nanos(b) - nanos(a));
        const there = formatSeconds(instantBetween(a, b), 'ns');
        const back = formatSeconds(instantBetween(b, a), 'ns');
        expect(there.replace('-', '')).toBe(back.replace('-', ''));
      }),
    );
  });

  it('are written in five ways', () => {
    const origins = { start: first, shown: null, reference: second };
    const written = packetTimeFormats.map((format) => formatPacketTime(second, format, 'us', origins));
    expect(written[0]).toBe('0.592993');
    expect(written[1]).toBe('');
    expect(written[2]).toBe('0.000000');
    expect(written[3]).toMatch(/^\d\d:\d\d:\d\d\.005000$/);
    expect(written[4]).toBe('2026-11-22 10:23:44.005000');
  });

  it('that no calendar knows are written as seconds', () => {
    expect(formatUtc({ seconds: 1e15, nanos: 7 }, 'ns')).toBe('1000000000000000.000000007');
  });

  it('are counted from the last reference at or before the packet', () => {
    const one = { number: 5, ...first };
    const other = { number: 9, ...second };
    const both = toggledReference(toggledReference([], other), one);
    expect(both.map(({ number }) => number)).toEqual([5, 9]);
    expect(referenceFor(both, 4)).toBeNull();
    expect(referenceFor(both, 5)).toBe(one);
    expect(referenceFor(both, 8)).toBe(one);
    expect(referenceFor(both, 100)).toBe(other);
    expect(toggledReference(both, one)).toEqual([other]);
  });
});
