import { cpuUsage, memoryUsage } from 'node:process';
import { describe, expect, it } from 'vitest';
import type { Http2Event } from '../../../core/observers/http2-events.ts';
import { createHttp2Observer, type Http2Limits } from '../../../core/observers/http2.ts';
import { nodePlatform } from '../../support/platform.ts';
import { bytesOf, createRandom, cutter, ends, type Step, STEP_US } from './http1-script.ts';
import {
  ACK,
  answer,
  block,
  breach,
  client,
  data,
  FLAGS,
  frame,
  get,
  goaway,
  headers,
  HELLO,
  indexed,
  join,
  literal,
  playInChunks,
  type PlayOptions,
  post,
  PREFACE,
  requestLines,
  rst,
  server,
  settings,
  tableSize,
  windowUpdate,
  word,
} from './http2-script.ts';
import { readRecordings } from './http2-recordings.ts';

const CASES = 100_000;
const SEED_BYTES_MAX = 600;

const SMALL: Partial<Http2Limits> = {
  blockBytesMax: 64,
  decodedBytesMax: 200,
  tableBytesMax: 100,
  streamsMax: 2,
  timedStreamsMax: 1,
  controlBytesMax: 16,
  pingsMax: 1,
  settingsMax: 1,
  defectsMax: 2,
};

const bomb = block(requestLines('/'), 'indexed');
const ATTACKS: readonly (readonly Step[])[] = [
  // HPACK bomb: an octet for each large field.
  [
    ...HELLO,
    client(
      headers(1, join(bomb, literal('b', 'x'.repeat(300), 'indexed')), true),
      headers(3, new Uint8Array(200).fill(0xbe), true),
      headers(5, join(bomb, tableSize(0), tableSize(4096)), true),
    ),
  ],
  // CONTINUATION flood.
  [
    ...HELLO,
    client(
      frame(1, 0, 1, bomb),
      ...Array.from({ length: 20 }, (_, count) => frame(9, 0, 1, new Uint8Array(count).fill(0x82))),
      frame(9, FLAGS.endHeaders, 1),
    ),
  ],
  // Rapid reset.
  [
    ...HELLO,
    client(...Array.from({ length: 8 }, (_, count) => join(get(2 * count + 1), rst(2 * count + 1, 8)))),
  ],
  // Windows and SETTINGS.
  [
    client(PREFACE, settings([4, 5], [1, 100], [5, 20_000]), post(1), post(3)),
    server(settings([4, 0]), ACK, answer(1), data(1, '12345'), answer(3), data(3, '123')),
    client(settings([4, 2]), windowUpdate(1, 3), windowUpdate(3, 100), ACK),
    server(ACK, data(3, 'more'), windowUpdate(0, 9), data(1, 'mo', true), goaway(1)),
    client(windowUpdate(3, 2 ** 31 - 1), data(1, 'abc'), settings([4, 100])),
    server(
      ACK,
      frame(6, 0, 0, join(word(1), word(2))),
      frame(5, 4, 1, join(word(2), bomb)),
      answer(2),
      data(2, 'css'),
    ),
    ends('client'),
    ends('server', 'reset'),
  ],
  [
    ...HELLO,
    client(frame(0, FLAGS.padded, 1, Uint8Array.of(3, 0, 0, 0)), frame(2, 0, 5, new Uint8Array(5)), get(1)),
  ],
];

/** The first bytes of each recording, so that a case takes microseconds. */
function seeds(): Step[][] {
  const recorded = readRecordings().map(({ steps }) => {
    let left = SEED_BYTES_MAX;
    return steps.flatMap((step) => {
      if ('ends' in step || left <= 0) return [];
      const bytes = step.bytes.subarray(0, left);
      left -= bytes.length;
      return [{ sender: step.sender, bytes }];
    });
  });
  return [...recorded, ...ATTACKS.map((steps) => [...steps])];
}

/** What hurts when it stands anywhere. */
const TRICKY: readonly Uint8Array[] = [
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x80),
  Uint8Array.of(0x20),
  new Uint8Array(9),
  indexed(62),
  indexed(1000),
  literal('a\r\n', 'b\0'),
  get(1),
  get(0x7fffffff),
  answer(1, '101'),
  rst(1, 0xffffffff),
  goaway(0),
  settings([4, 0xffffffff], [1, 0xffffffff]),
  ACK,
  windowUpdate(0, 0x7fffffff),
  frame(9, 0, 1),
  frame(5, 0, 1, word(0x7ffffffe)),
  PREFACE,
  bytesOf('HTTP/1.1 400 Bad Request\r\n\r\n'),
];

