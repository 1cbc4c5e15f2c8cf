import { describe, expect, it } from 'vitest';
import { toHeadView } from '../../../../electron/engine/session/exchange-detail.ts';

const viewOf = (text: string) => toHeadView(Buffer.from(text, 'latin1'));

describe('a head as the window shows it', () => {
  it('has the pseudo-header fields of HTTP/2 before the others, with their values whole', () => {
    const view = viewOf(
      'GET /a?b HTTP/2\r\n:method: GET\r\n:authority: [::1]:8443\r\n:path: /a?b\r\naccept: */*\r\n\r\n',
    );
    expect(view.startLine).toBe('GET /a?b HTTP/2');
    expect(view.headers).toEqual([
      [':method', 'GET'],
      [':authority', '[::1]:8443'],
      [':path', '/a?b'],
      ['accept', '*/*'],
    ]);
  });

  it.each([
    ['GET / HTTP/2\r\n:', []],
    ['GET / HTTP/2\r\n:path', []],
    ['GET / HTTP/2\r\n:path: /x', [[':path', '/x']]],
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', [['Host', 'a']]],
    ['GET / HTTP/1.1', []],
  ])('of %j has the fields that can be told', (text, fields) => {
    expect(viewOf(text).headers).toEqual(fields);
  });
});
