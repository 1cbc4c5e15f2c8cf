import { describe, expect, it } from 'vitest';
import type { Client } from '../../core/contract/client.ts';
import { fail, succeed } from '../../core/model/result.ts';
import { bytesAsPages, createBodyPages, pageBytes, pagesKeptMax } from '../../renderer/state/body-pages.ts';

interface Asked {
  readonly from: number;
  readonly limit: number;
}

/** An engine that has one body of `size` bytes, each of them its offset modulo 251. */
function engineWith(size: number, codings: readonly string[] = []) {
  const asked: Asked[] = [];
  let running = 0;
  let mostAtOnce = 0;
  const read = async ({ from, limit }: Asked) => {
    asked.push({ from, limit });
    running += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    await Promise.resolve();
    running -= 1;
    const length = Math.max(0, Math.min(limit, size - from));
    const bytes = Uint8Array.from({ length }, (_, at) => (from + at) % 251);
    const done = from + length >= size;
    const totalBytes = codings.length === 0 || done ? size : null;
    return succeed({ bytes, totalBytes, done, codings: [...codings], decodeError: null, contentType: 'a/b' });
  };
  const client = { services: { bodies: { read } } } as unknown as Client;
  return { client: () => client, asked, mostAtOnce: () => mostAtOnce };
}

const source = { sessionId: 0, exchangeId: 1, side: 'response', decoded: true } as const;

describe('pages of a body', () => {
  it('give any stretch of it', async () => {
    const size = 3 * pageBytes + 100;
    const pages = createBodyPages(engineWith(size).client, source);
    const from = pageBytes - 5;
    const bytes = await pages.read(from, from + pageBytes + 10);
    expect(bytes).toHaveLength(pageBytes + 10);
    expect([bytes[0], bytes.at(-1)]).toEqual([from % 251, (from + pageBytes + 9) % 251]);
    expect(await pages.read(size - 3, size + 1000)).toHaveLength(3);
    expect(await pages.read(0, Infinity)).toHaveLength(size);
  });

  it('are asked for once while they are kept, and kept up to a bound', async () => {
    const engine = engineWith((pagesKeptMax + 20) * pageBytes);
    const pages = createBodyPages(engine.client, source);
    await Promise.all([pages.page(0), pages.page(0)]);
    await pages.page(0);
    expect(engine.asked).toHaveLength(1);
    for (let index = 1; index < pagesKeptMax + 10; index += 1) await pages.page(index);
    const before = engine.asked.length;
    await pages.page(0);
    expect(engine.asked).toHaveLength(before + 1);
  });

  it('of a body whose codings are undone are asked for one after another', async () => {
    const size = 6 * pageBytes + 1;
    const engine = engineWith(size, ['gzip']);
    const pages = createBodyPages(engine.client, source);
    await pages.page(0);
    expect(pages.info.get()).toMatchObject({ totalBytes: null, knownBytes: pageBytes });
    expect(await pages.read(0, Infinity)).toHaveLength(size);
    expect(engine.mostAtOnce()).toBe(1);
    expect(engine.asked.map(({ from }) => from)).toEqual([0, 1, 2, 3, 4, 5, 6].map((at) => at * pageBytes));
    expect(pages.info.get()).toMatchObject({ totalBytes: size, codings: ['gzip'] });
  });

  it('are not asked for beyond the end', async () => {
    const engine = engineWith(10);
    const pages = createBodyPages(engine.client, source);
    await pages.page(0);
    expect(await pages.page(5)).toBeUndefined();
    expect(engine.asked).toHaveLength(1);
  });

  it('say why they cannot be read', async () => {
    const read = () => Promise.resolve(fail('no-such-exchange', 'It is not there.'));
    const client = { services: { bodies: { read } } } as unknown as Client;
    const pages = createBodyPages(() => client, source);
    expect(await pages.page(0)).toBeUndefined();
    expect(pages.info.get()?.problem).toBe('It is not there.');
  });

  it('stop being read when nobody waits for them', async () => {
    const engine = engineWith(100 * pageBytes);
    const turn = new AbortController();
    const pages = createBodyPages(engine.client, source);
    await pages.read(0, Infinity, turn.signal, () => turn.abort());
    expect(engine.asked.length).toBeLessThan(10);
  });

  it('of bytes that are here need no engine', async () => {
    const pages = bytesAsPages(new Uint8Array(pageBytes + 5), null);
    expect(await pages.read(pageBytes, pageBytes + 100)).toHaveLength(5);
    expect(pages.peek(2)).toBeUndefined();
  });
});
