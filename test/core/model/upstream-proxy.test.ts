import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hopName,
  pacHopsMax,
  parsePacAnswer,
  parseUpstream,
  upstreamKinds,
  upstreamName,
} from '../../../core/model/upstream-proxy.ts';

const read = (text: string): string => {
  const parsed = parseUpstream(text);
  return parsed.ok ? upstreamName(parsed.value) : parsed.error.code;
};
const credentialsOf = (text: string): unknown => {
  const parsed = parseUpstream(text);
  return parsed.ok ? parsed.value.credentials : parsed.error.code;
};
const ways = (answer: string): string[] | null => parsePacAnswer(answer)?.map(hopName) ?? null;

describe('the address of an upstream proxy', () => {
  test.each([
    ['http://proxy.example:3128', 'http://proxy.example:3128'],
    ['proxy.example:3128', 'http://proxy.example:3128'],
    ['HTTPS://Proxy.Example/', 'https://proxy.example:443'],
    ['http://proxy.example', 'http://proxy.example:80'],
    ['socks4://10.0.0.1', 'socks4://10.0.0.1:1080'],
    ['socks4a://p:9', 'socks4a://p:9'],
    ['socks5h://p', 'socks5://p:1080'],
    ['socks5://[2001:DB8::1]:1081', 'socks5://[2001:db8::1]:1081'],
    ['http://ada:sesame@proxy:1', 'http://proxy:1'],
  ])('%s is read as %s', (text, name) => {
    expect(read(text)).toBe(name);
  });

  test.each([
    '',
    'ftp://proxy:1',
    'http://',
    'http://proxy:0',
    'http://proxy:70000',
    'http://a b:1',
    'http://p:1/x',
  ])('%j is none', (text) => {
    expect(read(text)).toBe('bad-upstream');
  });

  test('user and password are percent-decoded, and may hold what looks like more of an address', () => {
    expect(credentialsOf('http://ada:s%40sa%3Ame@proxy:1')).toEqual({ user: 'ada', password: 's@sa:me' });
    expect(credentialsOf('http://ada:p@ss:w/rd@proxy:1')).toEqual({ user: 'ada', password: 'p@ss:w/rd' });
    expect(credentialsOf('socks5://ada@proxy:1')).toEqual({ user: 'ada', password: '' });
    expect(credentialsOf('http://ada:100%@proxy:1')).toEqual({ user: 'ada', password: '100%' });
    expect(credentialsOf('http://proxy:1')).toBeNull();
  });

  test('a password cannot bring a line of its own into a request', () => {
    expect(credentialsOf('http://ada:a%0d%0aX: y@proxy:1')).toBe('bad-upstream');
    expect(credentialsOf('http://a%3Ab:c@proxy:1')).toBe('bad-upstream');
  });

  test('no text makes it throw, and a name never holds the password', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseUpstream(text);
        parsePacAnswer(text);
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...upstreamKinds), fc.stringMatching(/^[a-z]{8,20}$/), (kind, password) => {
        expect(read(`${kind}://ada:${password}@proxy:1`)).toBe(`${kind}://proxy:1`);
      }),
    );
  });
});

describe('what a PAC says', () => {
  test.each([
    ['DIRECT', ['DIRECT']],
    ['', ['DIRECT']],
    ['PROXY a:3128; SOCKS5 b; DIRECT', ['http://a:3128', 'socks5://b:1080', 'DIRECT']],
    [
      'proxy a:1;HTTPS b:2 ; SOCKS c:3;SOCKS4 d:4',
      ['http://a:1', 'https://b:2', 'socks4://c:3', 'socks4://d:4'],
    ],
    ['PROXY [::1]:8', ['http://[::1]:8']],
    ['QUIC a:1; PROXY b:2; PROXY; DIRECT now', ['http://b:2']],
    ['nonsense', null],
    ['PROXY a:1 b:2', null],
  ])('%j names %j', (answer, expected) => {
    expect(ways(answer)).toEqual(expected);
  });

  test('names a bounded number of ways', () => {
    expect(ways('PROXY a:1;'.repeat(300))).toHaveLength(pacHopsMax);
  });
});
