import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CaptureState } from '../../../../core/contract/capture.ts';
import type { AnswerMessage, EngineMessage } from '../../../../core/contract/wire.ts';
import { createEngine } from '../../../../electron/engine/engine.ts';
import { createDoor } from '../../../../electron/engine/services/door.ts';
import { openDatagrams } from '../../../support/datagrams.ts';
import { tempFolder, valueOf } from '../session/support.ts';
import { workers } from '../../../support/workers.ts';

/** A window: what it asks is answered, what happens is kept. */
async function openWindow(): Promise<{
  readonly ask: (method: string, params: unknown) => Promise<AnswerMessage['outcome']>;
  readonly changes: () => readonly CaptureState[];
}> {
  const folder = tempFolder();
  const engine = valueOf(
    await createEngine({
      dataDir: folder,
      upstreamCaFiles: [],
      insecureHosts: [],
      passThroughHosts: [],
      workers,
      controlPorts: () => [],
    }),
  );
  onTestFinished(engine.close);
  const opened = valueOf(await engine.openSession({ path: path.join(folder, 'a.plumb'), mode: 'create' }));
  valueOf(await engine.recordInto(opened.id));
  const door = createDoor(engine);
  onTestFinished(door.close);
  const messages: EngineMessage[] = [];
  const window = door.attach({ send: (message) => messages.push(message) });
  let lastId = 0;
  return {
    ask: async (method, params) => {
      const id = ++lastId;
      window.receive({ kind: 'call', id, service: 'capture', method, params });
      const isAnswer = (each: EngineMessage): each is AnswerMessage =>
        each.kind === 'answer' && each.id === id;
      const answer = await vi.waitUntil(() => messages.find(isAnswer), { timeout: 15_000 });
      return answer.outcome;
    },
    changes: () =>
      messages.flatMap((each) =>
        each.kind === 'event' && each.service === 'capture' ? [each.payload as CaptureState] : [],
      ),
  };
}

describe('a window', () => {
  it('starts a capture, hears how far it is, and stops it', async () => {
    const { ask, changes } = await openWindow();
    const datagrams = await openDatagrams();
    const source = { kind: 'interface', name: 'lo' };
    expect(await ask('start', { source, filter: datagrams.filter })).toEqual({
      ok: true,
      value: { captureId: 1 },
    });
    await datagrams.send(40);
    expect(await ask('stop', { captureId: 1 })).toEqual({ ok: true, value: {} });
    expect(await ask('list', {})).toMatchObject({
      value: { captures: [{ captureId: 1, source, state: 'ended', packets: 40, droppedByKernel: 0 }] },
    });
    expect(changes().map(({ state }) => state)).toEqual(
      expect.arrayContaining(['starting', 'running', 'ended']),
    );
    expect(changes().at(-1)).toMatchObject({ state: 'ended', packets: 40 });
  });

  it('hears whether packets can be captured, and what a filter means', async () => {
    const { ask } = await openWindow();
    expect(await ask('ability', {})).toMatchObject({ ok: true, value: { state: 'ready' } });
    expect(await ask('checkFilter', { filter: 'tcp port 80' })).toEqual({
      ok: true,
      value: { problem: null },
    });
    expect(await ask('checkFilter', { filter: 'tcp prt 80' })).toMatchObject({
      value: { problem: expect.stringMatching(/syntax error/) as string },
    });
  });

  it.each([
    ['start', { source: { kind: 'interface', name: 'nosuchcard' } }, 'no-such-interface'],
    ['start', { source: { kind: 'file', name: '/etc/passwd' } }, 'bad-params'],
    ['start', { source: { kind: 'interface', name: 'lo' }, snapBytes: 1e9 }, 'bad-params'],
    ['start', { source: { kind: 'interface', name: 'lo' }, filter: '-w /tmp/x' }, 'bad-filter'],
    ['stop', { captureId: 7 }, 'no-such-capture'],
  ])('hears why it cannot %s with %j', async (method, params, code) => {
    const { ask } = await openWindow();
    expect(await ask(method, params)).toMatchObject({ ok: false, error: { code } });
  });
});