function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const at = random(bytes.length + 1);
  const before = bytes.subarray(0, at);
  switch (random(5)) {
    case 0: {
      const flipped = Uint8Array.from(bytes);
      if (at < bytes.length) flipped[at] = (bytes[at] as number) ^ (1 << random(8));
      return flipped;
    }
    case 1:
      return join(before, bytes.subarray(at + 1 + random(8)));
    case 2:
      return join(before, Uint8Array.of(random(256)), bytes.subarray(at));
    case 3:
      return before;
    default:
      return join(before, TRICKY[random(TRICKY.length)]!, bytes.subarray(at));
  }
}

/** As `playInChunks`, in chunks of one size and without copies: `data` of the events is not to be looked at. */
function playQuickly(steps: readonly Step[], chunkBytes: number, options: PlayOptions): Http2Event[] {
  const events: Http2Event[] = [];
  const observer = createHttp2Observer(
    nodePlatform,
    (event) => void events.push(event),
    options.limits,
    options,
  );
  for (const [index, step] of steps.entries()) {
    const atUs = (index + 1) * STEP_US;
    if ('ends' in step) {
      observer.end(step.sender, step.ends, atUs);
      continue;
    }
    for (let at = 0; at < step.bytes.length; at += chunkBytes) {
      observer.bytes(step.sender, step.bytes.subarray(at, at + chunkBytes), atUs + at);
    }
  }
  return events;
}

/** Takes 4 s of a processor where it was written. */
describe('mutated connections', { timeout: 120_000 }, () => {
  it('of any kind are told without a failure, in a bounded number of coherent events', () => {
    const random = createRandom(20_252);
    const corpus = seeds();
    const kinds = new Set<string>();
    for (let index = 0; index < CASES; index++) {
      const seed = corpus[random(corpus.length)]!;
      const mutated = random(seed.length);
      let sent = 0;
      const ended: Record<string, 'fin' | 'reset' | null> = { client: null, server: null };
      const steps = seed.map((step, at): Step => {
        if ('ends' in step) {
          ended[step.sender] = step.ends;
          return step;
        }
        let { bytes } = step;
        if (at === mutated || random(8) === 0) bytes = mutate(bytes, random);
        if (at === mutated && random(2) === 0) bytes = mutate(bytes, random);
        sent += bytes.length;
        return { sender: step.sender, bytes };
      });
      const events = playQuickly(steps, 1 + random(300), {
        upgraded: index % 16 === 0,
        ...(random(4) === 0 ? { limits: SMALL } : {}),
      });
      const wrong = breach(events, { client: ended['client']!, server: ended['server']! }, index % 16 === 0);
      if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
      if (events.length > sent + 8) expect.fail(`case ${index}: ${events.length} events of ${sent} bytes`);
      for (const event of events) kinds.add(event.type);
    }
    expect(kinds.size).toBe(17);
  });

  it('without any sense are told as unreadable, whoever sends them', () => {
    const random = createRandom(7);
    for (let index = 0; index < 2000; index++) {
      const noise = Uint8Array.from({ length: 24 + random(64) }, () => random(256));
      for (const sender of ['client', 'server'] as const) {
        const events = playInChunks([{ sender, bytes: noise }, ends(sender)], cutter(index, 9));
        expect(events.map((event) => event.type)).toEqual(['unreadable']);
      }
    }
  });
});

