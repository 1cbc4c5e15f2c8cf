import { describe, expect, it, vi } from 'vitest';
import type { ExchangeMarks } from '../../support/exchange-values.ts';
import { matchesExchange, type ExchangeFacts } from '../../support/match-exchange.ts';
import { parseFilter } from '../../../core/filter/parse-filter.ts';
import { conversationRecord } from '../../support/records.ts';
import { noStreamFacts, type ExchangeRecord } from '../../../core/model/exchange-record.ts';

const startUs = 1_772_359_200_000_000;
const clock = { nowUs: startUs + 60_000_000, zoneOffsetMinutes: 0 };

const done: ExchangeRecord = {
  id: 17,
  state: 'done',
  protocol: 'http/1.1',
  method: 'GET',
  scheme: 'https',
  host: 'api.shop.test',
  port: 443,
  path: '/products?id=1',
  status: 404,
  statusText: 'Not Found',
  contentType: 'application/json',
  errorCode: null,
  errorMessage: null,
  recorded: 'full',
  note: 'noted',
  startedAtUs: startUs,
  requestEndedAtUs: startUs + 1_000,
  sentFromUs: startUs + 2_000,
  sentToUs: startUs + 3_000,
  responseFromUs: startUs + 203_000,
  responseToUs: startUs + 300_000,
  clientFromUs: startUs + 203_500,
  endedAtUs: startUs + 812_000,
  requestBytes: 0,
  responseBytes: 150_000,
  addedUs: 400,
  blockedUs: 0,
  dnsUs: 10_000,
  connectUs: 50_000,
  tlsUs: 30_000,
  sendUs: 1_000,
  waitUs: 200_000,
  receiveUs: 97_000,
  clientStallUs: 60_000,
  serverStallUs: 50_000,
  clientConversation: 1,
  serverConversation: 2,
  clientReused: false,
  serverReused: true,
  app: null,
  ...noStreamFacts,
};
const unmarked: ExchangeMarks = { color: null, comment: null, pinned: false };
const headers: Readonly<Record<string, readonly string[]>> = {
  'request accept': ['text/html'],
  'response set-cookie': ['a=1', 'b=2'],
};

function factsOf(changes: Partial<ExchangeRecord> = {}, marks: Partial<ExchangeMarks> = {}): ExchangeFacts {
  return {
    exchange: () => ({ ...done, ...changes }),
    marks: () => ({ ...unmarked, ...marks }),
    app: () => 'chrome',
    headerValues: (side, name) => headers[`${side} ${name}`] ?? [],
    bodyText: (side) => (side === 'response' ? '{"order": 17}' : null),
  };
}

function matches(text: string, facts = factsOf()): boolean {
  const { node, problem } = parseFilter(text, clock);
  expect(problem).toBeNull();
  return matchesExchange(node, facts);
}

