import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ConversationRecord, ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import type { DialReport } from '../../../../electron/engine/proxy/dial.ts';
import { createRecorder, type RecordingLimits } from '../../../../electron/engine/proxy/exchange-draft.ts';
import type { Leg, Renamable } from '../../../../electron/engine/proxy/leg.ts';
import type { SessionSink } from '../../../../electron/engine/session/session-api.ts';

/** A recorder over a sink that keeps body bytes as text, and takes them while `accepts`. */
function createScene() {
  const stored = { request: '', response: '' };
  const rows: ExchangeRecord[] = [];
  const conversations: ConversationRecord[] = [];
  const scene = {
    limits: { bodyBytesMax: 0, paused: false } as RecordingLimits,
    accepts: true,
    nameIt: (_app: string): void => undefined,
  };
  let lastId = 0;
  const sink: SessionSink = {
    nextExchangeId: () => ++lastId,
    nextConversationId: () => 1,
    putExchange: (record) => void rows.push(record),
    putConversation: (record) => void conversations.push(record),
    putHead: () => {},
    appendBody: (_id, side, bytes) => {
      if (scene.accepts) stored[side] += Buffer.from(bytes).toString();
      return scene.accepts;
    },
    putMessage: () => scene.accepts,
    putSecret: () => {},
    putFacts: () => {},
  };
  const recorder = createRecorder(
    () => sink,
    () => scene.limits,
  );
  onTestFinished(recorder.close);
  const clientLeg = {
    visitor: null,
    ...{ conversationId: () => 1, countExchange: () => 0, fault: () => null },
    named: (what: Renamable) => void (scene.nameIt = (app) => what.rename(app)),
  } as unknown as Leg;
  const begin = () =>
    recorder.begin({
      ...{ protocol: 'http/1.1', method: 'GET', scheme: 'http', host: 'a.example', port: 80, path: '/' },
      ...{ startedAtUs: 0, clientLeg },
    });
  return { scene, stored, rows, conversations, begin };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('the limit of a body', () => {
  it('keeps exactly so many bytes of each side, counts all, and names both sides that were cut', () => {
    const { scene, stored, begin } = createScene();
    scene.limits = { bodyBytesMax: 5, paused: false };
    const draft = begin();
    for (const piece of ['abc', 'def', 'ghi']) draft.appendBody('response', bytes(piece), 1);
    draft.appendBody('request', bytes('12345'), 2);
    draft.appendBody('request', bytes('6'), 3);
    expect(stored).toEqual({ request: '12345', response: 'abcde' });
    expect([draft.fields.requestBytes, draft.fields.responseBytes]).toEqual([6, 9]);
    expect(draft.fields.recorded).toBe(
      'The response body is not stored from byte 5 on: no more than that is kept of a body (settings). The request body is not stored from byte 5 on: no more than that is kept of a body (settings).',
    );
  });

  it('says nothing of a body that fits to the byte', () => {
    const { scene, stored, begin } = createScene();
    scene.limits = { bodyBytesMax: 5, paused: false };
    const draft = begin();
    draft.appendBody('response', bytes('abcde'), 1);
    expect(stored.response).toBe('abcde');
    expect(draft.fields.recorded).toBe('full');
  });

  it('is the one that held when the exchange began', () => {
    const { scene, stored, begin } = createScene();
    const draft = begin();
    scene.limits = { bodyBytesMax: 1, paused: false };
    draft.appendBody('response', bytes('abc'), 1);
    expect(stored.response).toBe('abc');
  });
});

describe('a body of which something could not be stored', () => {
  it('is its beginning, without a hole, after the disk was too slow', () => {
    const { scene, stored, begin } = createScene();
    const draft = begin();
    draft.appendBody('response', bytes('abc'), 1);
    scene.accepts = false;
    draft.appendBody('response', bytes('def'), 2);
    scene.accepts = true;
    draft.appendBody('response', bytes('ghi'), 3);
    expect(stored.response).toBe('abc');
    expect(draft.fields.recorded).toBe(
      'The response body is not stored from byte 3 on: the disk could not keep up.',
    );
  });

  it('is its beginning after a pause, and the exchange still gets its end', () => {
    const { scene, stored, rows, begin } = createScene();
    const draft = begin();
    draft.appendBody('response', bytes('abc'), 1);
    scene.limits = { bodyBytesMax: 0, paused: true };
    draft.appendBody('response', bytes('def'), 2);
    scene.limits = { bodyBytesMax: 0, paused: false };
    draft.appendBody('response', bytes('ghi'), 3);
    draft.finish(4);
    expect(stored.response).toBe('abc');
    expect(rows.at(-1)).toMatchObject({ state: 'done', responseBytes: 9 });
    expect(draft.fields.recorded).toContain('recording was paused');
  });
});

it('puts nothing into the session for an exchange that begins while recording is paused', () => {
  const { scene, stored, rows, begin } = createScene();
  scene.limits = { bodyBytesMax: 0, paused: true };
  const draft = begin();
  scene.limits = { bodyBytesMax: 0, paused: false };
  draft.appendBody('response', bytes('abc'), 1);
  draft.finish(2);
  expect(stored.response).toBe('');
  expect(rows).toEqual([]);
});

describe('exchanges that stay open', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    return () => vi.useRealTimers();
  });

  const tick = () => vi.advanceTimersByTime(100);

  it('are all shown at the next tick, and again only when they changed', () => {
    const { rows, begin } = createScene();
    const drafts = Array.from({ length: 250 }, begin);
    tick();
    expect(new Set(rows.map(({ id }) => id)).size).toBe(250);
    tick();
    expect(rows).toHaveLength(250);
    drafts[3]?.appendBody('response', bytes('abc'), 1);
    tick();
    expect(rows.slice(250).map(({ id }) => id)).toEqual([4]);
  });

  it('are shown again a hundred at a time, those that wait longest first', () => {
    const { rows, begin } = createScene();
    const drafts = Array.from({ length: 250 }, begin);
    tick();
    const shown = () => rows.splice(0).map(({ id }) => id);
    const ids = shown();
    const change = () => drafts.forEach((draft) => draft.appendBody('response', bytes('a'), 1));
    change();
    tick();
    expect(shown()).toEqual(ids.slice(0, 100));
    change();
    tick();
    expect(shown()).toEqual(ids.slice(100, 200));
    tick();
    expect(shown()).toEqual([...ids.slice(200), ...ids.slice(0, 50)]);
  });
});

