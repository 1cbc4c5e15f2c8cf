import { Buffer } from 'node:buffer';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FrameList } from '../../../../core/decoders/websocket-message.ts';
import type { MessageRecord } from '../../../../core/model/message-record.ts';
import type { Sender } from '../../../../core/observers/observer.ts';
import { createWebSocketObserver } from '../../../../core/observers/websocket.ts';
import {
  createWebSocketInflater,
  shownBytesMax,
  sidesMax,
  type WebSocketSideBytes,
} from '../../../../electron/engine/session/websocket-inflate.ts';
import { createRandom } from '../../../core/observers/http1-script.ts';
import { deflating, frame } from '../../../core/observers/websocket-script.ts';
import { wsEncoder } from '../../../support/ws-frames.ts';

interface Side extends WebSocketSideBytes {
  readonly records: MessageRecord[];
  /** Bytes that were read since it was asked last. */
  readonly readBytes: () => number;
}

function sideOf(bytes: Uint8Array, sender: Sender = 'server', keepsContext = true): Side {
  const records: MessageRecord[] = [];
  const observer = createWebSocketObserver(deflating, (record) => records.push(record));
  observer.bytes(sender, bytes, 1);
  observer.end(sender, 'fin', 1);
  let read = 0;
  return {
    id: sender,
    records,
    frames: records,
    keepsContext,
    read: (from, length) => {
      const part = bytes.subarray(from, from + length);
      read += part.length;
      return part;
    },
    readBytes: () => {
      const count = read;
      read = 0;
      return count;
    },
  };
}

/** A compressed text frame around deflate data. */
function compressed(data: Uint8Array): Uint8Array {
  return frame({ opcode: 1, top: 0xc, payload: new Uint8Array(data) });
}

function deflated(text: string | Buffer): Buffer {
  return zlib.deflateRawSync(text, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

function jsonMessages(count: number): string[] {
  const random = createRandom(count);
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      index,
      price: random(100_000) / 100,
      symbol: `SYM${random(40)}`,
      note: 'x'.repeat(random(300)),
    }),
  );
}

async function textAt(
  side: Side,
  index: number,
  inflater = createWebSocketInflater(),
): Promise<string | null> {
  const message = await inflater.message(side, index);
  expect(message).toMatchObject({ cut: false, problem: null });
  return Buffer.from(message!.bytes).toString();
}

describe.each(['client', 'server'] as const)('messages that ws compresses as %s', (sender) => {
  it.each([
    ['with context takeover', {}, true],
    [
      'without',
      { [sender === 'server' ? 'server_no_context_takeover' : 'client_no_context_takeover']: true },
      false,
    ],
    [
      'with a window of 512 bytes',
      { [sender === 'server' ? 'server_max_window_bits' : 'client_max_window_bits']: 9 },
      true,
    ],
  ])('are read in any order: %s', async (_, parameters, keepsContext) => {
    const texts = jsonMessages(300);
    const encoder = wsEncoder(sender, parameters);
    for (const text of texts) await encoder.send(text);
    const side = sideOf(encoder.bytes(), sender, keepsContext);
    expect(side.records).toHaveLength(300);
    const inflater = createWebSocketInflater();
    const random = createRandom(4);
    for (const index of [299, 0, 298, ...Array.from({ length: 40 }, () => random(300))])
      expect(await textAt(side, index, inflater)).toBe(texts[index]);
  });

  it('are read when they are fragmented, with control and plain frames between them', async () => {
    const encoder = wsEncoder(sender, {});
    const whole = jsonMessages(30).join('\n');
    await encoder.send(whole.slice(0, 100), { fin: false });
    await encoder.ping('ping');
    await encoder.send(whole.slice(100, 4000), { fin: false });
    await encoder.send(whole.slice(4000), { fin: true });
    await encoder.send('plain', { compress: false });
    await encoder.send(Buffer.from(whole));
    await encoder.close(1000);
    const side = sideOf(encoder.bytes(), sender);
    expect(await textAt(side, 5)).toBe(whole);
    for (const index of [0, 2, 3]) expect(await textAt(side, index)).toBe(whole);
    expect(await textAt(side, 1)).toBe('ping');
    expect(await textAt(side, 4)).toBe('plain');
    expect(await createWebSocketInflater().message(side, 5)).toMatchObject({ opcode: 2 });
    expect(await createWebSocketInflater().message(side, 7)).toBeNull();
  });
});

