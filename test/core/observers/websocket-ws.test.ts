import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import {
  readClose,
  readWebSocketMessage,
  webSocketMessageAt,
} from '../../../core/decoders/websocket-message.ts';
import { messageFlags, type MessageRecord } from '../../../core/model/message-record.ts';
import { noExtensions } from '../../../core/model/websocket-extensions.ts';
import { createWebSocketObserver } from '../../../core/observers/websocket.ts';
import { wsEncoder } from '../../support/ws-frames.ts';
import { cutter } from './http1-script.ts';
import { describeFrame } from './websocket-script.ts';

function framesOf(sender: 'client' | 'server', bytes: Uint8Array): MessageRecord[] {
  const records: MessageRecord[] = [];
  const observer = createWebSocketObserver(noExtensions, (record) => records.push(record));
  for (const chunk of cutter(7, 5000)(bytes)) observer.bytes(sender, chunk, 1);
  observer.end(sender, 'fin', 2);
  return records;
}

describe.each(['client', 'server'] as const)('the frames that ws writes as %s', (sender) => {
  it('are found, and their messages read back', async () => {
    const encoder = wsEncoder(sender, null);
    const texts = ['', 'short', 'm'.repeat(126), 'l'.repeat(70_000)];
    for (const text of texts) await encoder.send(text);
    await encoder.send('one ', { fin: false });
    await encoder.ping('are you there');
    await encoder.send('two ', { fin: false });
    await encoder.pong('yes');
    await encoder.send('three', { fin: true });
    await encoder.send(Buffer.from([0, 255, 7]));
    await encoder.close(4000, 'genug ☾');
    const bytes = encoder.bytes();
    const read = (from: number, length: number): Uint8Array => bytes.subarray(from, from + length);
    const records = framesOf(sender, bytes);
    expect(records.some(({ flags }) => (flags & (messageFlags.defective | messageFlags.cut)) !== 0)).toBe(
      false,
    );
    const whole = (index: number): string => {
      const message = webSocketMessageAt(records, index)!;
      const { bytes: payload, cut } = readWebSocketMessage(message, read, 1_000_000);
      return `${message.first} ${message.opcode} ${Buffer.from(payload).toString('latin1')}${cut ? ' cut' : ''}`;
    };
    expect([0, 1, 2, 3].map(whole)).toEqual(texts.map((text, index) => `${index} 1 ${text}`));
    expect([4, 6, 8].map(whole)).toEqual(Array.from({ length: 3 }, () => '4 1 one two three'));
    expect([5, 7, 9].map(whole)).toEqual(['5 9 are you there', '7 10 yes', '9 2 \0ÿ\x07']);
    const close = webSocketMessageAt(records, 10)!;
    expect(readClose(readWebSocketMessage(close, read, 125).bytes)).toEqual({
      code: 4000,
      reason: 'genug ☾',
    });
    expect(records[10]).toMatchObject({ code: 8, closeCode: 4000 });
  });
});

describe('a message read back', () => {
  const record = (code: number, flags: number, from = 0): MessageRecord => ({
    side: 'response',
    kind: 'websocket',
    code,
    flags,
    from,
    headerBytes: 2,
    payloadBytes: 3,
    closeCode: 0,
    firstAtUs: 0,
    lastAtUs: 0,
  });
  const { final, cut } = messageFlags;

  it('is cut at the bound, where bytes are missing, and where its last frame is', () => {
    const bytes = Uint8Array.of(0x81, 3, 97, 98, 99);
    const read = (from: number, length: number): Uint8Array => bytes.subarray(from, from + length);
    const message = webSocketMessageAt([record(1, final)], 0)!;
    expect(readWebSocketMessage(message, read, 2)).toEqual({ bytes: Uint8Array.of(97, 98), cut: true });
    expect(readWebSocketMessage(message, read, 3)).toEqual({ bytes: Uint8Array.of(97, 98, 99), cut: false });
    expect(readWebSocketMessage(message, () => bytes.subarray(0, 3), 9)).toEqual({
      bytes: Uint8Array.of(97),
      cut: true,
    });
    expect(webSocketMessageAt([record(1, 0)], 0)).toMatchObject({ complete: false });
    expect(webSocketMessageAt([record(1, final | cut)], 0)).toMatchObject({ complete: false });
  });

  it('begins and ends where frames allow, whatever their order', () => {
    const frames = [
      record(0, 0),
      record(0, final),
      record(1, 0),
      record(9, final),
      record(2, final),
      record(0, final),
    ];
    expect(
      [0, 1, 2, 3, 4, 5]
        .map((index) => webSocketMessageAt(frames, index)!)
        .map(({ first, opcode, frames: parts, complete }) => [first, opcode, parts.length, complete]),
    ).toEqual([
      [0, 0, 2, true],
      [0, 0, 2, true],
      [2, 1, 1, false],
      [3, 9, 1, true],
      [4, 2, 1, true],
      [5, 0, 1, true],
    ]);
    expect(webSocketMessageAt(frames, 6)).toBeNull();
    expect(webSocketMessageAt(frames, -1)).toBeNull();
  });

  it('of a close frame without code, or half of one, has none', () => {
    expect([readClose(new Uint8Array(0)), readClose(Uint8Array.of(3))].map(({ code }) => code)).toEqual([
      1005, 1005,
    ]);
    expect(describeFrame(record(8, final))).toBe('server close 0..5 of 3 final');
  });
});
