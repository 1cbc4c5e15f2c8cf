import { describe, expect, test } from 'vitest';
import { absoluteFormHead, originFormHead } from '../../../core/model/origin-form.ts';

const target = 'http://shop.test/a?b';
const head = (fields: string): string => `GET ${target} HTTP/1.1\r\nHOST: shop.test\r\n${fields}\r\n`;

describe('the head of a request as it is handed on', () => {
  test('has its target in origin form for a server', () => {
    expect(originFormHead(head('X:  y \r\nProxy-Connection: keep-alive\r\n'), target, '/a?b')).toBe(
      'GET /a?b HTTP/1.1\r\nHOST: shop.test\r\nX:  y \r\n\r\n',
    );
  });

  test('stays as it came for an upstream proxy without a password', () => {
    expect(absoluteFormHead(head('X:  y \r\n'), target, null)).toBe(head('X:  y \r\n'));
  });

  test('loses the fields that were meant for us, and gets the password of the upstream proxy as its last field', () => {
    const sent = head('Proxy-Authorization: Basic b3du\r\n folded\r\nX:  y \r\nproxy-connection: close\r\n');
    expect(absoluteFormHead(sent, target, 'Basic eA==')).toBe(
      head('X:  y \r\nProxy-Authorization: Basic eA==\r\n'),
    );
  });

  test('keeps bare line feeds', () => {
    expect(absoluteFormHead(`GET ${target} HTTP/1.1\nHost: a\n\n`, target, 'Basic eA==')).toBe(
      `GET ${target} HTTP/1.1\nHost: a\nProxy-Authorization: Basic eA==\n\n`,
    );
  });
});
