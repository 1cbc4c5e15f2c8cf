import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { BodySide, ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import type { MessageRow } from '../../../../core/contract/messages.ts';
import type { Session } from '../../../../electron/engine/session/session-api.ts';
import {
  headText,
  putLong,
  webSocketRecord,
  type Arrival,
  type LongFake,
} from '../../../support/long-exchange.ts';
import { exchangeRecord } from '../../../support/records.ts';
import { closePayload, createDeflater, frameBytes, grpcFrame } from '../../../support/web-socket-bytes.ts';
import { codeOf, opened, startUs, tempPath, valueOf } from './support.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const arrival = (side: BodySide, at: number, payload: Uint8Array): Arrival => ({
  side,
  bytes: payload,
  atUs: startUs + at * 1000,
});
const sent = (at: number, opcode: number, text: string) =>
  arrival('request', at, frameBytes({ opcode, payload: bytes(text), masked: true }));
const received = (at: number, opcode: number, text: string) =>
  arrival('response', at, frameBytes({ opcode, payload: bytes(text) }));

function webSocket(
  arrivals: readonly Arrival[],
  changes: Partial<ExchangeRecord> = {},
  deflate = '',
): LongFake {
  return {
    kind: 'websocket',
    record: webSocketRecord({ id: 1, startedAtUs: startUs, ...changes }),
    clientLeg: null,
    serverLeg: null,
    heads: {
      request: headText('GET /live HTTP/1.1', { Upgrade: 'websocket' }),
      response: headText('HTTP/1.1 101 Switching Protocols', {
        Upgrade: 'websocket',
        ...(deflate === '' ? {} : { 'Sec-WebSocket-Extensions': deflate }),
      }),
    },
    arrivals,
  };
}

async function sessionWith(...fakes: readonly LongFake[]): Promise<Session> {
  const session = await opened(tempPath());
  for (const fake of fakes) {
    session.sink.nextExchangeId();
    putLong(session.sink, fake);
  }
  await session.flush();
  return session;
}

/** All rows, however many answers that takes. */
async function rowsOf(session: Session): Promise<MessageRow[]> {
  const rows: MessageRow[] = [];
  for (;;) {
    const list = valueOf(await session.listMessages(1, rows.length, 200, null));
    rows.push(...list.rows);
    if (rows.length >= list.total) return rows;
  }
}

async function textAt(session: Session, index: number, exchangeId = 1): Promise<string> {
  const page = valueOf(await session.readMessage(exchangeId, index, true, 0, 1000));
  return Buffer.from(page.bytes).toString('utf8');
}

const fragmented = [
  arrival('response', 4, frameBytes({ opcode: 1, payload: bytes('{"part":'), final: false })),
  received(5, 9, ''),
  arrival('response', 6, frameBytes({ opcode: 0, payload: bytes('"two"}') })),
];

