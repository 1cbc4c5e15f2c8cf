import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Client } from '../../../core/contract/client.ts';
import { createClient } from '../../../core/contract/client.ts';
import { dispatch } from '../../../core/contract/dispatch.ts';
import { contract } from '../../../core/contract/index.ts';
import type { Channel, EngineMessage } from '../../../core/contract/wire.ts';
import type { Connection } from '../../../renderer/state/connection.ts';
import { createExchangeView } from '../../../renderer/state/exchange-view.ts';
import { createNotices } from '../../../renderer/state/notices.ts';
import { createStore } from '../../../renderer/state/store.ts';
import { createFakeEngine, type FakeEngine } from '../../support/fake-engine.ts';
import { patienceMs } from '../../support/patience.ts';

/** A connection whose engine can be taken away and replaced. */
function fakeConnection() {
  const listeners: ((client: Client) => void)[] = [];
  let current: Client | null = null;
  const connection: Connection = {
    state: createStore('ready' as const),
    client: () => current,
    onClient: (listener) => {
      listeners.push(listener);
      if (current !== null) listener(current);
    },
  };
  const attach = (engine: FakeEngine) => {
    const receivers = new Set<(message: EngineMessage) => void>();
    const deliver = (message: EngineMessage) => receivers.forEach((receive) => receive(message));
    const channel: Channel = {
      send: (message) =>
        void dispatch(contract, engine.handlers, message, null).then((answer) => {
          if (answer !== null) deliver(answer);
        }),
      onMessage: (listener) => receivers.add(listener),
      onClose: () => undefined,
      close: () => undefined,
    };
    engine.onEvent(deliver);
    current = createClient(contract, channel);
    for (const listener of listeners) listener(current);
  };
  return { connection, attach };
}

/** An engine that ends with the test. */
async function engineWith(exchanges: number): Promise<FakeEngine> {
  const engine = await createFakeEngine({ exchanges, recording: true, notice: null });
  onTestFinished(() => engine.close());
  return engine;
}

function windowOn(connection: Connection) {
  return createExchangeView(connection, { shownId: createStore<number | null>(1) }, createNotices());
}

describe('the rows of the window', () => {
  it('come in pages as they are needed', async () => {
    const { connection, attach } = fakeConnection();
    const view = windowOn(connection);
    attach(await engineWith(1000));
    await vi.waitFor(() => expect(view.state.get()).toMatchObject({ count: 1000, loaded: true }), patienceMs);
    expect([view.row(0)?.id, view.row(999)?.id, view.row(450)]).toEqual([1, 1000, undefined]);
    view.look(440, 479);
    await vi.waitFor(() => expect(view.row(450)?.id).toBe(451), patienceMs);
  });

  it('are never counted before they are here while the end is in sight', async () => {
    const { connection, attach } = fakeConnection();
    const view = windowOn(connection);
    const engine = await engineWith(195);
    attach(engine);
    await vi.waitFor(() => expect(view.state.get().count).toBe(195), patienceMs);
    view.look(150, 194);
    let gaps = 0;
    view.state.subscribe(() => {
      const { count } = view.state.get();
      if (view.row(count - 1) === undefined) gaps += 1;
      view.look(count - 40, count - 1);
    });
    for (let tick = 1; tick <= 6; tick += 1) {
      engine.add(4);
      await vi.waitFor(() => expect(view.state.get().count).toBe(195 + 4 * tick), patienceMs);
    }
    expect(gaps).toBe(0);
  });

  it('are all looked at when that was told before the first of them came', async () => {
    const { connection, attach } = fakeConnection();
    const view = windowOn(connection);
    const engine = await engineWith(40);
    const tellers: ((event: EngineMessage) => void)[] = [];
    const { openView, rows } = engine.handlers.exchanges;
    const exchanges = {
      ...engine.handlers.exchanges,
      openView: async (...asked: Parameters<typeof openView>) => {
        const opened = await openView(...asked);
        const progress = { done: 3, total: 40, isStopped: false };
        return opened.ok ? { ...opened, value: { ...opened.value, progress } } : opened;
      },
      rows: (...asked: Parameters<typeof rows>) => {
        const payload = { viewId: asked[0].viewId, count: 40, changed: null, progress: null };
        for (const tell of tellers)
          tell({ kind: 'event', service: 'exchanges', event: 'viewChanged', payload });
        return rows(...asked);
      },
    };
    attach({
      ...engine,
      handlers: { ...engine.handlers, exchanges },
      onEvent: (listener) => void tellers.push(listener),
    });
    await vi.waitFor(() => expect(view.state.get()).toMatchObject({ count: 40, loaded: true }), patienceMs);
    expect(view.state.get().progress).toBeNull();
  });

  it('change in place', async () => {
    const { connection, attach } = fakeConnection();
    const view = windowOn(connection);
    const engine = await engineWith(10);
    attach(engine);
    await vi.waitFor(() => expect(view.state.get().count).toBe(10), patienceMs);
    view.look(0, 9);
    engine.add(1);
    await vi.waitFor(() => expect(view.row(10)?.state).toBe('open'), patienceMs);
    view.look(0, 10);
    engine.add(1);
    await vi.waitFor(() => {
      view.look(0, 11);
      expect(view.row(10)?.state).toBe('done');
    }, patienceMs);
  });

  it('follow the filter and the order, the last ones when several were asked for', async () => {
    const { connection, attach } = fakeConnection();
    const view = windowOn(connection);
    attach(await engineWith(500));
    await vi.waitFor(() => expect(view.state.get().loaded).toBe(true), patienceMs);
    const before = view.state.get().generation;
    view.setFilter('method:post');
    view.setFilter('method:delete');
    view.setSort({ column: 'id', descending: true });
    expect(view.row(0)?.id).toBe(1);
    await vi.waitFor(() => expect(view.row(0)?.method).toBe('DELETE'), patienceMs);
    expect(view.state.get().generation).toBe(before + 1);
    expect(view.state.get().count).toBeLessThan(500);
    expect(view.row(0)?.id).toBeGreaterThan(view.row(1)?.id ?? Infinity);
  });

  it('stay while the engine is away and are read anew from the next one, filter and all', async () => {
    const { connection, attach } = fakeConnection();
    const view = windowOn(connection);
    attach(await engineWith(200));
    view.setFilter('method:put');
    await vi.waitFor(() => expect(view.row(1)?.method).toBe('PUT'), patienceMs);
    const id = view.row(1)?.id ?? 0;
    const { generation } = view.state.get();
    attach(await engineWith(300));
    expect(view.row(1)?.id).toBe(id);
    await vi.waitFor(() => expect(view.state.get().generation).toBe(generation + 1), patienceMs);
    expect(view.row(1)?.id).toBe(id);
    expect(await view.position(id)).toBe(1);
    expect(await view.position(9999)).toBeNull();
  });
});
