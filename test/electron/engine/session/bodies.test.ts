import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bodyPageBytesMax as contractPageBytesMax } from '../../../../core/contract/bodies.ts';
import { bodyPageBytesMax } from '../../../../electron/engine/session/body-pages.ts';
import type { BodyPage } from '../../../../electron/engine/session/answers.ts';
import type { Session } from '../../../../electron/engine/session/session-api.ts';
import { bytesOf, exchange, opened, putResponse, startUs, tempPath, textOf, valueOf } from './support.ts';

const text = Array.from({ length: 30_000 }, (_, line) => `line ${line} ${(line * 7919) % 1009}\n`).join('');
const plain = Buffer.from(text, 'latin1');

function head(coding: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Encoding: ${coding}\r\n\r\n`;
}

/** Reads a decoded body forwards to its end. */
async function readAll(
  session: Session,
  id: number,
  pageBytes = 100_000,
): Promise<BodyPage & { pages: number }> {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (;;) {
    const page = valueOf(await session.readBody(id, 'response', true, from, pageBytes));
    parts.push(page.bytes);
    from += page.bytes.length;
    if (page.done) return { ...page, bytes: Buffer.concat(parts), pages: parts.length };
    if (page.bytes.length === 0) throw new Error('a page is empty though it is not the last');
  }
}

const codings: [string, string[], (bytes: Buffer) => Buffer][] = [
  ['gzip', ['gzip'], (bytes) => zlib.gzipSync(bytes)],
  ['X-GZip', ['gzip'], (bytes) => zlib.gzipSync(bytes)],
  ['deflate', ['deflate'], (bytes) => zlib.deflateSync(bytes)],
  ['deflate', ['deflate'], (bytes) => zlib.deflateRawSync(bytes)],
  [
    'br',
    ['br'],
    (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  ],
  ['zstd', ['zstd'], (bytes) => zlib.zstdCompressSync(bytes)],
  ['deflate, gzip', ['gzip', 'deflate'], (bytes) => zlib.gzipSync(zlib.deflateSync(bytes))],
  ['identity', [], (bytes) => bytes],
];

describe('a decoded body', () => {
  it.each(codings)('undoes %s in pages', async (field, undone, encode) => {
    const session = await opened(tempPath());
    const id = putResponse(session, head(field), encode(plain));
    await session.flush();
    const body = await readAll(session, id);
    expect(body.codings).toEqual(undone);
    expect(body.decodeError).toBeNull();
    expect(body.totalBytes).toBe(plain.length);
    expect(body.contentType).toBe('text/plain; charset=utf-8');
    expect(Buffer.compare(Buffer.from(body.bytes), plain)).toBe(0);
    expect(body.pages).toBe(Math.ceil(plain.length / 100_000));

    const middle = valueOf(await session.readBody(id, 'response', true, 123_456, 1000));
    expect(textOf(middle.bytes)).toBe(text.slice(123_456, 124_456));
    const before = valueOf(await session.readBody(id, 'response', true, 5, 10));
    expect(textOf(before.bytes)).toBe(text.slice(5, 15));
    const beyond = valueOf(await session.readBody(id, 'response', true, plain.length + 10, 10));
    expect(beyond).toMatchObject({ bytes: new Uint8Array(0), done: true, totalBytes: plain.length });
  });

  it.each(codings.slice(0, 6))(
    'that is cut off in %s gives what was there and says so',
    async (field, _, encode) => {
      const session = await opened(tempPath());
      const encoded = encode(plain);
      const id = putResponse(session, head(field), encoded.subarray(0, encoded.length - 2000));
      await session.flush();
      const body = await readAll(session, id);
      expect(body.decodeError).toMatch(/ends too early/);
      expect(body.totalBytes).toBeNull();
      expect(body.bytes.length).toBeGreaterThan(0);
      expect(text.startsWith(textOf(body.bytes))).toBe(true);
    },
  );

  it.each([0, 2, 4, 5].map((index) => codings[index] as (typeof codings)[number]))(
    'that is defective in %s gives all before the defect',
    async (field, _, encode) => {
      const session = await opened(tempPath());
      const encoded = Buffer.from(encode(plain));
      encoded.fill(0xff, 40_000, 40_400);
      const id = putResponse(session, head(field), encoded);
      await session.flush();
      const body = await readAll(session, id);
      expect(body.decodeError).toMatch(/not valid/);
      const intact = Math.floor((plain.length * 39_000) / encoded.length / 2);
      expect(textOf(body.bytes).slice(0, intact)).toBe(text.slice(0, intact));
    },
  );

  it('gives the bytes before a defect to the byte, in a body smaller than one piece', async () => {
    const session = await opened(tempPath());
    const stored = zlib.deflateRawSync(bytesOf('hello plumb line'), { level: 0 });
    const broken = Buffer.from(stored);
    broken[0] = 0; // Not the last block: what follows is read as another one.
    const id = putResponse(
      session,
      head('deflate'),
      Buffer.concat([broken, Buffer.from([0x07, 0xff, 0xff])]),
    );
    await session.flush();
    const body = await readAll(session, id);
    expect(textOf(body.bytes)).toBe('hello plumb line');
    expect(body.decodeError).toMatch(/not valid deflate.*first 16 decoded bytes/);
  });

  it('says which coding it does not know, and gives the bytes as they came', async () => {
    const session = await opened(tempPath());
    const id = putResponse(session, head('gzip, exi'), bytesOf('raw'));
    await session.flush();
    const page = valueOf(await session.readBody(id, 'response', true, 0, 100));
    expect(page.decodeError).toMatch(/“exi”/);
    expect(page.codings).toEqual([]);
    expect(textOf(page.bytes)).toBe('raw');
  });

  it('that is empty has nothing to undo', async () => {
    const session = await opened(tempPath());
    const id = putResponse(session, head('gzip'), new Uint8Array(0));
    await session.flush();
    const page = valueOf(await session.readBody(id, 'response', true, 0, 100));
    expect(page).toMatchObject({ totalBytes: 0, done: true, decodeError: null });
  });

  it('is decoded no further than asked, so that a bomb costs a page', async () => {
    const session = await opened(tempPath());
    const bomb = zlib.brotliCompressSync(Buffer.alloc(256 * 1024 * 1024), {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 },
    });
    const id = putResponse(session, head('br'), bomb);
    await session.flush();
    const before = process.memoryUsage().rss;
    const page = valueOf(await session.readBody(id, 'response', true, 0, 1000));
    expect(page).toMatchObject({ bytes: new Uint8Array(1000), done: false, totalBytes: null });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('of an open exchange shows what is there and goes on when more arrives', async () => {
    const session = await opened(tempPath());
    const encoded = zlib.gzipSync(plain);
    const id = session.sink.nextExchangeId();
    session.sink.putExchange(exchange(id, { state: 'open' }));
    session.sink.putHead(id, 'response', bytesOf(head('gzip')), startUs);
    session.sink.appendBody(id, 'response', encoded.subarray(0, 20_000), startUs);
    await session.flush();
    const first = valueOf(await session.readBody(id, 'response', true, 0, 262_144));
    expect(first).toMatchObject({ done: false, decodeError: null, totalBytes: null });
    expect(text.startsWith(textOf(first.bytes))).toBe(true);
    session.sink.appendBody(id, 'response', encoded.subarray(20_000), startUs + 1);
    session.sink.putExchange(exchange(id));
    await session.flush();
    const body = await readAll(session, id);
    expect(Buffer.compare(Buffer.from(body.bytes), plain)).toBe(0);
  });

  it('is read by several readers at once without mixing them up', async () => {
    const session = await opened(tempPath());
    const ids = Array.from({ length: 6 }, (_, index) =>
      putResponse(session, head('gzip'), zlib.gzipSync(Buffer.from(`${index}`.repeat(300_000)))),
    );
    await session.flush();
    const bodies = await Promise.all([...ids, ...ids].map((id) => readAll(session, id, 50_000)));
    bodies.forEach(({ bytes }, index) => {
      expect(textOf(bytes)).toBe(`${index % 6}`.repeat(300_000));
    });
  });

  it('has pages of the size the contract allows', () => {
    expect(bodyPageBytesMax).toBe(contractPageBytesMax);
  });
});
