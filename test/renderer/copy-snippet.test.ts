import { describe, expect, it } from 'vitest';
import type { Client } from '../../core/contract/client.ts';
import { succeed } from '../../core/model/result.ts';
import { snippetOf } from '../../renderer/panels/exchanges/copy-snippet.ts';
import { exchangeRecord } from '../support/records.ts';

const raw = 'POST /b HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: text/plain\r\n\r\n';
const request = { raw, startLine: 'POST /b HTTP/1.1', headers: [] as [string, string][] };

/** A client that knows one request body. */
function clientWith(bytes: Uint8Array, asked: unknown[] = []): Client {
  const read = (params: unknown) => {
    asked.push(params);
    return Promise.resolve(
      succeed({
        bytes,
        totalBytes: bytes.length,
        done: true,
        codings: [],
        decodeError: null,
        contentType: null,
      }),
    );
  };
  return { services: { bodies: { read } } } as unknown as Client;
}

function snippet(bytes: Uint8Array, method = 'POST', asked: unknown[] = []) {
  const exchange = exchangeRecord({ id: 7, method, host: 'api.example.com', path: '/b' });
  return snippetOf(clientWith(bytes, asked), 3, { exchange, request }, 'curl');
}

describe('a request as something to run', () => {
  it('has the body as it was on the wire, and reads no more of it than a snippet holds', async () => {
    const asked: unknown[] = [];
    const copied = await snippet(new TextEncoder().encode('one=1&two=2'), 'POST', asked);
    expect(copied.ok && copied.value.remark).toBeNull();
    expect(copied.ok && copied.value.text).toMatch(
      /^curl .*api\.example\.com\/b[\s\S]*--data-raw 'one=1&two=2'\n$/,
    );
    expect(asked).toEqual([
      { sessionId: 3, exchangeId: 7, side: 'request', decoded: false, from: 0, limit: 65_537 },
    ]);
  });

  it('names a body that is no text as a file and says how to get it', async () => {
    const copied = await snippet(Uint8Array.of(0xff, 0xfe, 0, 1));
    expect(copied.ok && copied.value.text).toContain('--data-binary @request-7.bin');
    expect(copied.ok && copied.value.remark).toMatch(/save it from the Body tab as request-7\.bin first\.$/);
  });

  it('is none of a tunnel', async () => {
    const copied = await snippet(new Uint8Array(0), '');
    expect(copied.ok ? '' : copied.error.code).toBe('no-head');
  });
});
