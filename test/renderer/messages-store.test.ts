import { describe, expect, it } from 'vitest';
import type { Client } from '../../core/contract/client.ts';
import type { MessageFilter, MessageRow } from '../../core/contract/messages.ts';
import { createMessages, readMessage, rowsOf } from '../../renderer/state/messages.ts';

const place = { sessionId: 1, exchangeId: 7 };

function row(index: number): MessageRow {
  return {
    ...{ index, side: index % 2 === 0 ? 'request' : 'response', kind: 'websocket', name: 'text' },
    ...{ isData: true, compressed: false, defective: false, isPart: false, wireBytes: 10, contentBytes: 8 },
    ...{ closeCode: 0, firstAtUs: index, lastAtUs: index, preview: `message ${index}`, state: 'whole' },
  };
}

interface Asked {
  readonly from: number;
  readonly limit: number;
  readonly filter?: MessageFilter;
}

/** An engine that gives at most `rowsMax` rows at once, and looks at `lookedBy` messages a question. */
function engine(total: () => number, rowsMax = 40, lookedBy = 50) {
  const asked: Asked[] = [];
  let looked = 0;
  const list = (question: Asked) => {
    asked.push(question);
    const { from, limit, filter } = question;
    looked = filter === undefined ? total() : Math.min(total(), looked + lookedBy);
    const left = Array.from({ length: looked }, (_, index) => index).filter(
      (index) => filter?.side === undefined || (index % 2 === 0) === (filter.side === 'request'),
    );
    const rows = left.slice(from, from + Math.min(limit, rowsMax)).map(row);
    return Promise.resolve({
      ok: true,
      value: { rows, count: left.length, looked, total: total(), close: null },
    });
  };
  const get = ({ from }: { from: number }) =>
    Promise.resolve({
      ok: true,
      value: {
        ...{ bytes: Uint8Array.of(from, from + 1), totalBytes: 4, contentType: null, codings: [] },
        ...{ state: 'whole', problem: null, facts: [], frames: 1 },
      },
    });
  const client = { services: { messages: { list, get } } } as unknown as Client;
  return { client, asked };
}

describe('the messages of an exchange', () => {
  it('are fetched a page at a time, in as many answers as the engine needs', async () => {
    const { client, asked } = engine(() => 230);
    const messages = createMessages(() => client, place);
    messages.setFilter(null);
    await expect.poll(() => messages.row(99)?.preview).toBe('message 99');
    expect(messages.state.get()).toMatchObject({ total: 230, count: 230, loaded: true });
    expect(messages.row(229)).toBeUndefined();
    await expect.poll(() => messages.row(229)?.preview).toBe('message 229');
    expect(asked.map(({ from, limit }) => [from, limit])).toEqual([
      ...[
        [0, 100],
        [40, 60],
        [80, 20],
      ],
      [200, 100],
    ]);
  });

  it('grow while the exchange is open', async () => {
    let total = 3;
    const { client } = engine(() => total);
    const messages = createMessages(() => client, place);
    messages.setFilter(null);
    await expect.poll(() => messages.row(2)?.index).toBe(2);
    total = 5;
    messages.refresh();
    await expect.poll(() => messages.row(4)?.index).toBe(4);
    expect(messages.state.get().count).toBe(5);
  });

  it('are looked through to the end when there is a filter, and answers of an earlier one do not count', async () => {
    const { client } = engine(() => 230);
    const messages = createMessages(() => client, place);
    messages.setFilter({ text: 'x', side: 'request', sort: null });
    messages.setFilter({ text: 'x', side: 'response', sort: null });
    await expect.poll(() => messages.state.get().looked).toBe(230);
    expect(messages.state.get().count).toBe(115);
    await expect.poll(() => messages.row(0)?.side).toBe('response');
  });

  it('are read whole, in pages', async () => {
    const { client } = engine(() => 1);
    expect(await readMessage(client, place, 0, true)).toMatchObject({ bytes: Uint8Array.of(0, 1, 2, 3) });
    expect(await readMessage(null, place, 0, true)).toBe('The engine is not connected.');
  });

  it('can be gone through one by one', async () => {
    const { client } = engine(() => 95);
    const indexes: number[] = [];
    for await (const { index } of rowsOf(client, place, null, 1000)) indexes.push(index);
    expect(indexes).toEqual(Array.from({ length: 95 }, (_, index) => index));
  });
});
