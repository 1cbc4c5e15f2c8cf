import { describe, expect, it } from 'vitest';
import type { HeaderFields } from '../../../core/model/header-fields.ts';
import { longLived, type LongLivedSigns } from '../../../core/model/long-lived.ts';
import { announcedWait, wasHeld } from '../../../core/model/long-poll.ts';

const plain: LongLivedSigns = {
  method: 'GET',
  path: '/',
  requestHeaders: [],
  status: 200,
  responseHeaders: [],
  requestMessages: 0,
  responseMessages: 0,
  openAfterMessageMs: 0,
  heldMs: 5000,
};

function typed(contentType: string, more: HeaderFields = []): Pick<LongLivedSigns, 'responseHeaders'> {
  return { responseHeaders: [['Content-Type', contentType], ...more] };
}

const grpc = { method: 'POST', requestHeaders: [['content-type', 'application/grpc+proto']] as HeaderFields };

describe('why an exchange lasts on purpose', () => {
  it.each<[string, Partial<LongLivedSigns>, ReturnType<typeof longLived>]>([
    ['a slow answer', {}, null],
    ['a slow answer of JSON', typed('application/json'), null],
    ['a WebSocket', { status: 101, responseHeaders: [['Upgrade', 'WebSocket']] }, 'websocket'],
    ['another upgrade', { status: 101, responseHeaders: [['Upgrade', 'h2c']] }, null],
    [
      'a WebSocket over HTTP/2',
      { method: 'CONNECT', requestHeaders: [[':protocol', 'websocket']] },
      'websocket',
    ],
    [
      'one that was refused',
      { method: 'CONNECT', status: 403, requestHeaders: [[':protocol', 'websocket']] },
      null,
    ],
    ['server-sent events', { ...typed('text/event-stream; charset=utf-8'), heldMs: 3 }, 'event-stream'],
    [
      'a unary gRPC call',
      { ...grpc, requestMessages: 1, responseMessages: 1, openAfterMessageMs: 999 },
      null,
    ],
    ['a slow unary call without an answer yet', { ...grpc, requestMessages: 1, heldMs: 9000 }, null],
    ['two gRPC messages of the server', { ...grpc, requestMessages: 1, responseMessages: 2 }, 'grpc-stream'],
    ['two gRPC messages of the client', { ...grpc, requestMessages: 2 }, 'grpc-stream'],
    [
      'a gRPC body open behind its message',
      { ...grpc, requestMessages: 1, openAfterMessageMs: 1000 },
      'grpc-stream',
    ],
    ['a camera', typed('multipart/x-mixed-replace; boundary=b'), 'stream'],
    ['lines of JSON', typed('application/x-ndjson'), 'stream'],
    ['lines of JSON that were over at once', { ...typed('application/x-ndjson'), heldMs: 20 }, null],
    ['lines of JSON that say an error', { ...typed('application/x-ndjson'), status: 500 }, null],
    [
      'a watch of Kubernetes',
      { ...typed('application/json'), path: '/api/v1/pods?watch=true&timeoutSeconds=300' },
      'stream',
    ],
    ['the same with protobuf', typed('application/vnd.kubernetes.protobuf;stream=watch'), 'stream'],
    ['a video of known length', typed('video/mp4', [['Content-Length', '5']]), null],
    ['a segment of a video', { ...typed('video/mp4'), heldMs: 6000 }, null],
    ['a live video', { ...typed('video/mp2t'), heldMs: 10_000 }, 'stream'],
    ['a radio station', typed('audio/mpeg', [['icy-name', 'FM']]), 'stream'],
    ['a poll of Socket.IO', { path: '/socket.io/?EIO=4&transport=polling&sid=a' }, 'long-poll'],
    [
      'one that is still open',
      { path: '/socket.io/?EIO=4&transport=polling&sid=a', status: null },
      'long-poll',
    ],
    [
      'one that was answered at once',
      { path: '/socket.io/?EIO=4&transport=polling&sid=a', heldMs: 30 },
      null,
    ],
    ['one that failed', { path: '/socket.io/?EIO=4&transport=polling&sid=a', status: 502 }, null],
    ['the first request of Socket.IO', { path: '/socket.io/?EIO=4&transport=polling' }, null],
  ])('is told: %s', (_, signs, expected) => {
    expect(longLived({ ...plain, ...signs })).toBe(expected);
  });
});

