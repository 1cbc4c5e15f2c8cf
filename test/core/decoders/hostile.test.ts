import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoders } from '../../../core/decoders/index.ts';
import { detectBody } from '../../../core/decoders/detect-body.ts';
import { encodeUtf8 } from '../../../core/decoders/utf8.ts';
import { hex, mutated, sample } from './support.ts';

const seeds: Readonly<Record<string, Uint8Array>> = {
  graphql: encodeUtf8(
    '[{"query":"query A($id: ID!) { a(id: $id) }","variables":{"id":"1"},"operationName":"A"}]',
  ),
  'json-rpc': encodeUtf8('[{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}]'),
  'event-stream': encodeUtf8('id: 1\nevent: tick\ndata: {"a":1}\n\n: ping\n\ndata: 2'),
  jwt: encodeUtf8('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MSIsImV4cCI6MTcwMDAwMDAwMH0.c2ln'),
  multipart: encodeUtf8(
    '--b\r\nContent-Disposition: form-data; name="a"; filename="x.txt"\r\n\r\nhello\r\n--b--\r\n',
  ),
  urlencoded: encodeUtf8('a=1&b=%20%zz&a=+&=x&c'),
  xml: encodeUtf8(
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a x="1"><b/>text<![CDATA[<]]><!--c--></a>',
  ),
  json: encodeUtf8('{"a":[1,2.50,{"b":null}],"c":"\\u00e9"}'),
  'message-pack': hex('83a161 93 01 cb4009000000000000 c3 a162 d6ff5f5e1000 a163 c403010203'),
  cbor: hex('a3 6161 9f 01 f93c00 ff 6162 c11a514b67b0 6163 c249010000000000000000'),
  protobuf: hex('08 96 01 12 07 74657374696e67 1a 03 08 96 01 25 0000803f 29 000000000000f03f 33 08 01 34'),
};

describe('every decoder', () => {
  it.each(decoders.map((decoder) => [decoder.id, decoder] as const))(
    '%s survives bytes changed, dropped, inserted and cut, with a value or a reason',
    (id, decoder) => {
      const seed = seeds[id];
      expect(seed, `a seed for ${id}`).toBeDefined();
      const types = ['application/graphql', 'multipart/form-data; boundary=b', 'application/grpc', null];
      fc.assert(
        fc.property(mutated(seed!), fc.boolean(), fc.constantFrom(...types), (bytes, complete, type) => {
          const body = sample(bytes, type, complete);
          decoder.recognises(body);
          const result = decoder.decode(body);
          if (!result.ok) expect(result.error.message).toMatch(/^[A-Z0-9].*\.$/s);
        }),
        { numRuns: 300 },
      );
    },
  );

  it.each(decoders.map((decoder) => [decoder.id, decoder] as const))(
    '%s reads its bound of the worst bytes in linear time',
    (_, decoder) => {
      const size = Math.min(decoder.bytesMax, 100_000);
      for (const unit of [
        '[',
        '{"a":',
        '<a>',
        '<!--',
        '<![',
        '--b\r\n',
        '&',
        '%',
        'data:\n',
        '"',
        '\u0081',
        '\x0a\x02',
      ]) {
        const bytes = encodeUtf8(unit.repeat(Math.ceil(size / unit.length))).slice(0, size);
        const before = process.cpuUsage();
        decoder.decode(sample(bytes, 'multipart/form-data; boundary=b'));
        // Time of this process, since others may share the machine; a quadratic reader would take minutes.
        const { user } = process.cpuUsage(before);
        expect(user / 1000, JSON.stringify(unit)).toBeLessThan(3000);
      }
      const deep = new Uint8Array(size).fill(0x81);
      decoder.decode(sample(deep));
      decoder.decode(sample(new Uint8Array(size).fill(0xdb)));
    },
  );

  it('is chosen without an exception for any bytes and type', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.option(fc.string()),
        fc.boolean(),
        (bytes, type, complete) => {
          detectBody(sample(bytes, type, complete), decoders);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('detectBody', () => {
  const ids = (body: string | Uint8Array, type: string | null) =>
    detectBody(sample(body, type), decoders).decoders.map(({ id }) => id);

  it('puts the more specific format first', () => {
    expect(ids(seeds['graphql']!, 'application/json')).toEqual(['graphql', 'json']);
    expect(ids(seeds['json-rpc']!, 'application/json')).toEqual(['json-rpc', 'json']);
    expect(ids(seeds['json']!, 'application/json')).toEqual(['json']);
  });

  it('looks at the bytes where the type says little', () => {
    expect(ids(seeds['json']!, null)).toEqual(['json']);
    expect(ids(seeds['message-pack']!, 'application/octet-stream')).toContain('message-pack');
    expect(ids(seeds['cbor']!, null)).toContain('cbor');
    expect(ids(seeds['protobuf']!, null)).toContain('protobuf');
    expect(ids(seeds['jwt']!, 'text/plain')).toEqual(['jwt']);
    expect(ids('just words', 'text/plain')).toEqual([]);
  });

  it('tells pictures, pages, text and bytes apart', () => {
    const png = hex('89504e470d0a1a0a0000000d');
    expect(detectBody(sample(png, 'image/jpeg'), decoders)).toMatchObject({
      image: 'image/png',
      text: false,
    });
    expect(detectBody(sample('<!doctype html><p>hi', null), decoders)).toMatchObject({
      page: true,
      language: 'html',
    });
    expect(detectBody(sample('<svg/>', 'image/svg+xml'), decoders)).toMatchObject({
      image: 'image/svg+xml',
      text: true,
      language: 'xml',
    });
    expect(detectBody(sample('h1{}', 'text/css'), decoders).language).toBe('css');
    expect(detectBody(sample(hex('00010203'), null), decoders)).toMatchObject({ text: false, image: null });
  });
});
