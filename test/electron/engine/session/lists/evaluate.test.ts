import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesExchange } from '../../../../support/match-exchange.ts';
import type { FilterNode, TextField } from '../../../../../core/filter/node.ts';
import { parseFilter } from '../../../../../core/filter/parse-filter.ts';
import { longLives, type ExchangeRecord } from '../../../../../core/model/exchange-record.ts';
import { conversationRecord } from '../../../../support/records.ts';
import { blockOf, slotOf } from '../../../../../electron/engine/session/columns/fields.ts';
import { compileFilter, verdict } from '../../../../../electron/engine/session/lists/evaluate.ts';
import { createView } from '../../../../../electron/engine/session/lists/view.ts';
import { exchange } from '../support.ts';
import { createLists } from './lists-support.ts';

const clock = { nowUs: 0, zoneOffsetMinutes: 0 };

function parsed(text: string): FilterNode | null {
  const { node, problem } = parseFilter(text, clock);
  if (problem !== null) throw new Error(problem.message);
  return node;
}

const noSlow = {
  headerValues: () => [],
  hasBody: () => true,
  readBody: () => Promise.reject(new Error('No body is asked for.')),
};

const rows = [
  exchange(1, { method: 'POST', host: 'shop.example', port: 8443, path: '/Cart/100%_sure' }),
  exchange(2, { status: 404, statusText: 'Not Found', contentType: 'text/html', protocol: 'h2' }),
  exchange(3, {
    state: 'failed',
    status: null,
    host: '2001:db8::1',
    errorCode: 'upstream-reset',
    errorMessage: 'The server hung up.',
  }),
  exchange(4, { scheme: 'http', port: 80, host: 'plain.example', path: '/back\\slash', contentType: null }),
  exchange(5, { method: '', scheme: 'tcp', host: 'db.example', port: 5432, path: '' }),
  exchange(6, { method: 'OPTIONS', path: '*', app: 'curl', responseBytes: 2_000_000 }),
  exchange(7, { path: '/größe/漢字?q=É', waitUs: 600_000, recorded: 'Only the beginning.' }),
];