describe('floods', { timeout: 60_000 }, () => {
  /** Sends `flood` again and again from the client up to 1.5 MB; returns the events' types and the heap's growth. */
  function flooded(flood: (round: number) => Uint8Array): { told: Map<string, number>; grownBytes: number } {
    const told = new Map<string, number>();
    const observer = createHttp2Observer(nodePlatform, (event: Http2Event) => {
      told.set(event.type, (told.get(event.type) ?? 0) + 1);
    });
    observer.bytes('client', join(PREFACE, settings()), 1);
    observer.bytes('server', settings(), 1);
    const before = heldBytes();
    for (let sent = 0, round = 0; sent < 1.5e6; round++) {
      const bytes = flood(round);
      sent += bytes.length;
      observer.bytes('client', bytes, round);
    }
    const grownBytes = heldBytes() - before;
    observer.end('client', 'fin', 1);
    return { told, grownBytes };
  }

  function heldBytes(): number {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = memoryUsage();
    return heapUsed + arrayBuffers;
  }

  const MB = 1024 * 1024;

  it('of CONTINUATION frames keep a quarter of a megabyte', () => {
    const more = frame(9, 0, 1, new Uint8Array(16_384).fill(0x82));
    const { told, grownBytes } = flooded((round) => (round === 0 ? frame(1, 0, 1, bomb) : more));
    expect(told).toEqual(new Map([['settings', 2]]));
    expect(grownBytes).toBeLessThan(40 * MB);
  });

  it('of empty CONTINUATION frames keep nothing', () => {
    const more = join(...Array.from({ length: 1000 }, () => frame(9, 0, 1)));
    expect(flooded((round) => (round === 0 ? frame(1, 0, 1, bomb) : more)).told).toEqual(
      new Map([['settings', 2]]),
    );
  });

  it('of rapid resets tell each and keep none', () => {
    const { told, grownBytes } = flooded((round) => {
      const requests = Array.from({ length: 1000 }, (_, count) => {
        const h2Stream = 2 * (1000 * round + count) + 1;
        return join(headers(h2Stream, Uint8Array.of(0x82, 0x84, 0x87, 0x81), true), rst(h2Stream, 8));
      });
      return join(...requests);
    });
    expect(told.get('request-head')).toBeGreaterThan(45_000);
    expect(told.get('reset')).toBe(told.get('request-head'));
    expect(told.get('response-end')).toBe(told.get('request-head'));
    expect(grownBytes).toBeLessThan(60 * MB);
  });

  it('of open streams remember 10,000', () => {
    let next = -1;
    const { told, grownBytes } = flooded(() =>
      join(
        ...Array.from({ length: 1000 }, () => headers((next += 2), Uint8Array.of(0x82, 0x84, 0x87), true)),
      ),
    );
    expect(told.get('request-head')).toBe(10_000);
    expect(told.get('defect')).toBe(64);
    expect(grownBytes).toBeLessThan(60 * MB);
  });

  it('of heads that stand for a megabyte each are bounded in each', () => {
    let largest = 0;
    const observer = createHttp2Observer(nodePlatform, (event) => {
      if ('head' in event) largest = Math.max(largest, event.head.raw.length);
    });
    observer.bytes('client', join(PREFACE, settings()), 1);
    observer.bytes('client', headers(1, join(bomb, literal('b', 'x'.repeat(3900), 'indexed')), true), 1);
    const started = cpuUsage();
    for (let h2Stream = 3; h2Stream < 43; h2Stream += 2) {
      observer.bytes('client', headers(h2Stream, new Uint8Array(16_000).fill(0xbe), true), 1);
    }
    expect(largest).toBeGreaterThan(900_000);
    expect(largest).toBeLessThan(1024 * 1024);
    expect(cpuUsage(started).user).toBeLessThan(3_000_000);
  });

  it('of SETTINGS, pings, priorities, windows and GOAWAY over many open streams take time by their bytes', () => {
    const open = join(
      ...Array.from({ length: 10_000 }, (_, count) => headers(2 * count + 1, Uint8Array.of(0x82), true)),
    );
    const all = join(
      settings([4, 0]),
      ACK,
      settings([4, 1]),
      frame(6, 0, 0, new Uint8Array(8)),
      frame(2, 0, 1, new Uint8Array(5)),
      windowUpdate(0, 1),
      goaway(2 ** 31 - 2),
    );
    const many = join(...Array.from({ length: 100 }, () => all));
    const acks = join(...Array.from({ length: 200 }, () => ACK));
    const observer = createHttp2Observer(nodePlatform, () => undefined);
    observer.bytes('client', join(PREFACE, settings(), open), 1);
    observer.bytes('server', settings(), 1);
    const heads = Array.from({ length: 10_000 }, (_, count) => headers(2 * count + 1, Uint8Array.of(0x88)));
    observer.bytes('server', join(...heads), 2);
    const started = cpuUsage();
    for (let round = 0; round < 20; round++) {
      observer.bytes('client', many, 3);
      observer.bytes('server', acks, 3);
    }
    expect(cpuUsage(started).user).toBeLessThan(3_000_000);
  });
});
