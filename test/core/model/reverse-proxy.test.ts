import { describe, expect, it } from 'vitest';
import { readReverse, readUpstream, upstreamHostField } from '../../../core/model/reverse-proxy.ts';

function messageOf(result: ReturnType<typeof readUpstream>): string {
  return result.ok ? '' : result.error.message;
}

describe('an upstream', () => {
  it.each([
    ['http://127.0.0.1:9000', { scheme: 'http', host: '127.0.0.1', port: 9000 }, '127.0.0.1:9000'],
    ['HTTPS://API.example/', { scheme: 'https', host: 'api.example', port: 443 }, 'api.example'],
    ['http://[::1]', { scheme: 'http', host: '::1', port: 80 }, '[::1]'],
    ['https://api.example:80', { scheme: 'https', host: 'api.example', port: 80 }, 'api.example:80'],
    ['tcp://db:5432', { scheme: 'tcp', host: 'db', port: 5432 }, 'db:5432'],
    ['tls://[2001:db8::1]:993', { scheme: 'tls', host: '2001:db8::1', port: 993 }, '[2001:db8::1]:993'],
  ])('%s', (text, upstream, field) => {
    const read = readUpstream(text);
    expect(read).toEqual({ ok: true, value: upstream });
    if (read.ok) expect(upstreamHostField(read.value)).toBe(field);
  });

  it.each([
    ['127.0.0.1:9000', /Begin the upstream with http:\/\//],
    ['ftp://a', /Begin the upstream with/],
    ['http://a/api', /has no path.*Leave "\/api" out/],
    ['http://a?b', /has no path/],
    ['http://me:secret@a', /no user and no password/],
    ['http://', /Name a host/],
    ['http://[1.2.3.4]', /Name a host/],
    ['http://a b', /Name a host/],
    ['tcp://db', /Give the port, too: tcp:\/\/db:5432/],
    ['http://a:0', /from 1 to 65535/],
    ['http://a:70000', /from 1 to 65535/],
    [`http://${'a'.repeat(400)}`, /at most 300 characters/],
  ])('is not %s', (text, words) => {
    expect(messageOf(readUpstream(text))).toMatch(words);
  });
});

describe('LISTEN=UPSTREAM', () => {
  it('takes a bare port for one of this computer alone', () => {
    expect(readReverse('9000=http://127.0.0.1:9001', 'rewrite')).toEqual({
      ok: true,
      value: { listen: '127.0.0.1:9000', upstream: 'http://127.0.0.1:9001', host: 'rewrite' },
    });
    expect(readReverse('[::]:80=https://a?', 'keep').ok).toBe(false);
  });

  it('rewrites the Host of HTTP alone', () => {
    expect(readReverse('0.0.0.0:1=tcp://a:2', 'rewrite')).toMatchObject({ value: { host: 'keep' } });
  });

  it.each(['http://a', 'x=http://a', '70000=http://a', '=http://a', '9000'])('is not %s', (text) => {
    expect(readReverse(text, 'keep')).toMatchObject({ ok: false, error: { code: 'bad-reverse' } });
  });
});
