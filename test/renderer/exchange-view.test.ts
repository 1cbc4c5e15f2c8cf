import { describe, expect, it } from 'vitest';
import type { Client } from '../../core/contract/client.ts';
import { createClient } from '../../core/contract/client.ts';
import { dispatch } from '../../core/contract/dispatch.ts';
import { contract } from '../../core/contract/index.ts';
import type { Channel, EngineMessage } from '../../core/contract/wire.ts';
import type { Connection } from '../../renderer/state/connection.ts';
import { createExchangeView } from '../../renderer/state/exchange-view.ts';
import { createNotices } from '../../renderer/state/notices.ts';
import { createStore } from '../../renderer/state/store.ts';
import { createFakeEngine, type FakeEngine } from '../support/fake-engine.ts';

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

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const engineWith = (exchanges: number) => createFakeEngine({ exchanges, recording: true, notice: null });

describe('the rows of the window', () => {
  it('come in pages as they are needed', async () => {
    const { connection, attach } = fakeConnection();
    const view = createExchangeView(connection, createNotices());
    attach(engineWith(1000));
    await settled();
    expect(view.state.get()).toMatchObject({ count: 1000, loaded: true });
    expect([view.row(0)?.id, view.row(999)?.id, view.row(450)]).toEqual([1, 1000, undefined]);
    view.need(440, 480);
    await settled();
    expect(view.row(450)?.id).toBe(451);
  });

  it('are never counted before they are here while the end is in sight', async () => {
    const { connection, attach } = fakeConnection();
    const view = createExchangeView(connection, createNotices());
    const engine = engineWith(195);
    attach(engine);
    await settled();
    view.need(150, 195);
    let gaps = 0;
    view.state.subscribe(() => {
      const { count } = view.state.get();
      if (view.row(count - 1) === undefined) gaps += 1;
      view.need(count - 40, count);
    });
    for (let tick = 0; tick < 6; tick += 1) {
      engine.add(4);
      await settled();
    }
    expect(view.state.get().count).toBe(219);
    expect(gaps).toBe(0);
  });

  it('change in place', async () => {
    const { connection, attach } = fakeConnection();
    const view = createExchangeView(connection, createNotices());
    const engine = engineWith(10);
    attach(engine);
    await settled();
    view.need(0, 10);
    engine.add(1);
    await settled();
    expect(view.row(10)?.state).toBe('open');
    view.need(0, 11);
    engine.add(1);
    await settled();
    expect(view.row(10)?.state).not.toBe('open');
  });

  it('follow the filter, the last one when several were asked for', async () => {
    const { connection, attach } = fakeConnection();
    const view = createExchangeView(connection, createNotices());
    attach(engineWith(500));
    await settled();
    const before = view.state.get().generation;
    view.setFilter([{ column: 'method', text: 'post' }]);
    view.setFilter([{ column: 'method', text: 'delete' }]);
    expect(view.row(0)?.id).toBe(1);
    await settled();
    expect(view.row(0)?.method).toBe('DELETE');
    expect(view.state.get().generation).toBe(before + 1);
    expect(view.state.get().count).toBeLessThan(500);
  });

  it('stay while the engine is away and are read anew from the next one, filter and all', async () => {
    const { connection, attach } = fakeConnection();
    const view = createExchangeView(connection, createNotices());
    attach(engineWith(200));
    await settled();
    view.setFilter([{ column: 'method', text: 'put' }]);
    await settled();
    const id = view.row(1)?.id ?? 0;
    attach(engineWith(300));
    expect(view.row(1)?.id).toBe(id);
    await settled();
    expect(view.row(1)?.id).toBe(id);
    expect(await view.position(id)).toBe(1);
    expect(await view.position(9999)).toBeNull();
  });
});
