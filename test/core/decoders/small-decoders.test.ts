import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../../core/decoders/base64.ts';
import { cookieDate, readCookies, readSetCookie } from '../../../core/decoders/cookies.ts';
import { readCredentials } from '../../../core/decoders/credentials.ts';
import { readDataUrl } from '../../../core/decoders/data-url.ts';
import { transformInput, transforms } from '../../../core/decoders/transforms.ts';
import { decodeLatin1, decodeUtf8, encodeUtf8, isUtf8 } from '../../../core/decoders/utf8.ts';

describe('UTF-8', () => {
  it('agrees with the runtime for any text and any bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([...encodeUtf8(text)]).toEqual([...new TextEncoder().encode(text)]);
        expect(decodeUtf8(encodeUtf8(text))).toBe(
          new TextDecoder('utf-8', { ignoreBOM: true }).decode(encodeUtf8(text)),
        );
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const strict = () => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        if (isUtf8(bytes)) expect(strict).not.toThrow();
        else expect(strict).toThrow();
      }),
    );
  });

  it('takes a character that is cut off for text only when told that more follows', () => {
    const cut = encodeUtf8('aé').slice(0, 2);
    expect(isUtf8(cut)).toBe(false);
    expect(isUtf8(cut, 0, 2, true)).toBe(true);
  });
});

describe('base64', () => {
  it('reads what was written, in both alphabets', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom('standard', 'url'), (bytes, alphabet) => {
        const text = encodeBase64(bytes, alphabet);
        expect(text).toBe(Buffer.from(bytes).toString(alphabet === 'url' ? 'base64url' : 'base64'));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it('refuses what is not base64', () => {
    for (const text of ['a', 'ab!', 'a=bc', 'abcd=', 'ab=c']) expect(decodeBase64(text), text).toBeNull();
  });
});

describe('cookies', () => {
  const https = { host: 'www.shop.test', secure: true, nowMs: Date.UTC(2026, 0, 1) };
  const rejected = (field: string, context = https) => readSetCookie(field, context).rejected;

  it('lists the pairs of a request in order', () => {
    expect(readCookies('a=1; b=x=y; ; a=2; bare')).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: 'x=y' },
      { name: 'a', value: '2' },
      { name: '', value: 'bare' },
    ]);
  });

  it('explains attributes and turns lifetimes into dates', () => {
    const cookie = readSetCookie('s=1; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax', https);
    expect(cookie.rejected).toEqual([]);
    expect(cookie.attributes.map(({ name }) => name)).toEqual([
      'Path',
      'Max-Age',
      'Secure',
      'HttpOnly',
      'SameSite',
    ]);
    expect(cookie.attributes[1]?.meaning).toBe('Kept until 2026-01-01T01:00:00.000Z.');
  });

  it('bounds lifetimes to 400 days and recognises deletion', () => {
    expect(readSetCookie('s=1; Max-Age=99999999', https).attributes[0]?.meaning).toContain('400 days');
    expect(
      readSetCookie('s=; Expires=Thu, 01 Jan 1970 00:00:00 GMT', https).attributes[0]?.meaning,
    ).toContain('Deletes');
  });

  it.each([
    ['s=1; Domain=other.test', 'does not cover'],
    ['s=1; Domain=test', 'whole top-level domain'],
    ['__Host-s=1; Secure; Path=/; Domain=www.shop.test', 'must not have a Domain'],
    ['__Host-s=1; Secure', 'needs Path=/'],
    ['__secure-s=1', 'needs the Secure'],
    ['s=1; SameSite=None', 'needs the Secure'],
    ['s=1; Partitioned', 'Partitioned needs'],
    [`s=${'x'.repeat(5000)}`, 'longer than 4096'],
    ['=', 'neither a name nor a value'],
  ])('says why a browser rejects %s', (field, reason) => {
    expect(rejected(field).join(' ')).toContain(reason);
  });

  it('accepts Secure over HTTPS and on this machine only', () => {
    expect(rejected('s=1; Secure', { ...https, secure: false })).toHaveLength(1);
    expect(rejected('s=1; Secure', { ...https, secure: false, host: 'localhost' })).toEqual([]);
  });

  it('lets a cookie be set for the parent domain', () => {
    expect(rejected('s=1; Domain=.shop.test')).toEqual([]);
  });

  it.each([
    ['Wed, 21 Oct 2015 07:28:00 GMT', '2015-10-21T07:28:00.000Z'],
    ['Wednesday, 21-Oct-15 07:28:00 GMT', '2015-10-21T07:28:00.000Z'],
    ['Wed Oct 21 07:28:00 2015', '2015-10-21T07:28:00.000Z'],
  ])('reads the date %s as browsers do', (text, iso) => {
    expect(new Date(cookieDate(text) ?? 0).toISOString()).toBe(iso);
  });

  it('refuses dates that are none, and never throws', () => {
    for (const text of ['', 'soon', '31 Feb 2020 00:00:00', '1 Jan 2020 25:00:00'])
      expect(cookieDate(text)).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => void readSetCookie(text, https)));
  });
});

describe('credentials', () => {
  it('takes Basic apart', () => {
    const [card] = readCredentials(`Basic ${Buffer.from('ada:a:b').toString('base64')}`).cards;
    expect(card?.facts.map(({ value }) => value)).toEqual(['ada', 'a:b']);
  });

  it('names what it cannot take apart', () => {
    expect(readCredentials('Basic !!!').cards[0]?.facts[0]?.wrong).toBe(true);
    expect(readCredentials('Bearer abc').cards[0]?.title).toBe('Bearer credentials');
  });
});

describe('data: URLs', () => {
  it.each([
    ['data:,a%20b', 'text/plain;charset=US-ASCII', 'a b'],
    ['data:text/html;base64,aGk=', 'text/html', 'hi'],
    ['data:;base64,aGk', 'text/plain;charset=US-ASCII', 'hi'],
  ])('reads %s', (url, mediaType, text) => {
    const read = readDataUrl(url);
    expect(read.ok && [read.value.mediaType, decodeLatin1(read.value.bytes)]).toEqual([mediaType, text]);
  });

  it('refuses what is none', () => {
    expect(readDataUrl('https://a.test').ok).toBe(false);
  });
});

describe('transforms', () => {
  const apply = (id: string, text: string) => {
    const result = transforms.find((each) => each.id === id)!.apply(transformInput(text, 0));
    if (!result.ok) return result.error.code;
    return typeof result.value === 'string' ? result.value : decodeUtf8(result.value);
  };

  it('undo what their inverse did, for any text', () => {
    for (const { id, inverse } of transforms.filter(
      ({ group, inverse }) => group === 'Encode' && inverse !== null,
    )) {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
          expect(apply(inverse!, apply(id, text))).toBe(text);
        }),
        { numRuns: 50 },
      );
    }
  });

  it('say why they cannot', () => {
    expect(apply('url-decode', '%zz')).toBe('not-escaped');
    expect(apply('base64-decode', '*')).toBe('not-base64');
    expect(apply('hex-decode', 'abc')).toBe('not-hex');
    expect(apply('json-decode', '\\x')).toBe('not-a-string');
    expect(apply('unix-time', 'soon')).toBe('not-a-time');
  });

  it('recognise seconds, milliseconds and dates', () => {
    for (const text of ['1700000000', '1700000000000', '2023-11-14T22:13:20Z'])
      expect(apply('unix-time', text)).toContain('2023-11-14T22:13:20.000Z');
  });
});
