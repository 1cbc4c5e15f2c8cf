import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { ExchangeRecord, LongLived } from '../../../../core/model/exchange-record.ts';
import { ExchangeBodies } from '../../../../electron/engine/proxy/exchange-bodies.ts';
import { exchangeRecord } from '../../../support/records.ts';

const second = 1_000_000;
const empty = Buffer.from([0, 0, 0, 0, 0]);
const trailers = Buffer.from([0x80, 0, 0, 0, 0]);

/** A call whose request is over at once; the steps say what the server sends, and when it ends. */
function longLivedOf(
  contentType: string,
  steps: (bodies: ExchangeBodies) => void,
  changes: Partial<ExchangeRecord> = {},
): LongLived | null {
  const fields = exchangeRecord({
    startedAtUs: 0,
    requestEndedAtUs: 0,
    responseToUs: null,
    longLived: null,
    ...changes,
  });
  const bodies: ExchangeBodies = new ExchangeBodies(fields, (message) => bodies.message(message));
  const head = [['content-type', contentType] as const];
  bodies.head('request', head);
  bodies.bytes('request', empty, 0);
  bodies.end('request', 1);
  bodies.head('response', head);
  steps(bodies);
  bodies.settle(3 * second);
  return fields.longLived;
}

describe('a gRPC call', () => {
  it('that is answered late by one message is slow, not long on purpose', () => {
    for (const contentType of ['application/grpc', 'application/grpc-web']) {
      expect(
        longLivedOf(contentType, (bodies) => {
          bodies.bytes('response', empty, 3 * second - 1);
          if (contentType.endsWith('web')) bodies.bytes('response', trailers, 3 * second - 1);
          bodies.end('response', 3 * second);
        }),
      ).toBeNull();
    }
  });

  it('that waits for its answer is not long on purpose either', () => {
    expect(longLivedOf('application/grpc', () => undefined)).toBeNull();
  });

  it('whose server sends more than one message, or stays open behind one, is a stream', () => {
    expect(
      longLivedOf('application/grpc', (bodies) => {
        bodies.bytes('response', empty, second);
        bodies.bytes('response', empty, second);
        bodies.end('response', second);
      }),
    ).toBe('grpc-stream');
    expect(longLivedOf('application/grpc', (bodies) => bodies.bytes('response', empty, second))).toBe(
      'grpc-stream',
    );
  });
});