describe('a far message', () => {
  it('does not begin at the first one again, however many there are', { timeout: 60_000 }, async () => {
    const encoder = wsEncoder('server', {});
    const random = createRandom(1);
    const texts = Array.from({ length: 200 }, () => Buffer.alloc(1_048_576, String(random(1000))));
    for (const text of texts) await encoder.send(text);
    const side = sideOf(encoder.bytes());
    const inflater = createWebSocketInflater();
    expect((await inflater.message(side, 199))?.bytes).toEqual(texts[199]);
    const first = side.readBytes();
    for (const index of [150, 77, 120, 20]) {
      expect((await inflater.message(side, index))?.bytes).toEqual(texts[index]);
      expect(side.readBytes()).toBeLessThan(first / 20);
    }
  });

  it('is read from the beginning again once many other sides were looked at', async () => {
    const encoder = wsEncoder('server', {});
    for (const text of jsonMessages(50)) await encoder.send(text);
    const side = sideOf(encoder.bytes());
    const inflater = createWebSocketInflater();
    await inflater.message(side, 48);
    side.readBytes();
    await inflater.message(side, 49);
    expect(side.readBytes()).toBeLessThan(100);
    for (let other = 0; other < sidesMax; other += 1)
      await inflater.message({ ...side, id: `other ${other}` }, 1);
    side.readBytes();
    await inflater.message(side, 49);
    expect(side.readBytes()).toBeGreaterThan(900);
  });
});

