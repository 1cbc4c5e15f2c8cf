import { describe, expect, it } from 'vitest';
import type { CallMessage, Channel, EngineMessage } from '../../core/contract/wire.ts';
import type { ChannelEvents } from '../../renderer/state/channel-events.ts';
import { createConnection } from '../../renderer/state/connection.ts';

/** One end of a channel; the test plays the engine. */
function scriptedChannel() {
  const calls: CallMessage[] = [];
  let deliver: (message: EngineMessage) => void = () => {};
  const closers: (() => void)[] = [];
  const channel: Channel = {
    send: (message) => calls.push(message),
    onMessage: (listener) => (deliver = listener),
    onClose: (listener) => closers.push(listener),
    close: () => {
      for (const closer of closers) closer();
    },
  };
  const answerAll = () => {
    for (const { id } of calls.splice(0)) deliver({ kind: 'answer', id, outcome: { ok: true, value: {} } });
  };
  return { channel, answerAll };
}

function connected() {
  const started: ChannelEvents[] = [];
  const connection = createConnection((events) => started.push(events));
  const [events] = started;
  if (events === undefined) throw new Error('Nothing was started.');
  return { connection, events };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('the connection to the engine', () => {
  it('is ready when the engine first answered', async () => {
    const { connection, events } = connected();
    const first = scriptedChannel();
    expect(connection.state.get()).toBe('connecting');
    events.opened(first.channel);
    await settled();
    expect(connection.state.get()).toBe('connecting');
    first.answerAll();
    await settled();
    expect(connection.state.get()).toBe('ready');
  });

  it('is lost with its channel, answers what was open, and comes back with the next one', async () => {
    const { connection, events } = connected();
    const [first, second] = [scriptedChannel(), scriptedChannel()];
    const clients: unknown[] = [];
    connection.onClient((client) => clients.push(client));
    events.opened(first.channel);
    first.answerAll();
    await settled();
    const open = connection.client()?.services.session.state({});
    first.channel.close();
    expect(connection.state.get()).toBe('lost');
    expect(connection.client()).toBeNull();
    expect(await open).toMatchObject({ ok: false, error: { code: 'engine-gone' } });

    events.opened(second.channel);
    expect(connection.state.get()).toBe('lost');
    second.answerAll();
    await settled();
    expect(connection.state.get()).toBe('ready');
    expect(clients).toHaveLength(2);
  });

  it('is not refused while it works', async () => {
    const { connection, events } = connected();
    const first = scriptedChannel();
    events.opened(first.channel);
    first.answerAll();
    await settled();
    events.refused();
    expect(connection.state.get()).toBe('ready');
  });

  it('is refused when the engine lets nobody in', () => {
    const { connection, events } = connected();
    events.refused();
    expect(connection.state.get()).toBe('refused');
  });
});
