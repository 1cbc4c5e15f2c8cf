import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  covers,
  hostName,
  leafNames,
  leafNamesLike,
  leafNamesMax,
  parseSubjectAltName,
  quoted,
} from '../../../../electron/engine/certificates/names.ts';
import { valueOf } from './support.ts';

const bytesOf = (name: string): number[] => {
  const host = valueOf(hostName(name));
  return host.kind === 'ip' ? [...host.bytes] : [];
};

describe('a host name', () => {
  test.each([
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['localhost', 'localhost'],
    ['my_host.internal', 'my_host.internal'],
    ['*.example.com', '*.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['1.example', '1.example'],
  ])('%s becomes %s', (name, text) => {
    expect(hostName(name)).toEqual({ ok: true, value: { kind: 'dns', text } });
  });

  test.each([
    '',
    '.',
    '*',
    '*.',
    'a..b',
    '.a',
    'a b',
    'a*.example.com',
    'a.*.example.com',
    '-a.example',
    'a-.example',
    'a/b',
    'a:443',
    'http://a',
    'a\u0000.example',
    'a\nb',
    'é\n.example',
    'é%2e.example',
    '1.2.3.4.5',
    '256.1.1.1',
    '[example.com]',
    '[::1',
    '::1]',
    '*.1.2.3.4',
    'x'.repeat(64) + '.example',
    ('x'.repeat(60) + '.').repeat(5) + 'example',
    'é'.repeat(2000),
  ])('%j is refused with a value', (name) => {
    expect(hostName(name)).toMatchObject({ ok: false, error: { code: 'host-name-invalid' } });
  });

  test('never throws, and what it takes is plain ASCII that it takes again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.domain(), fc.ipV6(), fc.ipV4()), (name) => {
        const host = hostName(name);
        if (!host.ok) return;
        expect(host.value.text).toMatch(/^[\x21-\x7e]{1,253}$/);
        expect(hostName(host.value.text)).toEqual(host);
      }),
    );
  });
});

describe('an address', () => {
  test.each([
    ['127.0.0.1', [127, 0, 0, 1]],
    ['１２７.0.0.1', [127, 0, 0, 1]],
    ['::', new Array<number>(16).fill(0)],
    ['[::1]', [...new Array<number>(15).fill(0), 1]],
    ['2001:DB8::1', [0x20, 1, 0x0d, 0xb8, ...new Array<number>(11).fill(0), 1]],
    ['fe80::1%eth0', [0xfe, 0x80, ...new Array<number>(13).fill(0), 1]],
    ['::ffff:192.0.2.1', [...new Array<number>(10).fill(0), 0xff, 0xff, 192, 0, 2, 1]],
    ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
    ['1::', [0, 1, ...new Array<number>(14).fill(0)]],
  ])('%s has its bytes in network order', (name, bytes) => {
    expect(bytesOf(name)).toEqual(bytes);
  });

  test('has the same bytes however it is written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const groups = Array.from({ length: 8 }, (_, index) => {
          return ((bytes[index * 2] ?? 0) * 256 + (bytes[index * 2 + 1] ?? 0)).toString(16);
        });
        expect(bytesOf(groups.join(':'))).toEqual([...bytes]);
        expect(bytesOf(new URL(`http://[${groups.join(':')}]`).hostname)).toEqual([...bytes]);
      }),
    );
  });
});

describe('the names of a leaf', () => {
  test('keep their order and lose repetitions', () => {
    const { names, cacheKey } = valueOf(
      leafNames(['B.example', 'a.example', 'b.example', '[::1]', '0:0::1']),
    );
    expect(names.map((name) => name.text)).toEqual(['b.example', 'a.example', '::1']);
    expect(cacheKey).toBe(valueOf(leafNames(['b.example', 'a.example', '::1'])).cacheKey);
  });

  test('are refused when there are none, too many, or one is invalid', () => {
    const many = Array.from({ length: leafNamesMax + 1 }, (_, index) => `h${index}.example`);
    for (const list of [[], many, ['a.example', 'b c']]) {
      expect(leafNames(list)).toMatchObject({ ok: false, error: { code: 'host-name-invalid' } });
    }
  });

  test('like those of an upstream certificate: the host first, odd ones left out, bounded', () => {
    const alternative =
      'DNS:a.example, DNS:*.a.example, DNS:"odd, name", email:x@a.example, IP Address:0:0:0:0:0:0:0:1';
    const texts = (host: string, text?: string): string[] =>
      valueOf(leafNamesLike(host, text)).names.map((name) => name.text);
    expect(texts('192.0.2.1', alternative)).toEqual([
      '192.0.2.1',
      'a.example',
      '*.a.example',
      '0:0:0:0:0:0:0:1',
    ]);
    expect(texts('192.0.2.1')).toEqual(['192.0.2.1']);
    const many = Array.from({ length: 500 }, (_, index) => `DNS:h${index}.example`).join(', ');
    expect(texts('192.0.2.1', many)).toHaveLength(leafNamesMax);
    expect(leafNamesLike('a b', undefined)).toMatchObject({
      ok: false,
      error: { code: 'host-name-invalid' },
    });
  });
});

test('alternative names that try to look like others are taken as they are', () => {
  expect(parseSubjectAltName('DNS:"a.example, DNS:evil.example", DNS:b.example')).toEqual({
    dns: ['a.example, DNS:evil.example', 'b.example'],
    ip: [],
  });
  expect(parseSubjectAltName('URI:http://x/, DNS:good.example')).toEqual({ dns: ['good.example'], ip: [] });
  expect(parseSubjectAltName('othername:<unsupported>, IP Address:192.0.2.1, DNS:')).toEqual({
    dns: [''],
    ip: ['192.0.2.1'],
  });
  fc.assert(fc.property(fc.string(), (text) => void parseSubjectAltName(text)));
});

test.each([
  ['a.example', 'a.example', true],
  ['a.example', 'b.example', false],
  ['*.a.example', 'x.a.example', true],
  ['*.a.example', 'a.example', false],
  ['*.a.example', 'x.y.a.example', false],
  ['*.a.example', '*.a.example', true],
  ['*.com', 'example.com', false],
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '127.0.0.2', false],
  ['0:0:0:0:0:0:0:1', '[::1]', true],
  ['::ffff:127.0.0.1', '127.0.0.1', false],
])('a certificate for %s, asked as %s: %s', (certificateName, host, expected) => {
  expect(covers(valueOf(hostName(certificateName)), valueOf(hostName(host)))).toBe(expected);
});

test("a stranger's text is shown short, on one line, without control characters", () => {
  expect(quoted('a\n\u001b[31m\u202eb')).toBe('"a??[31m?b"');
  expect(quoted('x'.repeat(300))).toHaveLength(103);
});
