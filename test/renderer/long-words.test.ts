import { describe, expect, it } from 'vitest';
import type { ExchangeDetail } from '../../core/contract/exchanges.ts';
import { addedSentence, starvedSentences } from '../../renderer/format/delay-words.ts';
import { grpcFacts } from '../../renderer/format/grpc-facts.ts';
import { sharedSpan, sharedTimes } from '../../renderer/format/shared-times.ts';
import { exchangeRemarks, exchangeTone } from '../../renderer/format/tone.ts';
import { exchangeRecord } from '../support/records.ts';

describe('delays of an exchange in words', () => {
  it('name what the proxy added, and a late event loop only where it was late', () => {
    expect(addedSentence(420, 3100)).toBe(
      'Plumbline itself added 0.42 ms; its event loop was late by up to 3.1 ms meanwhile.',
    );
    expect(addedSentence(420, 300)).toBe('Plumbline itself added 0.42 ms.');
    expect(addedSentence(420, null)).toBe('Plumbline itself added 0.42 ms.');
  });

  it('name who could not send for want of a window', () => {
    expect(starvedSentences({ requestStarvedUs: 0, responseStarvedUs: 120_000 })).toEqual([
      'The server could not send for 120 ms in all: the receiver gave no HTTP/2 flow-control window.',
    ]);
    expect(starvedSentences({ requestStarvedUs: 0, responseStarvedUs: 0 })).toEqual([]);
  });
});

function call(timeout: string | null, tookUs: number, status: number | null): ExchangeDetail {
  const head = (headers: [string, string][]) => ({ raw: '', startLine: '', headers });
  return {
    exchange: exchangeRecord({
      ...{ path: '/shop.v1.Stock/Reserve', grpcStatus: status, contentType: 'application/grpc' },
      ...{ startedAtUs: 1_000_000, endedAtUs: 1_000_000 + tookUs },
    }),
    url: '',
    clientLeg: null,
    serverLeg: null,
    request: head(timeout === null ? [] : [['grpc-timeout', timeout]]),
    requestForwarded: null,
    interim: [],
    response: head([['grpc-encoding', 'gzip']]),
    requestTrailers: [],
    responseTrailers: [['grpc-message', 'no%20healthy%20upstream']],
    question: null,
  };
}

describe('a gRPC call in words', () => {
  const factOf = (detail: ExchangeDetail, name: string) =>
    grpcFacts(detail).find((fact) => fact.name === name)?.value;

  it('names service, method, status, message, encoding and what was left of the deadline', () => {
    const detail = call('500m', 203_000, 14);
    expect(factOf(detail, 'Service')).toBe('shop.v1.Stock');
    expect(factOf(detail, 'Method')).toBe('Reserve');
    expect(factOf(detail, 'gRPC status')).toMatch(/^14 UNAVAILABLE · /);
    expect(factOf(detail, 'Message')).toBe('no healthy upstream');
    expect(factOf(detail, 'Encoding')).toBe('identity sent, gzip received');
    expect(factOf(detail, 'Deadline')).toBe('500 ms; 297 ms were left when the call ended');
    expect(factOf(call('250m', 251_000, 4), 'Deadline')).toBe(
      '250 ms; it had passed 1.0 ms before the call ended',
    );
    expect(factOf(call(null, 1000, 0), 'Deadline')).toBe('None: the client waits as long as it takes.');
    expect(factOf(call('soon', 1000, 0), 'Deadline')).toBe('“soon” is no time that gRPC knows.');
    expect(factOf(call(null, 1000, null), 'gRPC status')).toMatch(/^None: /);
  });

  it('is a problem where the server failed, and a warning where the request was wrong', () => {
    expect(exchangeTone(exchangeRecord({ grpcStatus: 0 }))).toBeNull();
    expect(exchangeTone(exchangeRecord({ grpcStatus: 14 }))).toBe('problem');
    expect(exchangeTone(exchangeRecord({ grpcStatus: 5 }))).toBe('warning');
    expect(exchangeRemarks(exchangeRecord({ grpcStatus: 5 }))).toEqual([
      'gRPC status 5 NOT_FOUND: what was asked for does not exist.',
    ]);
  });

  it('is nothing for other exchanges', () => {
    expect(grpcFacts({ ...call(null, 1, null), exchange: exchangeRecord() })).toEqual([]);
  });
});

describe('exchanges on one connection', () => {
  const page = exchangeRecord({ id: 1, startedAtUs: 1000, responseFromUs: 2000, endedAtUs: 5000 });
  const starved = exchangeRecord({
    ...{ id: 2, startedAtUs: 3000, responseFromUs: 4000, endedAtUs: 9000, responseStarvedUs: 1500 },
  });
  const stream = exchangeRecord({
    ...{ id: 3, startedAtUs: 4000, endedAtUs: null, state: 'open', longLived: 'event-stream' },
  });

  it('are laid out until and from their answer, with what was starved at the end', () => {
    expect(sharedTimes(starved, 0).parts.map(({ kind, fromUs, toUs }) => [kind, fromUs, toUs])).toEqual([
      ['wait', 3000, 4000],
      ['receive', 4000, 9000],
      ['stall', 7500, 9000],
    ]);
  });

  it('span all of them, those open on purpose only where one of them is looked at', () => {
    const all = [page, starved, stream];
    expect(sharedSpan(all, 1, 1_000_000)).toEqual({ fromUs: 1000, toUs: 9000 });
    expect(sharedSpan(all, 3, 1_000_000)).toEqual({ fromUs: 1000, toUs: 1_000_000 });
  });
});