describe('the messages of a WebSocket', () => {
  it('are listed frame by frame with what they are, and read back unmasked', async () => {
    const session = await sessionWith(
      webSocket([
        sent(1, 1, '{"subscribe":"lamps"}'),
        received(2, 2, '\u0000\u0001\u0002'),
        ...fragmented,
        arrival(
          'request',
          8,
          frameBytes({ opcode: 8, payload: closePayload(1001, 'page left'), masked: true }),
        ),
      ]),
    );
    const rows = await rowsOf(session);
    expect(
      rows.map(({ side, name, preview, isPart, closeCode }) => [side, name, preview, isPart, closeCode]),
    ).toEqual([
      ['request', 'text', '{"subscribe":"lamps"}', false, 0],
      ['response', 'binary', '00 01 02', false, 0],
      ['response', 'text', '{"part":', false, 0],
      ['response', 'ping', '', false, 0],
      ['response', 'continuation', '', true, 0],
      ['request', 'close', 'page left', false, 1001],
    ]);
    expect(await textAt(session, 0)).toBe('{"subscribe":"lamps"}');
    expect(await textAt(session, 2)).toBe('{"part":"two"}');
    expect(await textAt(session, 4)).toBe('{"part":"two"}');
    const close = valueOf(await session.readMessage(1, 5, true, 0, 1000));
    expect(close.facts.slice(0, 1)).toEqual([['Close code', '1001']]);
    const raw = valueOf(await session.readMessage(1, 0, false, 0, 1000));
    expect(raw.bytes[0]).toBe(0x81);
    expect(codeOf(await session.readMessage(1, 99, true, 0, 10))).toBe('no-such-message');
    expect(codeOf(await session.listMessages(9, 0, 10, null))).toBe('no-such-exchange');
  });

  it('are inflated with what came before them, whichever is looked at first', async () => {
    const deflate = createDeflater();
    const texts = Array.from({ length: 300 }, (_, at) => `{"lamp":"Évora","price":${at}}`);
    const frames = texts.map((text, at) =>
      arrival('response', at, frameBytes({ opcode: 1, payload: deflate(bytes(text)), compressed: true })),
    );
    const session = await sessionWith(webSocket(frames, {}, 'permessage-deflate'));
    expect(await textAt(session, 299)).toBe(texts[299]);
    expect(await textAt(session, 3)).toBe(texts[3]);
    const { rows } = valueOf(await session.listMessages(1, 200, 1, null));
    expect(rows[0]).toMatchObject({
      preview: texts[200],
      compressed: true,
      contentBytes: bytes(texts[200] ?? '').length,
    });
  });

  it('are found by their text, their side and what they are, a part of the list at a time', async () => {
    const arrivals = Array.from({ length: 500 }, (_, at) =>
      at % 10 === 9
        ? received(at, 9, 'alive')
        : at % 2 === 0
          ? sent(at, 1, `ask ${at}`)
          : received(at, 1, `Reply ${at}`),
    );
    const session = await sessionWith(webSocket(arrivals));
    const all = async (filter: { text: string; side: BodySide | null; sort: 'data' | 'control' | null }) => {
      for (;;) {
        const list = valueOf(await session.listMessages(1, 0, 200, filter));
        if (list.looked === list.total) return list.count;
      }
    };
    expect(await all({ text: 'reply 4', side: null, sort: null })).toBe(44);
    expect(await all({ text: '', side: 'request', sort: null })).toBe(250);
    expect(await all({ text: '', side: null, sort: 'control' })).toBe(50);
    expect(await all({ text: 'nowhere', side: null, sort: null })).toBe(0);
  });

  it('come live while the exchange is open', async () => {
    const session = await sessionWith(webSocket([sent(1, 1, 'one')], { state: 'open', endedAtUs: null }));
    expect(valueOf(await session.listMessages(1, 0, 10, null)).total).toBe(1);
    const more = frameBytes({ opcode: 1, payload: bytes('two') });
    session.sink.appendBody(1, 'response', more, startUs + 9000);
    session.sink.putMessage(1, {
      ...{ side: 'response', kind: 'websocket', code: 1, flags: 1, from: 0, headerBytes: 2, payloadBytes: 3 },
      ...{ closeCode: 0, firstAtUs: startUs, lastAtUs: startUs },
    });
    await session.flush();
    expect(valueOf(await session.listMessages(1, 1, 10, null)).rows.map(({ preview }) => preview)).toEqual([
      'two',
    ]);
  });

  it('say that they are not stored, or cannot be decoded because an earlier part is missing', async () => {
    const deflate = createDeflater();
    const [first, second] = ['a lamp, a lamp, a lamp', 'a lamp again'].map((text) =>
      frameBytes({ opcode: 1, payload: deflate(bytes(text)), compressed: true }),
    ) as [Buffer, Buffer];
    const fake = webSocket(
      [arrival('response', 1, first), arrival('response', 2, second)],
      { recorded: 'The response body is not stored from byte 4 on: the disk could not keep up.' },
      'permessage-deflate',
    );
    const session = await sessionWith({ ...fake, storedTo: 4 });
    const rows = await rowsOf(session);
    expect(rows.map(({ state }) => state)).toEqual(['cut', 'not-stored']);
    const lost = valueOf(await session.readMessage(1, 1, true, 0, 10));
    expect(lost.problem).toContain('the disk could not keep up');
  });

  it('are what its decoded bodies hold, so that text is found in them', async () => {
    const deflate = createDeflater();
    const frames = ['{"lamp":"Tromsø"}', '{"lamp":"Evora desk"}'].map((text, at) =>
      arrival('response', at, frameBytes({ opcode: 1, payload: deflate(bytes(text)), compressed: true })),
    );
    const session = await sessionWith(
      webSocket([sent(0, 1, 'masked words'), ...frames], {}, 'permessage-deflate'),
    );
    const body = valueOf(await session.readBody(1, 'response', true, 0, 1000));
    expect(Buffer.from(body.bytes).toString('utf8')).toBe('{"lamp":"Tromsø"}\n{"lamp":"Evora desk"}\n');
    expect(body).toMatchObject({ done: true, codings: ['WebSocket frames'] });
    const raw = valueOf(await session.readBody(1, 'response', false, 0, 1000));
    expect(raw.bytes).toHaveLength(frames.reduce((sum, frame) => sum + frame.bytes.length, 0));
    for (const [filter, count] of [
      ['body:"evora desk"', 1],
      ['request-body:"masked words"', 1],
      ['response-body:"masked words"', 0],
    ] as const) {
      const view = valueOf(await session.openView(filter, { column: 'id', descending: false }));
      await expect.poll(async () => valueOf(await session.rows(view.viewId, 0, 10)).count).toBe(count);
    }
  });
});