describe('the wait that a request announces', () => {
  const told = (path: string, method = 'GET', headers: HeaderFields = []): string => {
    const announced = announcedWait({ method, path, headers });
    return announced === null
      ? 'none'
      : `${announced.by} ${announced.waitMs ?? 'open'} ${announced.isPoll ? 'poll' : 'maybe'}`;
  };

  it.each([
    ['/v1/kv/a?index=7&wait=1m30s', 'Consul index= 90000 poll'],
    ['/v1/kv/a?index=7', 'Consul index= 300000 poll'],
    ['/v1/kv/a?index=7&wait=30m', 'Consul index= 600000 poll'],
    ['/v2/keys/a?wait=true', 'etcd wait=true open poll'],
    ['/bot1:A/getUpdates?timeout=30&offset=1', 'Telegram timeout= 30000 poll'],
    ['/bot1:A/getUpdates?timeout=0', 'none'],
    ['/_matrix/client/v3/sync?timeout=30000', 'Matrix timeout= 30000 poll'],
    ['/hub/poll?transport=longPolling&x', 'SignalR transport=longPolling open poll'],
    ['/google.firestore.v1.Firestore/Listen/channel?TYPE=xmlhttp&CI=0', 'WebChannel open poll'],
    ['/queue?Action=ReceiveMessage&WaitTimeSeconds=20', 'SQS ReceiveMessage 20000 poll'],
    ['/2/files/list_folder/longpoll', 'longpoll in the path open poll'],
    ['/a?wait=10', 'wait= 10000 maybe'],
    ['/a?timeout=25000', 'timeout= 25000 maybe'],
    ['/a?timeout=500ms', 'timeout= 500 maybe'],
    ['/a?timeout=2h', 'none'],
    ['/a?timeout=99999999999', 'none'],
    ['/a?timeout=soon', 'none'],
    ['/a?wait=true', 'none'],
    ['/longpolls', 'none'],
    ['/', 'none'],
  ])('%s: %s', (path, expected) => {
    expect(told(path)).toBe(expected);
  });

  it('is said by methods and headers too', () => {
    expect(told('/echo/000/abc/xhr', 'POST')).toBe('SockJS xhr open poll');
    expect(told('/echo/000/abc/xhr')).toBe('none');
    expect(told('/cometd/connect', 'POST')).toBe('CometD connect open poll');
    expect(told('/hub?id=x', 'GET', [['X-SignalR-User-Agent', 'Microsoft SignalR/8.0']])).toBe(
      'SignalR long polling open poll',
    );
    expect(told('/hub?id=x')).toBe('none');
    expect(told('/', 'POST', [['X-Amz-Target', 'AmazonSQS.ReceiveMessage']])).toBe(
      'SQS ReceiveMessage 20000 poll',
    );
    expect(told('/', 'GET', [['Prefer', 'respond-async, wait=10']])).toBe('Prefer: wait 10000 maybe');
    expect(told('/', 'GET', [['Prefer', 'await=10']])).toBe('none');
    expect(told('/?wait=5', 'PUT')).toBe('none');
  });

  it('is read from a hostile query in no time', () => {
    expect(told(`/?${'a&'.repeat(100_000)}wait=9`)).toBe('none');
    expect(told(`/?wait=${'9'.repeat(100_000)}`)).toBe('none');
  });

  it('was kept when the answer came in it, or near its end where the value may mean something else', () => {
    const poll = { by: '', waitMs: 30_000, isPoll: true };
    const maybe = { ...poll, isPoll: false };
    expect([999, 1000, 15_000, 34_000, 34_001].map((heldMs) => wasHeld(poll, heldMs))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([1000, 26_999, 27_000, 34_000, 34_001].map((heldMs) => wasHeld(maybe, heldMs))).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
    expect([999, 1000, 1e9].map((heldMs) => wasHeld({ ...poll, waitMs: null }, heldMs))).toEqual([
      false,
      true,
      true,
    ]);
  });
});
