import { describe, expect, it } from 'vitest';
import type { Http2Event } from '../../../core/observers/http2-events.ts';
import { breach, describe as say, joinBodies, play, type PlayOptions } from './http2-script.ts';
import { readRecordings, type Recording } from './http2-recordings.ts';

function optionsOf({ upgradeSettings }: Recording): PlayOptions {
  return upgradeSettings === null ? {} : { upgraded: true, upgradeSettings };
}

/** What a server's access log would say, sorted; of a request that was not seen, `?`. */
function logOf(events: readonly Http2Event[]): string[] {
  const lines = new Map<number, { request: string; status: number; bytes: number }>();
  const lineOf = (h2Stream: number) => {
    const line = lines.get(h2Stream) ?? { request: '? ?', status: 0, bytes: 0 };
    lines.set(h2Stream, line);
    return line;
  };
  for (const event of events) {
    if (event.type === 'request-head')
      lineOf(event.h2Stream).request = `${event.head.method} ${event.head.path}`;
    else if (event.type === 'response-head') lineOf(event.h2Stream).status = event.head.status;
    else if (event.type === 'response-body') lineOf(event.h2Stream).bytes += event.data.length;
  }
  return [...lines.values()].map(({ request, status, bytes }) => `${request} ${status} ${bytes}`).sort();
}

/** Names and values in turn, by stream, of the last heads of a kind that are no interim ones. */
function headsOf(
  events: readonly Http2Event[],
  type: 'request-head' | 'response-head',
): Record<string, string[]> {
  const heads: Record<string, string[]> = {};
  for (const event of events) {
    if (event.type !== type || (event.type === 'response-head' && event.interim)) continue;
    heads[event.h2Stream] = event.head.headers.flat();
  }
  return heads;
}

describe('recorded connections', () => {
  const recordings = readRecordings();

  for (const recording of recordings) {
    it(`of ${recording.name} are told as the programs tell them`, () => {
      const events = play(recording.steps, optionsOf(recording));
      const upgraded = recording.upgradeSettings !== null;
      expect(breach(events, { client: null, server: null }, upgraded)).toBeNull();
      expect(events.filter((event) => event.type === 'defect' || event.type === 'unreadable')).toEqual([]);
      expect(events.flatMap((event) => ('head' in event ? event.head.defects : []))).toEqual([]);
      expect([recording.log, recording.requests]).not.toEqual([null, null]);
      if (recording.log !== null) expect(logOf(events)).toEqual(recording.log);
      if (recording.requests !== null) expect(headsOf(events, 'request-head')).toEqual(recording.requests);
      if (recording.responses !== null)
        expect(headsOf(events, 'response-head')).toMatchObject(recording.responses);
    });
  }

  function eventsOf(name: string): Http2Event[] {
    const recording = recordings.find((one) => one.name === name)!;
    return play(recording.steps, optionsOf(recording));
  }

  it('show trailers, early hints, a push, resets and a wait for a window of node:http2', () => {
    const lines = joinBodies(eventsOf('node-node')).map(say);
    expect(lines).toContain('server 7 promises 2 GET /pushed.css');
    expect(lines).toContain('server 2 body body{}');
    expect(lines).toContain('server 9 interim 103 link=</a.css>; rel=preload');
    expect(lines).toContain('server 9 trailers x-sum=abc x-count=2 end');
    expect(lines).toContain('server 13 reset INTERNAL_ERROR');
    expect(lines).toContain('client 17 reset CANCEL');
    expect(lines.filter((line) => line.startsWith('server 0 starved'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('server pong after'))).toHaveLength(1);
  });

  it('show the status of a gRPC call in its trailers', () => {
    const lines = eventsOf('grpc').map(say);
    expect(lines.filter((line) => line.includes('grpc-status'))).toEqual([
      expect.stringMatching(/^server 1 trailers grpc-status=0/),
      expect.stringMatching(/^server 3 head 200 .*grpc-status=5 grpc-message=nothing:%20100%20%25/),
      expect.stringMatching(/^server 5 trailers grpc-status=0/),
    ]);
  });

  it('show how Chromium and nghttp say priorities', () => {
    expect(eventsOf('chromium').map(say)).toContainEqual(
      expect.stringMatching(/^client 1 priority by headers-frame parent=0! weight=256/),
    );
    expect(eventsOf('nghttp-nginx').map(say).slice(1, 4)).toEqual([
      'client 3 priority by priority-frame parent=0 weight=201',
      'client 5 priority by priority-frame parent=0 weight=101',
      'client 7 priority by priority-frame parent=0 weight=1',
    ]);
  });
});
