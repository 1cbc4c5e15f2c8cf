import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { MessageRecord } from '../../../core/model/message-record.ts';
import { noExtensions, type WebSocketExtensions } from '../../../core/model/websocket-extensions.ts';
import { closingCode, createWebSocketObserver } from '../../../core/observers/websocket.ts';
import { deflating, frame, raw, toClient, toldFrames, toServer } from './websocket-script.ts';

const hello = Buffer.from('Hello');

function closePayload(code: number, reason = ''): Uint8Array {
  return Uint8Array.from([code >> 8, code & 0xff, ...Buffer.from(reason)]);
}

describe('frames', () => {
  it('of both sides are told with their place, header and length', () => {
    expect(
      toldFrames([
        toServer({ opcode: 1, payload: hello }),
        toClient({ opcode: 1, payload: hello }),
        toClient({ opcode: 2, payload: new Uint8Array(200) }),
        toServer({ opcode: 2, payload: new Uint8Array(70_000) }),
      ]),
    ).toEqual([
      'client text 0..11 of 5 final masked',
      'server text 0..7 of 5 final',
      'server binary 7..211 of 200 final',
      'client binary 11..70025 of 70000 final masked',
    ]);
  });

  it('are told as RFC 6455 section 5.7 gives them', () => {
    expect(
      toldFrames([raw('client', 0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58)]),
    ).toEqual(['client text 0..11 of 5 final masked']);
    expect(toldFrames([raw('server', 0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f)])).toEqual([
      'server text 0..5 of 3',
      'server continuation 5..9 of 2 final',
    ]);
  });

  it('of control may stand inside a fragmented message', () => {
    expect(
      toldFrames([
        toClient({ opcode: 1, payload: hello, top: 0 }),
        toClient({ opcode: 9, payload: hello }),
        toClient({ opcode: 0, payload: hello, top: 0 }),
        toServer({ opcode: 10, payload: hello }),
        toClient({ opcode: 0, payload: hello }),
      ]),
    ).toEqual([
      'server text 0..7 of 5',
      'server ping 7..14 of 5 final',
      'server continuation 14..21 of 5',
      'client pong 0..11 of 5 final masked',
      'server continuation 21..28 of 5 final',
    ]);
  });

  it('that are compressed are marked, if permessage-deflate was agreed to', () => {
    const parts = [toClient({ opcode: 1, payload: hello, top: 4 }), toClient({ opcode: 0, payload: hello })];
    expect(toldFrames(parts, deflating)).toEqual([
      'server text 0..7 of 5 compressed',
      'server continuation 7..14 of 5 final',
    ]);
    expect(toldFrames(parts)).toEqual([
      'server text 0..7 of 5 defective',
      'server continuation 7..14 of 5 final',
    ]);
  });

  it('inside which the stream ends are told as far as they came', () => {
    expect(toldFrames([raw('client', 0x81)])).toEqual(['client text 0..1 of 0 final cut']);
    expect(toldFrames([raw('client', 0x01, 0xfe, 1)])).toEqual(['client text 0..3 of 0 masked cut']);
    expect(toldFrames([raw('server', 0x82, 5, 1, 2)])).toEqual(['server binary 0..4 of 2 final cut']);
    expect(toldFrames([raw('server', 0x88, 5, 3, 0xe8, 65)])).toEqual([
      'server close 0..5 of 3 1000 final cut',
    ]);
    expect(toldFrames([raw('server', 0x88, 5, 3)])).toEqual(['server close 0..3 of 1 final cut']);
    expect(toldFrames([toClient({ opcode: 9 })])).toEqual(['server ping 0..2 of 0 final']);
  });
});

