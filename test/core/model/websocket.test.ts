import { describe, expect, it } from 'vitest';
import { closeWords, isCloseCode } from '../../../core/model/websocket-close.ts';
import { noExtensions, readWebSocketExtensions } from '../../../core/model/websocket-extensions.ts';

describe('the extensions of a WebSocket', () => {
  it('are none without the field, and for a value nobody can mean', () => {
    expect(readWebSocketExtensions(null)).toEqual(noExtensions);
    expect(readWebSocketExtensions('')).toEqual(noExtensions);
    expect(readWebSocketExtensions('permessage-deflate'.padEnd(5000))).toEqual(noExtensions);
  });

  it('are read with their parameters', () => {
    const plain = {
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
      serverWindowBits: 15,
      clientWindowBits: 15,
    };
    expect(readWebSocketExtensions('permessage-deflate')).toEqual({ deflate: plain, others: [] });
    expect(
      readWebSocketExtensions(
        'x-Mux; a=1, Permessage-Deflate; server_no_context_takeover; client_max_window_bits="10"; server_max_window_bits=8',
      ),
    ).toEqual({
      deflate: { ...plain, serverNoContextTakeover: true, clientWindowBits: 10, serverWindowBits: 8 },
      others: ['x-mux'],
    });
  });

  it.each([
    'server_max_window_bits=16',
    'server_max_window_bits=08',
    'server_max_window_bits',
    'client_max_window_bits',
    'client_no_context_takeover=1',
    'server_no_context_takeover; server_no_context_takeover',
    'level=9',
  ])('do not compress with a parameter that RFC 7692 does not allow: %s', (parameters) => {
    expect(readWebSocketExtensions(`permessage-deflate; ${parameters}`).deflate).toBeNull();
  });
});

describe('the words for a close code', () => {
  it('are a sentence of its own for every registered code', () => {
    const codes = [...Array.from({ length: 16 }, (_, index) => 1000 + index), 3000, 3003, 3008];
    const sentences = codes.map(closeWords);
    expect(new Set(sentences).size).toBe(codes.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('tell apart what libraries, applications and nobody may use', () => {
    expect(
      [0, 999, 5000, 65_535].map(closeWords).every((words) => words.startsWith('Not a close code')),
    ).toBe(true);
    expect(new Set([1016, 3001, 4000].map(closeWords)).size).toBe(3);
  });

  it('go with the codes that a frame may carry', () => {
    expect([999, 1004, 1005, 1006, 1015, 1016, 2999, 5000].some(isCloseCode)).toBe(false);
    expect([1000, 1003, 1007, 1014, 3000, 4999].every(isCloseCode)).toBe(true);
  });
});
