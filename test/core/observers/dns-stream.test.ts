import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import {
  createDnsObserver,
  createDnsStreamObserver,
  looksLikeDns,
  looksLikeDnsStream,
} from '../../../core/observers/dns.ts';
import { nodePlatform } from '../../support/platform.ts';
import { address4, answer, dnsMessage, dnsName, onStream } from './dns-script.ts';
import { createRandom, cutter, STEP_US } from './http1-script.ts';
import { mutateBytes } from './message-script.ts';
import {
  asks,
  closes,
  lines,
  misses,
  playDatagrams,
  playStream,
  queryBreach,
  withoutTimes,
  tells,
  type QueryStep,
} from './query-script.ts';

function play(steps: readonly QueryStep[], chunksOf?: (bytes: Uint8Array) => Uint8Array[]): QueryEvent[] {
  return playStream((emit) => createDnsStreamObserver(nodePlatform, emit), steps, chunksOf);
}

const names = ['one.example', 'two.example', 'three.example', 'four.example'];
const asked = names.map((name, id) => onStream(dnsMessage({ id, questions: [[name, 1]] })));
const answered = names.map((name, id) =>
  onStream(
    dnsMessage({
      id,
      flags: answer,
      questions: [[name, 1]],
      answers: [{ name: '@12', type: 1, data: address4(`192.0.2.${id}`) }],
    }),
  ),
);
const part = (all: readonly Uint8Array[], ...which: readonly number[]): Uint8Array =>
  Buffer.concat(which.map((index) => all[index]!));

describe('DNS over TCP', () => {
  it('is pipelined, and answered in any order', () => {
    const events = play([asks(part(asked, 0, 1, 2)), tells(part(answered, 2, 0)), tells(part(answered, 1))]);
    expect(lines(events)).toEqual([
      '1 ? A | one.example | A one.example',
      '2 ? A | two.example | A two.example',
      '3 ? A | three.example | A three.example',
      '3 …',
      '3 = NOERROR | 1',
      '1 …',
      '1 = NOERROR | 1',
      '2 …',
      '2 = NOERROR | 1',
    ]);
    expect(events[0]).toMatchObject({ bytes: asked[0]!.length });
  });

  it('has the times of the first and of the last byte', () => {
    const events = play([asks(part(asked, 0)), tells(part(answered, 0))], cutter(3, 5));
    const [length, answerLength] = [asked[0]!.length, answered[0]!.length];
    const [question, begin, end] = events;
    expect(question!.atUs).toBe(STEP_US + length);
    expect(question).toMatchObject({ firstAtUs: expect.any(Number) as number });
    expect(begin!.atUs).toBeLessThan(2 * STEP_US + 6);
    expect(end!.atUs).toBe(2 * STEP_US + answerLength);
  });

  it('that ends early ends its questions', () => {
    const events = play([
      asks(part(asked, 0, 1)),
      tells(part(answered, 0)),
      closes('client'),
      closes('server'),
    ]);
    expect(lines(events).at(-1)).toBe('2 =  | - | cut: The connection ended before the answer.');
  });

  it('loses no more than the message with a gap in it', () => {
    const torn = answered[1]!;
    const events = play([
      asks(part(asked, 0, 1, 2)),
      tells(Buffer.concat([answered[0]!, torn.subarray(0, 20)])),
      misses('server', 7),
      tells(Buffer.concat([torn.subarray(27), answered[2]!])),
    ]);
    expect(lines(events).slice(3)).toEqual([
      '1 …',
      '1 = NOERROR | 1',
      '! missing: 7 bytes of the server are missing.',
      '3 …',
      '3 = NOERROR | 1',
      '2 =  | - | cut: The connection ended before the answer.',
    ]);
  });

  it('goes on behind a longer gap where a message can begin', () => {
    const events = play([
      asks(part(asked, 0, 1, 2, 3)),
      tells(answered[0]!.subarray(0, 9)),
      misses('server', 100),
      tells(Buffer.concat([answered[1]!.subarray(30), answered[2]!, answered[3]!])),
    ]);
    const ends = events.flatMap((event) =>
      event.type === 'answer-end' && event.error === null ? event.question : [],
    );
    expect(ends).toEqual([3, 4]);
  });

  it('says once that a side sends something else', () => {
    const events = play([asks('\x00\x05hello there, this is no message at all'), tells(part(answered, 0))]);
    expect(lines(events)).toEqual([
      '! unreadable: The client sent something that is no DNS message.',
      '! answer without its question: one.example NOERROR',
    ]);
  });

  it('is recognised by its first bytes', () => {
    const none = new Uint8Array(0);
    expect(looksLikeDnsStream(asked[0]!, none)).toBe('yes');
    expect(looksLikeDnsStream(asked[0]!.subarray(0, 13), none)).toBe('need-more');
    expect(looksLikeDnsStream(none, none)).toBe('need-more');
    expect(looksLikeDnsStream(answered[0]!, none)).toBe('no');
    expect(looksLikeDnsStream(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), none)).toBe('no');
  });
});

