import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventStream } from '../../../core/decoders/event-stream.ts';
import { graphql, graphqlOfQuery } from '../../../core/decoders/graphql.ts';
import { jsonRpc } from '../../../core/decoders/json-rpc.ts';
import { readJwt } from '../../../core/decoders/jwt.ts';
import { multipart } from '../../../core/decoders/multipart.ts';
import { queryOf, readUrlencoded } from '../../../core/decoders/urlencoded.ts';
import { decodeUtf8 } from '../../../core/decoders/utf8.ts';
import { prettyXml, xml } from '../../../core/decoders/xml.ts';
import { decoded, sample, treeLines } from './support.ts';

describe('forms and queries', () => {
  it('keeps order, repeated names, and the difference between no value and an empty one', () => {
    const { fields } = readUrlencoded('b=2&a=1&b=&c');
    expect(fields.map(({ name, value }) => [name, value])).toEqual([
      ['b', '2'],
      ['a', '1'],
      ['b', ''],
      ['c', null],
    ]);
  });

  it('shows what is malformed as it was sent, with the reason', () => {
    const { fields } = readUrlencoded('a=100%&b=%ff&c=%41+x');
    expect(fields.map(({ value }) => value)).toEqual(['100%', '%ff', 'A x']);
    expect(fields.map(({ problem }) => problem !== null)).toEqual([true, true, false]);
  });

  it('reads what URLSearchParams wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 8 }), (pairs) => {
        const { fields } = readUrlencoded(new URLSearchParams(pairs.map(([a, b]) => [a, b])).toString());
        const kept = pairs.filter(([name, value]) => name !== '' || value !== '' || true);
        expect(fields.map(({ name, value }) => [name, value])).toEqual(kept);
      }),
    );
  });

  it('finds the query of a target', () => {
    expect(queryOf('/a?b=c#d')).toBe('b=c');
    expect(queryOf('/a')).toBeNull();
  });
});

describe('multipart', () => {
  const body = [
    '--x',
    'Content-Disposition: form-data; name="title"',
    '',
    'Lamp',
    '--x',
    'Content-Disposition: form-data; name="file"; filename="a.png"',
    'Content-Type: image/png',
    '',
    'PNG\r\n--xy',
    '--x--',
    '',
  ].join('\r\n');

  it('finds parts with their heads and exact bytes', () => {
    const bytes = sample(body, 'multipart/form-data; boundary=x');
    const { parts, closed, notes } = decoded(multipart, bytes, 'multipart');
    expect(closed).toBe(true);
    expect(notes).toEqual([]);
    expect(parts.map(({ name, fileName, contentType }) => [name, fileName, contentType])).toEqual([
      ['title', null, null],
      ['file', 'a.png', 'image/png'],
    ]);
    expect(parts.map(({ from, to }) => decodeUtf8(bytes.bytes, from, to))[0]).toBe('Lamp');
  });

  it('takes the boundary of the body where the type names none, and says so', () => {
    const found = decoded(multipart, sample(body, 'multipart/form-data'), 'multipart');
    expect(found.boundary).toBe('x');
    expect(found.notes).toHaveLength(1);
  });

  it('shows the last part of a body that is cut off', () => {
    const found = decoded(
      multipart,
      sample(body.slice(0, 100), 'multipart/form-data; boundary=x'),
      'multipart',
    );
    expect(found.closed).toBe(false);
    expect(found.parts.length).toBeGreaterThan(0);
  });
});

describe('XML', () => {
  const lines = (text: string) => treeLines(decoded(xml, sample(text, 'text/xml'), 'tree'));

  it('shows elements, attributes, text, comments and CDATA', () => {
    expect(lines('<a x="1 > 0"><b/>hi &amp; ho<![CDATA[<raw>]]><!-- c --></a>')).toEqual([
      'a: element',
      '.@x: string 1 > 0',
      '.b: element',
      '.text hi &amp; ho',
      '.text <raw>',
      '.comment <!-- c -->',
    ]);
  });

  it('goes on after what is not well-formed', () => {
    expect(lines('<a><b></a></c><d>')).toEqual(['a: element', '.b: element', 'bad </c>', 'd: element']);
    expect(decoded(xml, sample('<a><b>', 'text/xml'), 'tree').problem).toBe('<b> is never closed.');
  });

  it('indents, changing white space only', () => {
    const text = '<a><b>one</b><c><d/></c></a>';
    expect(prettyXml(text)).toBe('<a>\n  <b>one</b>\n  <c>\n    <d/>\n  </c>\n</a>');
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<a>', '</a>', '<b/>', 'x', '<!--c-->', '<', '"', '<![CDATA[y]]>')),
        (parts) => {
          const bare = (each: string) => each.replace(/\s/g, '');
          expect(bare(prettyXml(parts.join('')))).toBe(bare(parts.join('')));
        },
      ),
    );
  });
});

