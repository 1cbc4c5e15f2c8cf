import { describe, expect, it } from 'vitest';
import { exchangeUrl } from '../../core/model/exchange-url.ts';
import { exchangeRemarks, exchangeTone } from '../../renderer/format/tone.ts';
import { exchangeRecord } from '../support/records.ts';

describe('what an exchange says of itself', () => {
  it('is as severe as its worst part', () => {
    expect(exchangeTone(exchangeRecord())).toBeNull();
    expect(exchangeTone(exchangeRecord({ note: 'Passed through.' }))).toBe('note');
    expect(exchangeTone(exchangeRecord({ status: 404, note: 'Passed through.' }))).toBe('warning');
    expect(exchangeTone(exchangeRecord({ recorded: 'The disk was too slow.' }))).toBe('warning');
    expect(exchangeTone(exchangeRecord({ state: 'interrupted' }))).toBe('warning');
    expect(exchangeTone(exchangeRecord({ status: 503 }))).toBe('problem');
    expect(exchangeTone(exchangeRecord({ state: 'failed', status: 200 }))).toBe('problem');
  });

  it('tells error, gaps and note in that order', () => {
    const exchange = exchangeRecord({
      errorMessage: 'It was reset.',
      recorded: 'The end is missing.',
      note: 'A note.',
    });
    expect(exchangeRemarks(exchange)).toEqual(['It was reset.', 'The end is missing.', 'A note.']);
  });

  it('names the port only where it is unusual', () => {
    expect(exchangeUrl(exchangeRecord())).toBe('https://api.shop.test/products');
    expect(exchangeUrl(exchangeRecord({ port: 8443 }))).toBe('https://api.shop.test:8443/products');
    expect(exchangeUrl(exchangeRecord({ scheme: 'tls', method: '', path: '' }))).toBe('api.shop.test:443');
    expect(exchangeUrl(exchangeRecord({ host: '::1', scheme: 'http', port: 80 }))).toBe(
      'http://[::1]/products',
    );
  });
});
