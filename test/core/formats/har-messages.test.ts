import { describe, expect, it } from 'vitest';
import type { FormatMessage } from '../../../core/formats/format.ts';
import { readHar, writeHar } from '../../../core/formats/har.ts';
import type { MessageRecord } from '../../../core/model/message-record.ts';
import { formatExchange, plainBody, readAll, writeContext, type Flat } from './support.ts';

const at = 1_760_000_000_250_000;

function message(changes: Partial<MessageRecord>, data: string | null): FormatMessage {
  return {
    record: {
      ...{ side: 'request', kind: 'websocket', code: 1, flags: 5, from: 0, headerBytes: 6, payloadBytes: 2 },
      ...{ closeCode: 0, firstAtUs: at, lastAtUs: at },
      ...changes,
    },
    data: data === null ? null : new Uint8Array(Buffer.from(data, 'utf8')),
  };
}

const frames = [
  message({}, 'é'),
  message({ side: 'response', code: 2, flags: 1, headerBytes: 2, payloadBytes: 3 }, '\u0000\u0001\u0002'),
  message({ side: 'response', code: 8, flags: 1, from: 5, headerBytes: 2, closeCode: 1000 }, null),
];

async function* listOf(messages: readonly FormatMessage[]): AsyncGenerator<FormatMessage> {
  for (const each of messages) yield await Promise.resolve(each);
}

async function written(longLived: 'websocket' | 'event-stream'): Promise<string> {
  const exchange = formatExchange({
    record: { ...formatExchange().record, status: 101, longLived },
    requestBody: plainBody('\u0081\u0082abcdef'),
    messages: () => listOf(frames),
  });
  const parts: string[] = [];
  async function* one() {
    yield await Promise.resolve(exchange);
  }
  for await (const part of writeHar(one(), writeContext)) parts.push(part);
  return parts.join('');
}

async function recordsOf({ messages }: Flat): Promise<MessageRecord[]> {
  const records: MessageRecord[] = [];
  if (messages !== undefined) for await (const { record } of messages()) records.push(record);
  return records;
}

describe('messages in a HAR', () => {
  it('are written as browsers write those of a WebSocket', async () => {
    const har = JSON.parse(await written('websocket')) as { log: { entries: Record<string, unknown>[] } };
    expect(har.log.entries[0]?.['_webSocketMessages']).toEqual([
      { type: 'send', time: at / 1e6, opcode: 1, data: 'é' },
      { type: 'receive', time: at / 1e6, opcode: 2, data: 'AAEC' },
    ]);
  });

  it('come back with every frame where it stood', async () => {
    for (const longLived of ['websocket', 'event-stream'] as const) {
      const { exchanges } = await readAll(readHar, await written(longLived), 7);
      expect(await recordsOf(exchanges[0] as Flat)).toEqual(frames.map(({ record }) => record));
      expect(exchanges[0]?.requestText).toBe('\u0081\u0082abcdef');
    }
  });

  it('of a browser become the frames they would have been', async () => {
    const long = 'x'.repeat(70_000);
    const entry = {
      startedDateTime: '2026-01-31T12:00:00.500Z',
      request: { method: 'GET', url: 'wss://live.test/', headers: [] },
      response: { status: 101, headers: [], content: {} },
      timings: {},
      _webSocketMessages: [
        { type: 'send', time: 1.5, opcode: 1, data: 'hi "]' },
        { type: 'receive', time: 2.5, opcode: 2, data: 'AAEC' },
        { type: 'receive', time: 3, opcode: 9, data: '' },
        { type: 'receive', time: 'never', opcode: 1, data: long },
        null,
      ],
    };
    const har = JSON.stringify({ log: { creator: { name: 'WebInspector' }, entries: [entry] } });
    const { exchanges } = await readAll(readHar, har);
    const [socket] = exchanges as [Flat];
    expect(socket.record.longLived).toBe('websocket');
    expect(socket.requestText).toBe('\u0081\u0005hi "]');
    expect(socket.responseText.startsWith('\u0082\u0003\u0000\u0001\u0002\u0081\u007f')).toBe(true);
    const places = (await recordsOf(socket)).map(({ side, from, headerBytes, payloadBytes, lastAtUs }) => [
      ...[side, from, headerBytes, payloadBytes, lastAtUs],
    ]);
    expect(places).toEqual([
      ['request', 0, 2, 5, 1_500_000],
      ['response', 0, 2, 3, 2_500_000],
      ['response', 5, 10, 70_000, 0],
    ]);
  });
});