describe('a zip bomb', () => {
  it('shows its first 16 MiB, and what follows it is still read', async () => {
    const encoder = wsEncoder('server', {});
    await encoder.send('before');
    await encoder.send(Buffer.alloc(200 * 1024 * 1024));
    await encoder.send('before and after');
    const side = sideOf(encoder.bytes());
    const inflater = createWebSocketInflater();
    const before = process.memoryUsage().arrayBuffers;
    const bomb = await inflater.message(side, 1);
    expect(bomb).toMatchObject({ cut: true, problem: null });
    expect(bomb?.bytes).toHaveLength(shownBytesMax);
    expect(await textAt(side, 2, inflater)).toBe('before and after');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('of more than 1 GiB ends what can be read behind it', { timeout: 60_000 }, async () => {
    const mebibyte = zlib.deflateRawSync(Buffer.alloc(1_048_576), {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    });
    const bomb = Buffer.concat([...Array.from({ length: 1030 }, () => mebibyte), deflated('end')]);
    const side = sideOf(Buffer.concat([compressed(bomb), compressed(deflated('after'))]));
    expect(await createWebSocketInflater().message(side, 1)).toMatchObject({
      bytes: new Uint8Array(0),
      problem: expect.stringMatching(
        /^The message at frame 1 decodes to more than 1 GiB, and .*\.$/,
      ) as string,
    });
    expect(await textAt({ ...side, keepsContext: false }, 1)).toBe('after');
  });
});

describe('what is missing or damaged', () => {
  async function threeMessages(): Promise<Uint8Array> {
    const encoder = wsEncoder('server', {});
    for (const text of jsonMessages(3)) await encoder.send(text);
    return encoder.bytes();
  }

  it('in front of a message is said instead of showing nonsense', async () => {
    const side = sideOf(await threeMessages());
    const without = (index: number): Side => ({
      ...side,
      frames: side.records.filter((_, at) => at !== index),
    });
    for (const [changed, index] of [
      [without(0), 0],
      [without(1), 1],
    ] as const) {
      expect(await createWebSocketInflater().message(changed, index)).toMatchObject({
        bytes: new Uint8Array(0),
        problem: expect.stringMatching(
          /^Bytes are missing from the session at frame \d, and each message here is .*\.$/,
        ) as string,
      });
    }
    const forged: FrameList = {
      length: 3,
      at: (index) => (index === 1 ? undefined : side.records.at(index)),
    };
    expect((await createWebSocketInflater().message({ ...side, frames: forged }, 2))?.problem).toMatch(
      /frame 2/,
    );
  });

  it('of a message itself is said, and what came is shown', async () => {
    const texts = jsonMessages(3);
    const side = sideOf(await threeMessages());
    const [, second] = side.records;
    const end = second!.from + second!.headerBytes + second!.payloadBytes - 3;
    const short: Side = {
      ...side,
      read: (from, length) => side.read(from, Math.max(0, Math.min(length, end - from))),
    };
    const message = await createWebSocketInflater().message(short, 1);
    expect(message).toMatchObject({ problem: expect.stringContaining('Not all bytes') as string });
    const shown = Buffer.from(message!.bytes).toString();
    expect(texts[1]?.startsWith(shown)).toBe(true);
    expect(shown.length).toBeGreaterThan(10);
    expect((await createWebSocketInflater().message(short, 2))?.problem).toMatch(/^Bytes are missing/);
  });

  it('is no problem behind a message that needs nothing before it', async () => {
    const side = sideOf(Buffer.concat(['a', 'b'].map((text) => compressed(deflated(text)))), 'server', false);
    expect(await textAt({ ...side, frames: side.records.slice(1) }, 0)).toBe('b');
  });

  it('by a bad deflate block is said, for the message and those behind it', async () => {
    const bad = Buffer.concat([deflated('good').subarray(0, -1), Buffer.from([0xff, 0xff, 0xff])]);
    const side = sideOf(Buffer.concat([compressed(bad), compressed(deflated('next'))]));
    expect(await createWebSocketInflater().message(side, 0)).toMatchObject({
      problem: expect.stringContaining('is damaged; what is shown ends near') as string,
    });
    expect((await createWebSocketInflater().message(side, 1))?.problem).toMatch(
      /^The message at frame 1 is damaged/,
    );
  });

  it('at the end, because the message is still coming, is no problem', async () => {
    const bytes = await threeMessages();
    const side = sideOf(bytes.subarray(0, bytes.length - 3));
    const message = await createWebSocketInflater().message(side, 2);
    expect(message).toMatchObject({ cut: true, problem: null });
    expect(jsonMessages(3)[2]?.startsWith(Buffer.from(message!.bytes).toString())).toBe(true);
  });
});

describe('deflate data that ends by itself inside a message', () => {
  it('is read on behind its end (RFC 7692 section 7.2.3.4)', async () => {
    const ended = (text: string): Buffer => zlib.deflateRawSync(text);
    const one = Buffer.concat([ended('one'), Buffer.of(0)]);
    const two = Buffer.concat([ended('two '), ended('parts'), Buffer.of(0)]);
    const side = sideOf(Buffer.concat([one, two, deflated('three')].map((data) => compressed(data))));
    expect(await textAt(side, 2)).toBe('three');
    expect(await textAt(side, 0)).toBe('one');
    expect(await textAt(side, 1)).toBe('two parts');
  });

  it('again and again is damage, not work without end', async () => {
    const side = sideOf(compressed(Buffer.alloc(100_000, Buffer.of(3, 0))));
    expect((await createWebSocketInflater().message(side, 0))?.problem).toMatch(/is damaged/);
  });
});

/** Takes 1 s where it was written. */
describe('mutated messages', { timeout: 60_000 }, () => {
  it('are decoded or said not to be, without a failure', async () => {
    const encoder = wsEncoder('server', {});
    for (const text of jsonMessages(4)) await encoder.send(text);
    const bytes = encoder.bytes();
    const random = createRandom(7692);
    for (let index = 0; index < 3000; index += 1) {
      const changed = Uint8Array.from(bytes);
      for (let count = 1 + random(3); count > 0; count -= 1) changed[random(changed.length)] = random(256);
      const side = sideOf(changed);
      const message = await createWebSocketInflater().message(side, random(5));
      if (message !== null) expect(message.problem ?? 'None.').toMatch(/^[A-Z].*\.$/);
    }
  });
});
