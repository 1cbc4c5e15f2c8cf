import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClient, type Client } from '../../../core/contract/client.ts';
import { dispatch } from '../../../core/contract/dispatch.ts';
import { contract } from '../../../core/contract/index.ts';
import type { Channel, EngineMessage } from '../../../core/contract/wire.ts';
import type { Connection } from '../../../renderer/state/connection.ts';
import { createNotices } from '../../../renderer/state/notices.ts';
import { createSession } from '../../../renderer/state/session.ts';
import { createSideView, type SideViewPlace } from '../../../renderer/state/side-view.ts';
import { createStore } from '../../../renderer/state/store.ts';
import { createFakeEngine, type FakeEngine } from '../../support/fake-engine.ts';
import { patienceMs } from '../../support/patience.ts';

/** A connection whose engine can be replaced, as after its death. */
function replaceable() {
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

async function engineWith(exchanges: number): Promise<FakeEngine> {
  const engine = await createFakeEngine({ exchanges, recording: true, notice: null });
  onTestFinished(() => engine.close());
  return engine;
}

describe('the open sessions of a window', () => {
  it('tell when another one is shown, before its rows come', async () => {
    const { connection, attach } = replaceable();
    const session = createSession(connection, createNotices());
    const told: string[] = [];
    session.onSwitch({
      leave: (path) => told.push(`left ${path.slice(-10)} as ${session.shownId.get()}`),
      enter: (path) => told.push(`entered ${path.slice(-10)} as ${session.shownId.get()}`),
    });
    attach(await engineWith(1));
    await vi.waitFor(() => expect(session.shownId.get()).toBe(1), patienceMs);
    expect(await session.tryOpen('/tmp/saved.plumb')).toBeNull();
    expect(session.shownId.get()).toBe(2);
    expect(told).toEqual(['left slow.plumb as 1', 'entered aved.plumb as null']);
    session.step(1);
    expect(session.shownId.get()).toBe(1);
    session.step(-1);
    expect(session.shownId.get()).toBe(2);
    await session.close(2);
    await vi.waitFor(() => expect(session.shownId.get()).toBe(1), patienceMs);
    expect(await session.tryOpen('/tmp/none')).toMatchObject({
      message: 'There is no session at /tmp/none.',
    });
  });

  it('are opened again by an engine that takes the place of one that died', async () => {
    const { connection, attach } = replaceable();
    const session = createSession(connection, createNotices());
    attach(await engineWith(1));
    await vi.waitFor(() => expect(session.shownId.get()).toBe(1), patienceMs);
    await session.tryOpen('/tmp/saved.plumb');
    await session.tryOpen('/tmp/other.plumb');
    session.show(2);

    attach(await engineWith(1));
    await vi.waitFor(
      () =>
        expect(
          session.list
            .get()
            .map(({ name }) => name)
            .sort(),
        ).toHaveLength(3),
      patienceMs,
    );
    await vi.waitFor(() => expect(session.state.get()?.path).toBe('/tmp/saved.plumb'), patienceMs);
    await vi.waitFor(() => expect(session.shownId.get()).not.toBeNull(), patienceMs);
    expect(
      session.list
        .get()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['checkout-slow', 'other', 'saved']);
  });
});

describe('a view for figures', () => {
  it('asks when it opens and when something changed, not too often and not otherwise', async () => {
    const { connection, attach } = replaceable();
    const engine = await engineWith(10);
    let tell: (message: EngineMessage) => void = () => undefined;
    const change = (viewId: number | undefined): void => {
      const payload = { viewId, count: 10, changed: null, progress: null };
      tell({ kind: 'event', service: 'exchanges', event: 'viewChanged', payload });
    };
    const shownId = createStore<number | null>(1);
    const asked: SideViewPlace[] = [];
    const opened = new Map<number, string>();
    const filters = () => asked.map(({ viewId }) => opened.get(viewId));
    const exchanges: typeof engine.handlers.exchanges = {
      ...engine.handlers.exchanges,
      openView: async (request, context) => {
        const answer = await engine.handlers.exchanges.openView(request, context);
        if (answer.ok) opened.set(answer.value.viewId, request.filter);
        return answer;
      },
    };
    let letGo = (): void => undefined;
    const listed = new Promise<void>((resolve) => (letGo = resolve));
    const list = { settled: () => listed };
    const side = createSideView(connection, { session: { shownId }, list }, 20, (place) => {
      asked.push(place);
      return Promise.resolve();
    });
    // Its own events would come when they are ready, a last one of the ten exchanges among them.
    attach({
      ...engine,
      handlers: { ...engine.handlers, exchanges },
      onEvent: (listener) => (tell = listener),
    });
    side.show('status:200');
    await connection.client()?.services.session.list({});
    expect(filters()).toEqual([]);
    letGo();
    await vi.waitFor(() => expect(filters()).toEqual(['status:200']), patienceMs);
    side.show('status:200');
    side.show('host:api');
    await vi.waitFor(() => expect(filters()).toEqual(['status:200', 'host:api']), patienceMs);
    side.refresh();
    side.refresh();
    await vi.waitFor(() => expect(asked).toHaveLength(3), patienceMs);
    change(asked[0]?.viewId);
    change(asked[2]?.viewId);
    change(asked[2]?.viewId);
    await vi.waitFor(() => expect(asked).toHaveLength(4), patienceMs);
    side.show(null);
    change(asked[2]?.viewId);
    side.refresh();
    side.show('status:404');
    await vi.waitFor(() => expect(filters().slice(4)).toEqual(['status:404']), patienceMs);
  });
});