describe('the application of an exchange', () => {
  it('is what the request says until its process is known, while the exchange is open', () => {
    const { scene, rows, begin } = createScene();
    const draft = begin();
    expect(draft.fields.app).toBeNull();
    scene.nameIt('curl');
    draft.finish(5);
    expect(rows.map(({ state, app }) => [state, app])).toEqual([['done', 'curl']]);
  });

  it('is written once more when its process becomes known after the end, unless it is the same', () => {
    const { scene, rows, begin } = createScene();
    begin().finish(5);
    scene.nameIt('curl');
    scene.nameIt('curl');
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ state: 'done', app: 'curl', endedAtUs: 5 });
  });
});

describe('a dial that failed', () => {
  const report: DialReport = {
    ...{ openedAtUs: 1, dnsFromUs: null, dnsToUs: null, connectFromUs: 30, connectToUs: 40, readyAtUs: null },
    attempts: [
      { address: '10.0.0.1', port: 3128, fromUs: 10, toUs: 20, error: 'ECONNREFUSED' },
      { address: '10.0.0.2', port: 8080, fromUs: 30, toUs: 40, error: 'ECONNREFUSED' },
    ],
    ...{ via: 'http://proxy.test:8080', note: null },
  };

  it('keeps the address that its last way went to, with that port', () => {
    const { conversations, begin } = createScene();
    begin().attachFailedDial(report, 'a.example', 443, 'upstream-proxy-unreachable');
    expect(conversations).toMatchObject([
      { remoteAddress: '10.0.0.2', remotePort: 8080, hostName: 'a.example', via: 'http://proxy.test:8080' },
    ]);
  });

  it('has no address when none was tried', () => {
    const { conversations, begin } = createScene();
    begin().attachFailedDial({ ...report, connectFromUs: null }, 'a.example', 443, 'dns-failed');
    expect(conversations).toMatchObject([{ remoteAddress: '', remotePort: 443 }]);
  });
});
