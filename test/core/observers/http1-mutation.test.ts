import { describe, expect, it } from 'vitest';
import {
  breach,
  bytesOf,
  client,
  createRandom,
  cutter,
  ends,
  playInChunks,
  server,
  type Step,
  textOf,
} from './http1-script.ts';

const CORPUS: readonly (readonly Step[])[] = [
  [
    client(
      '\r\nGET /a?b=c HTTP/1.1\r\nHost: h\r\nX: folded\r\n more\r\n\r\nHEAD / HTTP/1.0\nConnection: keep-alive\n\n',
    ),
    server('HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhelloHTTP/1.0 200 \r\nContent-Length: 7\r\n\r\n'),
    ends('server'),
  ],
  [
    client('POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\nExpect: 100-continue\r\n\r\n'),
    server('HTTP/1.1 100 Continue\r\n\r\n'),
    client('A;ext="v"\r\n0123456789\r\n00\r\nTrailer: x\r\n\r\nGET /n HTTP/1.1\r\n\r\n'),
    server(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n',
    ),
    ends('client', 'reset'),
    ends('server'),
  ],
  [
    client(
      'CONNECT h:443 HTTP/1.1\r\n\r\nGET /x HTTP/1.1\r\n\r\nPOST /y HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody',
    ),
    server('HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nnoHTTP/1.1 204 \r\n\r\n'),
    client('CONNECT h:1 HTTP/1.1\r\n\r\n\x16\x03\x01'),
    ends('client'),
    server('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\nSSH-2.0'),
    ends('server', 'reset'),
  ],
  [
    client('POST /u HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 4\r\n\r\nab'),
    server('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x00'),
    server('\x81\x01a'),
    client('cd\x81\x80'),
  ],
  [
    client('GET / HTTP/1.0\r\n\r\n'),
    server('HTTP/1.0 200 OK\r\nTransfer-Encoding: identity\r\n\r\nuntil the end'),
    ends('server'),
    client('GET / HTTP/1.1\r\n\r\n'),
    ends('client'),
  ],
  [
    client(
      'PUT / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcGET  /b HTTP/1.1 \r\nName : v\r\nbare\rcr: 1\r\n\r\n',
    ),
    server('HTTP/1.1 408 Request Timeout\r\n\r\nHTTP/1.1 200\r\nno colon\r\n\r\n'),
    ends('server', 'reset'),
  ],
];

const TRICKY = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  ' ',
  '\t',
  ':',
  ',',
  '\0',
  '0\r\n\r\n',
  'ffffffffffffffff\r\n',
  '-1',
  'Content-Length: 2\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Connection: close\r\n',
  'HTTP/1.1 100 C\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'CONNECT h:1 HTTP/1.1\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\n',
];

const CASES = 100_000;
const SMALL = {
  headBytesMax: 80,
  trailersBytesMax: 16,
  chunkLineBytesMax: 8,
  earlyBytesMax: 24,
  waitingMax: 2,
};

function mutate(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1);
  switch (random(6)) {
    case 0:
      return (
        text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << random(8))) + text.slice(at + 1)
      );
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random(8));
    case 2:
      return text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at);
    case 3:
      return text.slice(0, at);
    case 4:
      return text.slice(0, at) + (TRICKY[random(TRICKY.length)] ?? '') + text.slice(at);
    default:
      return text.slice(0, at) + textOfAnyStep(random).slice(random(40));
  }
}

function textOfAnyStep(random: (below: number) => number): string {
  const steps = CORPUS[random(CORPUS.length)] ?? [];
  const step = steps[random(steps.length)];
  return step !== undefined && 'bytes' in step ? textOf(step.bytes) : '';
}

/** Takes 3 s where it was written. */
describe('mutated conversations', { timeout: 60_000 }, () => {
  it('of any kind are told without a failure, in a bounded number of coherent events', () => {
    const random = createRandom(20_251);
    for (let index = 0; index < CASES; index++) {
      const sent = { client: 0, server: 0 };
      const steps = (CORPUS[random(CORPUS.length)] ?? []).map((step): Step => {
        if ('ends' in step) return step;
        let text = textOf(step.bytes);
        for (let count = random(3); count > 0; count--) text = mutate(text, random);
        const bytes = bytesOf(text);
        sent[step.sender] += bytes.length;
        return { sender: step.sender, bytes };
      });
      const cut = cutter(random(2 ** 32), 1 + random(200));
      const { events } = playInChunks(steps, cut, random(4) === 0 ? SMALL : {});
      const wrong = breach(events, sent);
      if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
      if (events.length > 2 * (sent.client + sent.server) + 8)
        expect.fail(`case ${index}: ${events.length} events`);
    }
  });

  it('without any sense are told as unreadable', () => {
    const random = createRandom(7);
    for (let index = 0; index < 2000; index++) {
      const noise = Uint8Array.from({ length: 1 + random(64) }, () => random(256));
      const { events } = playInChunks([{ sender: 'client', bytes: noise }, ends('client')], cutter(index, 9));
      if (!noise.every((byte) => byte === 10 || byte === 13)) {
        expect(events.map((event) => event.type)).toEqual(['unreadable']);
      }
    }
  });
});
