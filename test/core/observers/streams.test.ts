import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recogniseStream, type StreamProtocol } from '../../../core/observers/streams.ts';
import { greeting } from './mysql-script.ts';
import { sslRequest, startup } from './postgres-script.ts';
import { dnsOf } from '../../support/frame-bytes.ts';

const none = new Uint8Array(0);
const text = (words: string): Uint8Array => new Uint8Array(Buffer.from(words, 'latin1'));
const question = dnsOf(7, 'shop.test');

/** How conversations begin: what was sent until it is settled, by whom. */
const beginnings: readonly (readonly [StreamProtocol, string, 'client' | 'server', Uint8Array, number])[] = [
  ['http1', 'a request', 'client', text('GET /'), 80],
  ['http1', 'a request of an unusual method', 'client', text('BREW /'), 8080],
  ['http1', 'a request through a proxy', 'client', text('GET h'), 3128],
  ['http2', 'the preface', 'client', text('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 80],
  ['tls', 'a ClientHello', 'client', Uint8Array.of(22, 3, 1, 2, 0, 1), 5432],
  ['postgres', 'a wish for encryption', 'client', sslRequest, 5432],
  ['postgres', 'a start', 'client', startup().subarray(0, 9), 9999],
  ['redis', 'an array', 'client', text('*1\r\n$4\r\n'), 6379],
  ['redis', 'an inline command', 'client', text('PING\r\n'), 6379],
  ['mysql', 'a greeting', 'server', greeting().subarray(0, 22), 3306],
  ['dns', 'a question', 'client', Uint8Array.of(0, question.length, ...question.subarray(0, 16)), 53],
];

describe('a conversation that begins with', () => {
  test.each(beginnings)(
    '%s: %s, is recognised as soon as its bytes tell',
    (protocol, _what, by, bytes, port) => {
      const look = (length: number): string => {
        const part = bytes.subarray(0, length);
        return by === 'client' ? recogniseStream(part, none, port) : recogniseStream(none, part, port);
      };
      let settled = 0;
      while (settled < bytes.length && look(settled) === 'need-more') settled++;
      expect(look(settled), `after ${settled} bytes`).toBe(protocol);
      expect(look(bytes.length)).toBe(protocol);
    },
  );

  test('nothing needs more', () => {
    expect(recogniseStream(none, none, 80)).toBe('need-more');
  });

  test('a TLS record that is no ClientHello, or words of nobody, is unknown', () => {
    expect(recogniseStream(Uint8Array.of(23, 3, 3, 0, 40, ...new Uint8Array(40).fill(99)), none, 443)).toBe(
      'unknown',
    );
    expect(recogniseStream(text('\u0081\u0082 hello, this is no protocol\n'), none, 80)).toBe('unknown');
  });

  test('a question of DNS is one on its own port only', () => {
    const bytes = Uint8Array.of(0, question.length, ...question);
    expect(recogniseStream(bytes, none, 53)).toBe('dns');
    expect(recogniseStream(bytes, none, 54)).not.toBe('dns');
  });
});

test('any bytes are something, and no more than 16 KiB are needed to say what', () => {
  const bytes = fc.uint8Array({ maxLength: 64 });
  fc.assert(
    fc.property(bytes, bytes, fc.nat(65_535), (client, server, port) => {
      expect(recogniseStream(client, server, port)).toMatch(/^[a-z0-9-]+$/);
      const long = new Uint8Array(17_000).fill(0x20);
      long.set(client);
      if (client.length > 0) expect(recogniseStream(long, none, port)).not.toBe('need-more');
    }),
  );
});