describe('JWT', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('explains claims, shows times as dates, and says that nothing is verified', () => {
    const token = `${part({ alg: 'ES256', kid: '1' })}.${part({ sub: '41', exp: 1_700_000_000 })}.c2ln`;
    const read = readJwt(token);
    if (!read.ok) throw new Error(read.error.message);
    const [header, payload, signature] = read.value.cards;
    expect(header?.facts[0]).toMatchObject({ name: 'alg', value: 'ES256' });
    expect(payload?.facts[1]?.value).toBe('1700000000 = 2023-11-14T22:13:20.000Z');
    expect(signature?.facts[1]).toMatchObject({ name: 'Verified', value: 'No' });
    expect(read.value.notes[0]).toContain('not verified');
  });

  it('marks a token that is not signed', () => {
    const read = readJwt(`${part({ alg: 'none' })}.${part({})}.`);
    expect(read.ok && read.value.cards[0]?.facts[0]?.wrong).toBe(true);
  });

  it('refuses what is no token', () => {
    expect(readJwt('a.b.c').ok).toBe(false);
    expect(readJwt('').ok).toBe(false);
  });
});

describe('GraphQL', () => {
  const query = 'query Lamp($id: ID!) {\n  lamp(id: $id) { name }\n}';

  it('shows document, variables and name, numbers exactly', () => {
    const body = `{"operationName":"Lamp","query":${JSON.stringify(query)},"variables":{"id":12345678901234567890}}`;
    const { cards } = decoded(graphql, sample(body), 'cards');
    expect(cards).toHaveLength(1);
    expect(cards[0]?.title).toBe('query Lamp');
    expect(cards[0]?.texts.map(({ text }) => text)).toEqual([query, '{\n  "id": 12345678901234567890\n}']);
  });

  it('takes batches apart', () => {
    const { cards, notes } = decoded(
      graphql,
      sample('[{"query":"{ a }"},{"query":"mutation B { b }"}]'),
      'cards',
    );
    expect(cards.map(({ title }) => title)).toEqual(['query without a name', 'mutation B']);
    expect(notes).toEqual(['A batch of 2 operations in one request.']);
  });

  it('is found in a query string', () => {
    const found = graphqlOfQuery(
      `query=${encodeURIComponent(query)}&variables=${encodeURIComponent('{"id":1}')}`,
    );
    expect(found?.cards[0]?.texts[1]?.text).toBe('{\n  "id": 1\n}');
    expect(graphqlOfQuery('query=lamps')).toBeNull();
  });
});

describe('JSON-RPC', () => {
  it('tells calls, notifications, results and errors apart', () => {
    const body =
      '[{"jsonrpc":"2.0","method":"add","params":[1,2],"id":7},{"jsonrpc":"2.0","method":"ping"},' +
      '{"jsonrpc":"2.0","result":3,"id":7},{"jsonrpc":"2.0","error":{"code":-32601,"message":"Nope"},"id":8}]';
    const { cards } = decoded(jsonRpc, sample(body), 'cards');
    expect(cards.map(({ title }) => title)).toEqual([
      'Call add',
      'Notification ping',
      'Result for 7',
      'Error for 8',
    ]);
    expect(cards[3]?.facts.at(-2)?.meaning).toBe('Method not found.');
  });

  it('recognises 1.0', () => {
    expect(jsonRpc.recognises(sample('{"method":"a","params":[],"id":1}'))).toBe(true);
    expect(jsonRpc.recognises(sample('{"method":"a","id":1}'))).toBe(false);
  });
});

describe('server-sent events', () => {
  it('lists events with type, id and data, comments too', () => {
    const { cards, notes } = decoded(
      eventStream,
      sample(
        'id: 1\nevent: tick\ndata: {"a":1}\ndata: {"b":2}\n\n: ping\n\ndata:x\r\n\r\n',
        'text/event-stream',
      ),
      'cards',
    );
    expect(cards.map(({ title }) => title)).toEqual(['1 · tick', '2 · comment', '3 · message']);
    expect(cards[2]?.texts[0]?.text).toBe('x');
    expect(notes).toEqual([]);
  });

  it('says that an event without its empty line would not be delivered', () => {
    const { notes } = decoded(eventStream, sample('data: 1', 'text/event-stream'), 'cards');
    expect(notes[0]).toContain('would not deliver');
  });
});
