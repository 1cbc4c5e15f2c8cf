import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { unpackPieces } from '../../../../electron/engine/session/piece-list.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import {
  bytesOf,
  conversation,
  exchange,
  fullConversation,
  fullExchange,
  opened,
  startUs,
  tempPath,
  textOf,
  valueOf,
} from './support.ts';

describe('what is put into a session', () => {
  it('comes back with every column of the exchange and of both legs', async () => {
    const session = await opened(tempPath());
    const { sink } = session;
    const client = conversation(sink.nextConversationId());
    const server = fullConversation(sink.nextConversationId());
    sink.putConversation(client);
    sink.putConversation(server);
    const full = fullExchange(sink.nextExchangeId(), client.id, server.id);
    const bare = exchange(sink.nextExchangeId());
    sink.putExchange(full);
    sink.putExchange(bare);
    await session.flush();

    const detail = valueOf(await session.get(full.id));
    expect(detail.exchange).toEqual(full);
    expect(detail.clientLeg).toEqual(client);
    expect(detail.serverLeg).toEqual(server);
    const page = valueOf(await session.exportPage(0, 10));
    expect(page).toEqual([
      { exchange: full, clientLeg: client, serverLeg: server },
      { exchange: bare, clientLeg: null, serverLeg: null },
    ]);
    expect(valueOf(await session.exportPage(full.id, 10)).map((row) => row.exchange.id)).toEqual([bare.id]);
  });

  it('is the last state of a record, within a tick and over several', async () => {
    const session = await opened(tempPath());
    session.sink.putExchange(exchange(1, { state: 'open', status: null }));
    session.sink.putExchange(exchange(1, { state: 'open', status: 200 }));
    await session.flush();
    expect(valueOf(await session.get(1)).exchange).toMatchObject({ state: 'open', status: 200 });
    session.sink.putExchange(exchange(1, { state: 'done' }));
    await session.flush();
    expect(valueOf(await session.get(1)).exchange.state).toBe('done');
    expect(session.exchangeCount()).toBe(1);
  });

  it('keeps heads as the bytes they were and splits them tolerantly', async () => {
    const session = await opened(tempPath());
    const { sink } = session;
    const raw = 'HTTP/1.1 200 Caf\xe9\r\nX-Twice: 1\r\nx-twice:2\r\nno colon here\r\nEmpty:\r\n\r\n';
    sink.putExchange(exchange(1, { host: '::1', port: 8443 }));
    sink.putHead(1, 'request', bytesOf('GET http://x/ HTTP/1.1\nHost: x\n\n'), startUs);
    sink.putHead(1, 'interim', bytesOf('HTTP/1.1 100 Continue\r\n\r\n'), startUs);
    sink.putHead(1, 'interim', bytesOf('HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n'), startUs);
    sink.putHead(1, 'response', bytesOf(raw), startUs);
    sink.putHead(1, 'response-trailers', bytesOf('Digest: abc\r\n\r\n'), startUs);
    await session.flush();

    const detail = valueOf(await session.get(1));
    expect(detail.url).toBe('https://[::1]:8443/things/1');
    expect(detail.request).toMatchObject({ startLine: 'GET http://x/ HTTP/1.1', headers: [['Host', 'x']] });
    expect(detail.requestForwarded).toBeNull();
    expect(detail.interim.map(({ startLine }) => startLine)).toEqual([
      'HTTP/1.1 100 Continue',
      'HTTP/1.1 103 Early Hints',
    ]);
    expect(detail.response).toEqual({
      raw,
      startLine: 'HTTP/1.1 200 Caf\xe9',
      headers: [
        ['X-Twice', '1'],
        ['x-twice', '2'],
        ['Empty', ''],
      ],
    });
    expect(detail.requestTrailers).toEqual([]);
    expect(detail.responseTrailers).toEqual([['Digest', 'abc']]);
  });

  it.each([
    [{ scheme: 'https', host: 'a.example', port: 443, path: '/x?y' }, 'https://a.example/x?y'],
    [{ scheme: 'http', host: 'a.example', port: 443, path: '/' }, 'http://a.example:443/'],
    [{ scheme: 'http', host: '::1', port: 80, path: '/' }, 'http://[::1]/'],
    [{ scheme: 'tls', host: 'a.example', port: 443, path: '' }, 'a.example:443'],
    [{ scheme: 'tcp', host: '::1', port: 5432, path: '' }, '[::1]:5432'],
  ])('shows %o as %s', (changes, url) => {
    expect(exchangeUrl(exchange(1, changes))).toBe(url);
  });

  it('keeps when each piece of a body arrived, also when bodies interleave and slabs overflow', async () => {
    const file = tempPath();
    const session = await opened(file);
    const pieces = [100_000, 262_144, 1, 300_000].map((length, index) => Buffer.alloc(length, 97 + index));
    pieces.forEach((piece, index) => {
      expect(session.sink.appendBody(1, 'response', piece, startUs + index)).toBe(true);
      expect(session.sink.appendBody(2, 'request', bytesOf('other'), startUs + index + 0.5)).toBe(true);
    });
    session.sink.putExchange(exchange(1));
    session.sink.putExchange(exchange(2));
    await session.flush();
    const whole = Buffer.concat(pieces);

    const db = new Database(file, { readonly: true });
    const rows = db
      .prepare('SELECT packed FROM pieces WHERE exchangeId = 1 ORDER BY seq')
      .pluck()
      .all() as Uint8Array[];
    db.close();
    const arrived = new Map<number, number>();
    for (const { atUs, length } of rows.flatMap((packed) => unpackPieces(packed, () => true))) {
      arrived.set(atUs, (arrived.get(atUs) ?? 0) + length);
    }
    expect([...arrived]).toEqual(pieces.map((piece, index) => [startUs + index, piece.length]));

    for (const [from, limit] of [
      [0, 1000],
      [99_990, 20],
      [262_140, 262_144],
      [whole.length - 5, 100],
    ] as const) {
      const page = valueOf(await session.readBody(1, 'response', false, from, limit));
      expect(Buffer.compare(page.bytes, whole.subarray(from, from + limit))).toBe(0);
      expect(page.totalBytes).toBe(whole.length);
      expect(page.done).toBe(from + limit >= whole.length);
    }
    const other = valueOf(await session.readBody(2, 'request', true, 0, 100));
    expect(textOf(other.bytes)).toBe('otherotherotherother');
  });

  it('keeps heads that do not fit into what is left of a slab', async () => {
    const session = await opened(tempPath());
    const heads = [1, 2, 3, 4].map(
      (status) => `HTTP/1.1 10${status} Early\r\nFiller: ${'x'.repeat(200_000 + status)}\r\n\r\n`,
    );
    session.sink.putExchange(exchange(1));
    for (const head of heads) session.sink.putHead(1, 'interim', bytesOf(head), startUs);
    session.sink.appendBody(1, 'response', bytesOf('body'), startUs);
    session.sink.putHead(1, 'response', bytesOf(heads[0] as string), startUs);
    await session.flush();
    const detail = valueOf(await session.get(1));
    expect(detail.interim.map(({ raw }) => raw)).toEqual(heads);
    expect(detail.response?.raw).toBe(heads[0]);
    expect(detail.request).toBeNull();
  });

  it('is there after closing and opening again, and numbering goes on', async () => {
    const file = tempPath();
    const first = await opened(file, 'create');
    const id = first.sink.nextExchangeId();
    first.sink.putExchange(exchange(id));
    first.sink.putConversation(conversation(first.sink.nextConversationId()));
    first.sink.appendBody(id, 'response', bytesOf('one'), startUs);
    await first.close();
    expect(fs.readdirSync(path.dirname(file))).toEqual(['recording.plumb']);

    const second = await opened(file, 'open');
    expect(second.notice).toBeNull();
    expect(second.exchangeCount()).toBe(1);
    expect(second.sink.nextExchangeId()).toBe(id + 1);
    expect(second.sink.nextConversationId()).toBe(2);
    second.sink.putExchange(exchange(id + 1));
    second.sink.appendBody(id + 1, 'response', bytesOf('two'), startUs);
    await second.flush();
    expect(second.exchangeCount()).toBe(2);
    for (const [exchangeId, text] of [
      [id, 'one'],
      [id + 1, 'two'],
    ] as const) {
      const { bytes } = valueOf(await second.readBody(exchangeId, 'response', false, 0, 10));
      expect(textOf(bytes)).toBe(text);
    }
  });

  it('is readable while it is being recorded and nothing is known of what was not put', async () => {
    const session = await opened(tempPath());
    const missing = await session.get(7);
    expect(missing).toMatchObject({ ok: false, error: { code: 'no-such-exchange' } });
    const body = await session.readBody(7, 'response', false, 0, 10);
    expect(body).toMatchObject({ ok: false, error: { code: 'no-such-exchange' } });
    expect(await session.diskBytes()).toBeGreaterThan(0);
  });
});
