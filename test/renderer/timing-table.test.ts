import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../core/filter/parse-filter.ts';
import { exchangeTimings } from '../../core/model/timings.ts';
import { similarFilter } from '../../renderer/format/similar.ts';
import {
  harSentence,
  harTimings,
  medianSentence,
  timingTableText,
} from '../../renderer/format/timing-table.ts';
import { exchangeRecord } from '../support/records.ts';

const measured = {
  blockedUs: 1000,
  dnsUs: 2000,
  connectUs: 30_000,
  tlsUs: 20_000,
  sendUs: 1000,
  waitUs: 60_000,
  receiveUs: 6000,
};

describe('the timings as HAR counts them', () => {
  it('sum up without ssl, because connect includes it', () => {
    expect(harTimings(exchangeRecord(measured))).toMatchObject({ sumUs: 100_000, isConsistent: true });
    expect(harTimings(exchangeRecord({ ...measured, tlsUs: 40_000 })).isConsistent).toBe(false);
    expect(harTimings(exchangeRecord({ ...measured, connectUs: null })).isConsistent).toBe(false);
  });

  it('are compared with the time of the exchange', () => {
    const exchange = exchangeRecord(measured);
    expect(harSentence(exchange, 100_200)).toBe(
      'As in HAR: blocked 1.0 ms + dns 2.0 ms + connect 30 ms + send 1.0 ms + wait 60 ms + receive 6.0 ms = 100 ms (ssl is inside connect), the same as first byte to last.',
    );
    expect(harSentence(exchange, 104_000)).toContain('4.0 ms less than first byte to last');
    expect(harSentence(exchange, 90_000)).toContain('10 ms more than first byte to last');
  });

  it('are not told where there was no response', () => {
    expect(harSentence(exchangeRecord({ ...measured, responseFromUs: null }), 3_000_000)).toBeNull();
  });
});

describe('the table of phases as text', () => {
  it('has a line for each phase, in columns that a spreadsheet takes', () => {
    const lines = timingTableText(exchangeTimings(exchangeRecord(), 0)).trimEnd().split('\n');
    expect(lines[0]).toBe('Leg\tPhase\tHAR\tBegins (ms)\tTime (ms)\tShare (%)');
    expect(lines.every((line) => line.split('\t').length === 6)).toBe(true);
    expect(lines.some((line) => line.startsWith('Server leg\tWait\twait\t'))).toBe(true);
    expect(lines.at(-1)).toMatch(/^Whole\t/);
  });
});

describe('comparing an exchange with others like it', () => {
  it('says how many times the median it took', () => {
    expect(medianSentence(812_000, 265_000, 214)).toBe(
      'This took 3.1 × the median of 214 such exchanges (265 ms).',
    );
    expect(medianSentence(270_000, 265_000, 1214)).toBe(
      'This took about as long as the median of 1,214 such exchanges (265 ms).',
    );
    expect(medianSentence(1, 265_000, 1)).toBe('Only one such exchange so far: too few to compare with.');
  });

  it('finds the same method, host and path, whatever the query', () => {
    const clock = { nowUs: 0, zoneOffsetMinutes: 0 };
    const filter = similarFilter(exchangeRecord({ method: 'GET', host: 'api.test', path: '/a b?x=1' }));
    expect(filter).toBe('method:=GET host:=api.test (path:="/a b" or path:"/a b?"*)');
    expect(parseFilter(filter, clock).problem).toBeNull();
    for (const path of ['/', '/*?y', '/ü"(x)', '']) {
      expect(parseFilter(similarFilter(exchangeRecord({ path })), clock).problem).toBeNull();
    }
  });
});