const step: fc.Arbitrary<QueryStep> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...asked).map(asks) },
  { weight: 6, arbitrary: fc.constantFrom(...answered).map(tells) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(answered[0]!.subarray(0, 17), answered[1]!.subarray(5)).map(tells),
  },
  { weight: 1, arbitrary: fc.nat(60).map((gap) => misses('server', gap + 1)) },
  { weight: 1, arbitrary: fc.nat(60).map((gap) => misses('client', gap + 1)) },
);

describe('any cutting of DNS over TCP', () => {
  it('gives the same events', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.nat(),
        fc.constantFrom(1, 2, 7, 40),
        (steps, seed, max) => {
          const whole = play(steps);
          expect(queryBreach(whole)).toBeNull();
          expect(withoutTimes(play(steps, cutter(seed, max)))).toEqual(withoutTimes(whole));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

const rich = dnsMessage({
  flags: answer,
  questions: [['_sip._tcp.example.com', 33]],
  answers: [
    { name: '@12', type: 33, data: Buffer.concat([Buffer.alloc(6, 1), dnsName('sip@22')]) },
    { name: '@12', type: 16, data: Buffer.from('\x04text\x03abc') },
    { name: '@12', type: 65, data: Buffer.from('00010000010006026832026833', 'hex') },
    { name: '@12', type: 6, data: Buffer.concat([dnsName('ns@12'), dnsName('me@16'), Buffer.alloc(20)]) },
  ],
  additional: [
    { name: '', type: 41, class: 1232, data: Buffer.from('00080007000118 00c63364'.replace(' ', ''), 'hex') },
  ],
});
const corpus = [...asked, ...answered].map((bytes) => bytes.subarray(2)).concat(rich);
const tricky = [
  [0xc0, 12],
  [0xc0, 0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0, 41],
  [0],
  [63],
  [0, 0, 0, 0, 0, 0],
].map((bytes) => Uint8Array.from(bytes));

/** Takes 10 s on a busy machine where it was written. */
describe('mutated DNS messages', { timeout: 60_000 }, () => {
  it('of any kind are read without a failure, within the bounds', () => {
    const random = createRandom(1035);
    for (let index = 0; index < 100_000; index++) {
      const datagrams = Array.from({ length: 1 + random(4) }, () => {
        let bytes = corpus[random(corpus.length)]!;
        for (let count = random(4); count > 0; count--) bytes = mutateBytes(bytes, tricky, random);
        return { sender: random(2) === 0 ? ('client' as const) : ('server' as const), bytes };
      });
      looksLikeDns(datagrams[0]!.bytes);
      const kind = (['dns', 'mdns', 'llmnr'] as const)[random(3)]!;
      const events =
        random(2) === 0
          ? playDatagrams((emit) => createDnsObserver(nodePlatform, emit, { kind }), datagrams)
          : play(
              datagrams.map(({ sender, bytes }) => ({ sender, bytes: onStream(bytes) })),
              cutter(random(2 ** 32), 1 + random(60)),
            );
      const wrong = queryBreach(events);
      if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
    }
  });
});