describe('the messages of other exchanges', () => {
  it('are the events of a stream, with their names and what belongs to them', async () => {
    const stream =
      'retry: 3000\n\nevent: price\nid: 7\ndata: {"lamp":1}\ndata: {}\n\n: alive\n\ndata: plain\n\n';
    const session = await sessionWith({
      kind: 'event-stream',
      record: exchangeRecord({ id: 1, contentType: 'text/event-stream', longLived: 'event-stream' }),
      clientLeg: null,
      serverLeg: null,
      heads: { response: headText('HTTP/1.1 200 OK', { 'Content-Type': 'text/event-stream' }) },
      arrivals: [arrival('response', 0, bytes(stream))],
    });
    const rows = await rowsOf(session);
    expect(rows.map(({ name, preview, isData }) => [name, preview, isData])).toEqual([
      ['settings', 'retry 3000 ms', false],
      ['price', '{"lamp":1} {}', true],
      ['comment', 'alive', false],
      ['message', 'plain', true],
    ]);
    expect(await textAt(session, 1)).toBe('{"lamp":1}\n{}');
    expect(valueOf(await session.readMessage(1, 1, true, 0, 10)).facts).toContainEqual(['Id', '7']);
  });

  it('are the messages of a gRPC call, decompressed', async () => {
    const payload = Uint8Array.of(0x0a, 0x04, 0x4c, 0x61, 0x6d, 0x70, 0x10, 0x11);
    const session = await sessionWith({
      kind: 'grpc',
      record: exchangeRecord({ id: 1, method: 'POST', contentType: 'application/grpc', grpcStatus: 0 }),
      clientLeg: null,
      serverLeg: null,
      heads: {
        request: headText('POST /shop.Lamps/Get HTTP/2', { 'content-type': 'application/grpc' }),
        response: headText('HTTP/2 200', { 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' }),
      },
      arrivals: [
        arrival('request', 0, grpcFrame(payload)),
        arrival('response', 1, grpcFrame(zlib.gzipSync(payload), true)),
        arrival('response', 2, grpcFrame(bytes('no gzip'), true)),
      ],
    });
    const rows = await rowsOf(session);
    expect(rows.map(({ preview, state }) => [preview, state])).toEqual([
      ['1: "Lamp", 2: 17', 'whole'],
      ['1: "Lamp", 2: 17', 'whole'],
      ['no gzip', 'undecodable'],
    ]);
    const message = valueOf(await session.readMessage(1, 1, true, 0, 100));
    expect(message).toMatchObject({
      contentType: 'application/x-protobuf',
      codings: ['gzip'],
      totalBytes: 8,
    });
  });
});
