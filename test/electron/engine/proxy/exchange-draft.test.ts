import { describe, expect, it, onTestFinished } from 'vitest';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { createRecorder, type RecordingLimits } from '../../../../electron/engine/proxy/exchange-draft.ts';
import type { Leg } from '../../../../electron/engine/proxy/leg.ts';
import type { SessionSink } from '../../../../electron/engine/session/session-api.ts';

/** A recorder over a sink that keeps body bytes as text, and takes them while `accepts`. */
function createScene() {
  const stored = { request: '', response: '' };
  const rows: ExchangeRecord[] = [];
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
    putConversation: () => {},
    putHead: () => {},
    appendBody: (_id, side, bytes) => {
      if (scene.accepts) stored[side] += Buffer.from(bytes).toString();
      return scene.accepts;
    },
    putMessage: () => scene.accepts,
    putSecret: () => {},
  };
  const recorder = createRecorder(
    () => sink,
    () => scene.limits,
  );
  onTestFinished(recorder.close);
  const clientLeg = {
    ...{ conversationId: () => 1, countExchange: () => 0, fault: () => null },
    named: (use: (app: string) => void) => void (scene.nameIt = use),
  } as unknown as Leg;
  const begin = () =>
    recorder.begin({
      ...{ protocol: 'http/1.1', method: 'GET', scheme: 'http', host: 'a.example', port: 80, path: '/' },
      ...{ startedAtUs: 0, clientLeg },
    });
  return { scene, stored, rows, begin };
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