describe('a defect', () => {
  const told = (parts: Parameters<typeof toldFrames>[0], extensions?: WebSocketExtensions): string =>
    toldFrames(parts, extensions).join('\n');

  it.each([
    ['the second reserved bit', toClient({ opcode: 1, top: 0xa })],
    ['the third reserved bit', toClient({ opcode: 1, top: 0x9 })],
    ['an opcode for data that is reserved', toClient({ opcode: 3 })],
    ['an opcode for control that is reserved', toClient({ opcode: 0xb })],
    ['a fragmented control frame', toClient({ opcode: 9, top: 0 })],
    ['a control frame of more than 125 bytes', toClient({ opcode: 9, payload: new Uint8Array(126) })],
    ['a client frame without a mask', toServer({ opcode: 1, mask: null })],
    ['a masked server frame', toClient({ opcode: 1, mask: [1, 2, 3, 4] })],
    ['a continuation of nothing', toClient({ opcode: 0 })],
    ['a length in 16 bits that fits 7', toClient({ opcode: 1, payload: hello, lengthForm: 16 })],
    ['a length in 64 bits that fits 16', toClient({ opcode: 1, payload: hello, lengthForm: 64 })],
    ['a close frame of one byte', toClient({ opcode: 8, payload: Uint8Array.of(3) })],
    ['a close code that no frame carries', toClient({ opcode: 8, payload: closePayload(1006) })],
    ['a close code below 1000', toClient({ opcode: 8, payload: closePayload(999) })],
    ['a close reason that is no UTF-8', toClient({ opcode: 8, payload: Uint8Array.of(3, 0xe8, 0xff) })],
  ])('is marked: %s', (_, part) => {
    expect(told([part])).toMatch(/ defective$/);
    expect(
      told([part, { sender: part.sender, bytes: frame({ opcode: 2, payload: hello }) }]).split('\n'),
    ).toHaveLength(2);
  });

  it('is marked: a message begun inside another', () => {
    expect(
      toldFrames([toClient({ opcode: 1, top: 0 }), toClient({ opcode: 2 }), toClient({ opcode: 0 })]),
    ).toEqual([
      'server text 0..2 of 0',
      'server binary 2..4 of 0 final defective',
      'server continuation 4..6 of 0 final defective',
    ]);
  });

  it('is marked: a compressed bit on a continuation or a control frame', () => {
    const parts = [
      toClient({ opcode: 1, top: 4 }),
      toClient({ opcode: 9, top: 0xc }),
      toClient({ opcode: 0, top: 0xc }),
    ];
    expect(toldFrames(parts, deflating)).toEqual([
      'server text 0..2 of 0 compressed',
      'server ping 2..4 of 0 final defective',
      'server continuation 4..6 of 0 final defective',
    ]);
  });

  it('is marked: a frame behind the close frame of its side', () => {
    expect(toldFrames([toClient({ opcode: 8 }), toClient({ opcode: 9 }), toServer({ opcode: 9 })])).toEqual([
      'server close 0..2 of 0 1005 final',
      'server ping 2..4 of 0 final defective',
      'client ping 0..6 of 0 final masked',
    ]);
  });

  it('is not seen in bits and opcodes that another agreed extension may use', () => {
    expect(toldFrames([toClient({ opcode: 3, top: 0xf })], { deflate: null, others: ['x-mux'] })).toEqual([
      'server opcode-3 0..2 of 0 final',
    ]);
  });

  it.each([
    ['with its highest bit set', [0x80, 0, 0, 0, 0, 0, 0, 0]],
    ['of 2^53 bytes', [0, 0x20, 0, 0, 0, 0, 0, 0]],
  ])('of a length %s ends the telling of that side', (_, length) => {
    const parts = [
      raw('server', 0x82, 127, ...length),
      toClient({ opcode: 1, payload: hello }),
      toServer({ opcode: 1, payload: hello }),
    ];
    expect(toldFrames(parts)).toEqual([
      'server binary 0..10 of 0 final defective',
      'client text 0..11 of 5 final masked',
    ]);
  });

  it('is not a length of 2^53 - 1 bytes', () => {
    expect(toldFrames([raw('server', 0x82, 127, 0, 0x1f, 255, 255, 255, 255, 255, 255, 7)])).toEqual([
      'server binary 0..11 of 1 final cut',
    ]);
  });
});

describe('a close', () => {
  function observed(...parts: ReturnType<typeof toClient>[]) {
    const records: MessageRecord[] = [];
    const observer = createWebSocketObserver(noExtensions, (record) => records.push(record));
    for (const { sender, bytes } of parts)
      for (const byte of bytes) observer.bytes(sender, Uint8Array.of(byte), 1);
    observer.end('client', 'reset', 2);
    observer.end('server', 'reset', 2);
    return { records, state: observer.closeState() };
  }

  it('is known with code and reason of both sides, and who began', () => {
    const { records, state } = observed(
      toServer({ opcode: 8, payload: closePayload(4001, 'gehe schlafen ☾') }),
      toClient({ opcode: 8, payload: closePayload(1000) }),
    );
    expect(records.map(({ closeCode }) => closeCode)).toEqual([4001, 1000]);
    expect(state).toEqual({
      client: { code: 4001, reason: 'gehe schlafen ☾' },
      server: { code: 1000, reason: '' },
      first: 'client',
    });
    expect(closingCode(state)).toBe(4001);
  });

  it('without a code is 1005, and none at all is 1006', () => {
    expect(closingCode(observed(toClient({ opcode: 8 })).state)).toBe(1005);
    expect(closingCode(observed(toClient({ opcode: 1 })).state)).toBe(1006);
    expect(closingCode(observed(raw('server', 0x88, 2, 3)).state)).toBe(1006);
  });
});

describe('a frame of 64 MiB', () => {
  it('in chunks costs no memory', () => {
    const length = 64 * 1024 * 1024;
    const records: MessageRecord[] = [];
    const observer = createWebSocketObserver(noExtensions, (record) => records.push(record));
    const chunk = new Uint8Array(65_536);
    observer.bytes('server', Uint8Array.of(0x82, 127, 0, 0, 0, 0, 4, 0, 0, 0), 1);
    const before = process.memoryUsage();
    for (let sent = 0; sent < length; sent += chunk.length) observer.bytes('server', chunk, 2);
    const after = process.memoryUsage();
    expect(records).toMatchObject([
      { from: 0, headerBytes: 10, payloadBytes: length, firstAtUs: 1, lastAtUs: 2 },
    ]);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_000_000);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(4_000_000);
  });
});
