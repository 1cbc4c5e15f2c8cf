import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { BodySide } from '../../../core/model/exchange-record.ts';
import type { HeaderFields } from '../../../core/model/header-fields.ts';
import type { MessageRecord } from '../../../core/model/message-record.ts';
import { observeBody } from '../../../core/observers/index.ts';

function watch(side: BodySide, contentType: string, body: string, more: HeaderFields = []) {
  const records: MessageRecord[] = [];
  const { observer, reason, trailers } = observeBody(
    side,
    [['Content-Type', contentType], ...more],
    (record) => records.push(record),
  );
  observer?.bytes(Buffer.from(body, 'latin1'), 1);
  observer?.end(2);
  return { told: records.map(({ kind, code }) => `${kind} ${code}`), reason, trailers: trailers() };
}

describe('the observer of a body', () => {
  it('is chosen by the content type in front of it', () => {
    expect(watch('response', 'text/event-stream;charset=UTF-8', 'data: a\n\n').told).toEqual(['event 0']);
    expect(watch('request', 'application/grpc', '\0\0\0\0\0').told).toEqual(['grpc 0']);
    expect(watch('response', 'application/grpc-web+proto', '\0\0\0\0\0\x80\0\0\0\x04a: b')).toEqual({
      told: ['grpc 0', 'grpc 128'],
      reason: null,
      trailers: [['a', 'b']],
    });
    expect(watch('response', 'application/grpc-web-text', 'AAAAAAA=').told).toEqual(['grpc 0']);
  });

  it('is none for every other body', () => {
    expect(watch('request', 'text/event-stream', 'data: a\n\n')).toEqual({
      told: [],
      reason: null,
      trailers: null,
    });
    expect(watch('response', 'application/json', '{}', [['Content-Encoding', 'gzip']]).reason).toBeNull();
    expect(observeBody('response', [], () => undefined).observer).toBeNull();
  });

  it('is none for a body that is compressed as a whole, and says so', () => {
    const { told, reason } = watch('response', 'text/event-stream', 'x', [['content-encoding', 'br']]);
    expect(told).toEqual([]);
    expect(reason).toMatch(/^The body is compressed as a whole \(br\), so its events .*\.$/);
    expect(watch('request', 'application/grpc', 'x', [['content-encoding', 'gzip']]).reason).toMatch(
      /gRPC messages/,
    );
    expect(
      watch('response', 'text/event-stream', 'data\n\n', [['content-encoding', 'Identity']]).told,
    ).toEqual(['event 0']);
  });
});