describe('a filter over columns', () => {
  it.each<[string, number[]]>([
    ['', [1, 2, 3, 4, 5, 6, 7]],
    ['method:post', [1]],
    ['status:404', [2]],
    ['status:4xx', [2]],
    ['host:EXAMPLE', [1, 2, 4, 5, 6, 7]],
    ['host:"shop.example:84"', [1]],
    ['host:"[2001:db8::1]:443"', [3]],
    ['path:%', [1]],
    ['path:"0%_S"', [1]],
    [`path:"'; DROP TABLE exchanges; --"`, []],
    ['type:HTML', [2]],
    ['protocol:h2', [2]],
    ['error:"hung up"', [3]],
    ['hung', [3]],
    ['"http://plain.example/back"', [4]],
    ['"http://plain.example:80/back"', [4]],
    ['"shop.example:8443/cart"', [1]],
    ['url:"db.example:5432"', [5]],
    ['is:tunnel', [5]],
    ['is:failed or is:incomplete', [3, 7]],
    ['app:curl size:>1M', [6]],
    ['wait:>500ms', [7]],
    ['größe', [7]],
    ['path:漢字', [7]],
    ['path:é', []],
    ['not host:example', [3]],
    ['url:/thing.*2/', [2]],
    ['path:/cart/*', [1]],
  ])('%s finds %j, before and after it is opened, packed and not', async (text, expected) => {
    const { put, store, marks, bodies } = createLists();
    put(...rows);
    const view = createView({ store, marks, bodies, slow: noSlow }, parsed(text), null, false);
    await view.fill(Infinity);
    expect(view.isFilled()).toBe(true);
    expect(view.slice(0, 100)).toEqual(expected);
    const later = rows.map((row) => ({ ...row, id: row.id + 10 }));
    put(...later);
    store.refresh(later.map(({ id }) => id));
    view.update([...later, ...rows].map(({ id }) => id));
    expect(view.slice(0, 100)).toEqual([...expected, ...expected.map((id) => id + 10)]);
  });

  const text = fc.constantFrom(
    'a',
    'A',
    'shop',
    '/',
    ':',
    'É',
    '/a',
    'shop.test/a',
    'TEST/A',
    'ttps://ü.test:443/É',
    'testx',
    'p.test',
    '443',
    '443/a',
    '3/É',
    'ü',
    '*',
    'get',
    '',
  );
  const somewhere = fc.constantFrom<TextField>(
    'any',
    'url',
    'host',
    'path',
    'method',
    'type',
    'error',
    'scheme',
    'way',
    'process',
    'via',
    'statement',
    'tier',
  );
  const term: fc.Arbitrary<FilterNode> = fc.oneof(
    fc.record({
      kind: fc.constant('text' as const),
      field: somewhere,
      match: fc.record({ how: fc.constantFrom('contains', 'equals', 'wildcard'), text }),
    }),
    fc.record({
      kind: fc.constant('number' as const),
      field: fc.constantFrom(
        ...(['status', 'size', 'time', 'wait', 'id', 'connect', 'stall'] as const),
        ...(['messages', 'grpcStatus', 'h2Stream', 'starved', 'rows'] as const),
      ),
      min: fc.option(fc.integer({ min: 0, max: 600 })),
      max: fc.option(fc.integer({ min: 0, max: 600 })),
      minOpen: fc.boolean(),
      maxOpen: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('state' as const),
      state: fc.constantFrom(
        'open',
        'done',
        'failed',
        'tunnel',
        'reused',
        'incomplete',
        'error',
        'responseBody',
        'websocket',
        'eventStream',
        'grpc',
        'longLived',
      ),
    }),
  );
  const { node } = fc.letrec<{ node: FilterNode }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      term,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        nodes: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), node: tie('node') }),
    ),
  }));
  const record = fc.record({
    state: fc.constantFrom('open' as const, 'done' as const, 'failed' as const),
    method: fc.constantFrom('GET', 'POST', ''),
    scheme: fc.constantFrom('http', 'https', 'tcp'),
    host: fc.constantFrom('shop.test', 'a.test', '::1', 'ü.test'),
    port: fc.constantFrom(80, 443, 8443),
    path: fc.constantFrom(
      '/',
      '/a',
      '/A/b?x=1',
      '*',
      'x/a',
      '/shop.test',
      '',
      '/É/ü',
      '/a\ud83d',
      '\ude00/a',
    ),
    status: fc.option(fc.integer({ min: 100, max: 599 })),
    contentType: fc.option(fc.constantFrom('text/html', 'a/b')),
    errorCode: fc.option(fc.constantFrom('reset', 'a')),
    recorded: fc.constantFrom('full', 'none'),
    responseBytes: fc.integer({ min: 0, max: 600 }),
    waitUs: fc.option(fc.integer({ min: 0, max: 600 })),
    connectUs: fc.option(fc.integer({ min: 0, max: 600 })),
    tlsUs: fc.option(fc.integer({ min: 0, max: 600 })),
    clientStallUs: fc.integer({ min: 0, max: 300 }),
    serverReused: fc.boolean(),
    longLived: fc.option(fc.constantFrom(...longLives)),
    grpcStatus: fc.option(fc.integer({ min: 0, max: 16 })),
    requestMessages: fc.integer({ min: 0, max: 300 }),
    h2Stream: fc.option(fc.integer({ min: 1, max: 600 })),
    responseStarvedUs: fc.integer({ min: 0, max: 600 }),
    rowCount: fc.option(fc.integer({ min: 0, max: 600 })),
    grouped: fc.option(fc.constantFrom('SELECT ? FROM a', 'get ?')),
    tier: fc.constantFrom('proxy' as const, 'packets' as const),
    clientConversation: fc.option(fc.constantFrom(1, 2)),
    serverConversation: fc.option(fc.constantFrom(3, 4)),
  });

  const legs = [
    conversationRecord({ id: 1, role: 'client', way: 'proxy', processName: 'shop', processId: 443 }),
    conversationRecord({ id: 2, role: 'client', way: 'socks5', processPath: '/a/test' }),
    conversationRecord({ id: 3, via: 'http://shop.test' }),
  ];

  it('agrees with the meaning of the language, row by row', () => {
    fc.assert(
      fc.property(node, fc.array(record, { minLength: 1, maxLength: 12 }), (filter, drafts) => {
        const { put, putLeg, store, marks, bodies } = createLists();
        for (const leg of legs) putLeg(leg);
        const records: ExchangeRecord[] = drafts.map((draft, at) => exchange(at * 1000 + 1, draft));
        put(...records);
        const evaluate = compileFilter(filter, { store, marks, bodies });
        for (const each of records) {
          const expected = matchesExchange(filter, {
            exchange: () => each,
            marks: () => ({ color: null, comment: null, pinned: false }),
            app: () => each.app,
            legs: () => ({
              client: legs.find(({ id }) => id === each.clientConversation) ?? null,
              server: legs.find(({ id }) => id === each.serverConversation) ?? null,
            }),
            headerValues: () => [],
            bodyText: () => null,
          });
          const found = evaluate(blockOf(each.id))[slotOf(each.id)];
          expect([each, found]).toEqual([each, expected ? verdict.yes : verdict.no]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