describe('an exchange', () => {
  it('matches what holds of it', () => {
    for (const text of [
      '',
      'shop',
      'SHOP.test/prod',
      'https://api.shop.test/products',
      'https://api.shop.test:443/products',
      'any:=get',
      'chrome',
      'noted',
      'host:=api.shop.test',
      'host:test:443',
      'path:*id=1',
      'url:=https://api.shop.test/products?id=1',
      'scheme:https method:get,post type:json protocol:http/1.1 app:chrome note:noted',
      'status:4xx port:443 #17',
      'size:150k request-size:0',
      'time:812ms wait:>=200ms dns:10ms connect:20ms tls:30ms send:1ms receive:97ms added:400us stall:110ms blocked:0',
      'started:<2m started:>=10:00',
      'is:done is:reused has:response-body has:body',
      'header.accept:html response.header.set-cookie:=b=2 has:header.set-cookie',
      'body:order response-body:/\\d+/',
      'not is:failed (host:nowhere or status:404)',
    ]) {
      expect(`${text}: ${matches(text)}`).toBe(`${text}: true`);
    }
  });

  it('matches what its connections, its messages and its gRPC status say', () => {
    const call = factsOf({
      ...{ grpcStatus: 14, requestMessages: 1, responseMessages: 2, h2Stream: 17, responseStarvedUs: 60_000 },
      longLived: 'grpc-stream',
    });
    const facts: ExchangeFacts = {
      ...call,
      legs: () => ({
        client: conversationRecord({ way: 'socks5', processId: 4711, processName: 'node', device: 'iPhone' }),
        server: conversationRecord({ via: 'http://proxy.example:3128' }),
      }),
    };
    for (const text of [
      'is:grpc is:long-lived is:streaming not is:websocket not is:sse',
      'messages:3 stream:17 starved:>=60ms',
      'grpc-status:14 grpc:unavailable grpcstatus:>0',
      'process:node process:=4711 way:socks5 device:iphone via:proxy.example',
    ]) {
      expect(`${text}: ${matches(text, facts)}`).toBe(`${text}: true`);
    }
    const query = factsOf({ tier: 'packets', grouped: 'SELECT name FROM orders WHERE id = ?', rowCount: 3 });
    expect(matches('tier:packets statement:"from orders" statement:select* rows:3 rows:<10', query)).toBe(
      true,
    );
    for (const text of ['tier:proxy', 'statement:insert', 'rows:>3', 'rows:0'])
      expect(`${text}: ${matches(text, query)}`).toBe(`${text}: false`);
    expect(matches('rows:*', facts)).toBe(false);
    for (const text of ['grpc:OK', 'process:curl', 'way:reverse', 'messages:0', 'socks5'])
      expect(`${text}: ${matches(text, facts)}`).toBe(`${text}: false`);
    expect(matches('process:*', factsOf())).toBe(false);
    expect(matches('is:ws is:long-lived', factsOf({ longLived: 'websocket' }))).toBe(true);
  });

  it('does not match what does not', () => {
    for (const text of [
      'nowhere',
      '-shop',
      'host:443',
      'host:=api',
      'status:<400',
      'size:>150k',
      'is:open',
      'is:tunnel',
      'is:incomplete',
      'is:pinned',
      'has:error',
      'has:comment',
      'has:color',
      'has:request-body',
      'color:red',
      'comment:""',
      'error:""',
      'request.header.set-cookie',
      'request-body:""',
      'started:>10:00',
    ]) {
      expect(`${text}: ${matches(text)}`).toBe(`${text}: false`);
    }
  });

  it('matches by what a person put on it', () => {
    const facts = factsOf({}, { color: 'red', comment: 'Look here', pinned: true });
    expect(matches('color:red,blue has:color comment:look has:comment is:pinned look', facts)).toBe(true);
    expect(matches('color:blue', facts)).toBe(false);
  });

  it('matches by its error', () => {
    const facts = factsOf({ state: 'failed', errorCode: 'ECONNREFUSED', errorMessage: 'Nobody listens.' });
    expect(matches('is:failed has:error error:refused error:listens refused', facts)).toBe(true);
  });

  it('has no time while it is open, and as a tunnel no body that could be incomplete', () => {
    expect(matches('time:*', factsOf({ state: 'open', endedAtUs: null }))).toBe(false);
    const tunnel = factsOf({
      method: '',
      scheme: 'tcp',
      path: '',
      recorded: 'Only counted.',
      port: 22,
      host: '::1',
    });
    expect(matches('is:tunnel not is:incomplete not has:body url:=[::1]:22 [::1]:22', tunnel)).toBe(true);
    expect(matches('is:incomplete', factsOf({ recorded: 'The disk could not keep up.' }))).toBe(true);
  });

  it('is read no further than a filter asks', () => {
    const bodyText = vi.fn(() => null);
    const exchange = vi.fn(() => done);
    expect(matches('status:200 body:x', { ...factsOf(), bodyText })).toBe(false);
    expect(bodyText).not.toHaveBeenCalled();
    expect(matches('header.accept', { ...factsOf(), exchange })).toBe(true);
    expect(exchange).not.toHaveBeenCalled();
  });
});
