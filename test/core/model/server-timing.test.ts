import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readServerTimings, serverTimingsMax } from '../../../core/model/server-timing.ts';

describe('measures in Server-Timing', () => {
  it('are read with time and description, from several fields', () => {
    expect(readServerTimings(['db;dur=312.4, render;dur=18;desc="Page, drawn; \\"warm\\""', 'miss'])).toEqual(
      [
        { name: 'db', durationMs: 312.4, description: null },
        { name: 'render', durationMs: 18, description: 'Page, drawn; "warm"' },
        { name: 'miss', durationMs: null, description: null },
      ],
    );
  });

  it('take a token as description and the first of two times', () => {
    expect(readServerTimings(['a; DUR = 2 ; dur=3 ;desc=cold'])).toEqual([
      { name: 'a', durationMs: 2, description: 'cold' },
    ]);
  });

  it('are passed over where they have no name, and have no time that is none', () => {
    expect(readServerTimings([';dur=1, two words;dur=2, x;dur=soon, y;dur=-1'])).toEqual([
      { name: 'x', durationMs: null, description: null },
      { name: 'y', durationMs: null, description: null },
    ]);
  });

  it('are bounded, and survive any text', () => {
    expect(readServerTimings([Array(200).fill('a;dur=1').join()])).toHaveLength(serverTimingsMax);
    fc.assert(
      fc.property(fc.string(), (value) => {
        for (const { name } of readServerTimings([value])) expect(name).not.toBe('');
      }),
    );
  });
});
