import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSocksDialogue,
  socksGranted,
  socksRejected,
  type AcceptCredentials,
  type SocksStep,
} from '../../../core/observers/socks.ts';
import { bytesOf, createRandom, cutter, textOf } from './http1-script.ts';

/** Plays one client's bytes in chunks; the replies of all steps are joined in the last one. */
function play(
  text: string,
  accepts: AcceptCredentials | null = null,
  chunksOf: (bytes: Uint8Array) => Uint8Array[] = (bytes) => [bytes],
): { readonly step: SocksStep; readonly replies: string; readonly early: string } {
  const dialogue = createSocksDialogue(accepts);
  let replies = '';
  let step: SocksStep = { type: 'wait', reply: new Uint8Array() };
  let behind = '';
  for (const chunk of chunksOf(bytesOf(text))) {
    if (step.type !== 'wait') {
      behind += textOf(chunk);
      continue;
    }
    const copy = chunk.slice();
    step = dialogue.bytes(copy);
    copy.fill(0);
    replies += textOf(step.reply);
  }
  return { step, replies, early: step.type === 'connect' ? textOf(step.early) + behind : '' };
}

const tellsOnly =
  (user: string, password: string): AcceptCredentials =>
  (...given) =>
    given.map(textOf).join() === `${user},${password}`;

const greeting = '\x05\x01\x00';
const toName = (name: string, port = '\x01\xbb'): string =>
  `\x05\x01\x00\x03${String.fromCharCode(name.length)}${name}${port}`;

describe('SOCKS4', () => {
  it('names an address', () => {
    const { step, replies } = play('\x04\x01\x00\x50\x7f\x00\x00\x01me\x00');
    expect(step).toMatchObject({
      type: 'connect',
      version: 'socks4',
      destination: { host: '127.0.0.1', port: 80 },
    });
    expect(replies).toBe('');
  });

  it('names a host in its 4a form, and what follows is kept', () => {
    const { step, early } = play('\x04\x01\x01\xbb\x00\x00\x00\x07me\x00Shop.Example\x00\x16\x03\x01');
    expect(step).toMatchObject({
      type: 'connect',
      version: 'socks4a',
      destination: { host: 'shop.example', port: 443 },
    });
    expect(early).toBe('\x16\x03\x01');
  });

  it('is refused when a password is wanted, which it cannot carry', () => {
    const { step, replies } = play('\x04\x01\x00\x50\x7f\x00\x00\x01me\x00', tellsOnly('me', 'secret'));
    expect(step).toMatchObject({ type: 'refuse', failure: { code: 'socks4-password' } });
    expect(replies).toBe('\x00\x5b\0\0\0\0\0\0');
  });

  it('is told that BIND is not served', () => {
    const { step, replies } = play('\x04\x02\x00\x50\x7f\x00\x00\x01\x00');
    expect(step).toMatchObject({
      type: 'refuse',
      failure: { code: 'socks-command', message: expect.stringContaining('BIND') as string },
      destination: { host: '127.0.0.1', port: 80 },
    });
    expect(replies).toBe('\x00\x5b\0\0\0\0\0\0');
  });

  it('holds no endless user id or name', () => {
    expect(play(`\x04\x01\x00\x50\x7f\x00\x00\x01${'u'.repeat(255)}\x00`).step.type).toBe('connect');
    expect(play(`\x04\x01\x00\x50\x7f\x00\x00\x01${'u'.repeat(256)}`).step).toMatchObject({
      type: 'refuse',
      failure: { code: 'socks-unreadable' },
    });
    expect(play(`\x04\x01\x00\x50\x00\x00\x00\x01\x00${'n'.repeat(256)}`).step.type).toBe('refuse');
  });
});

describe('SOCKS5', () => {
  it('names a host, an IPv4 and an IPv6 address', () => {
    expect(play(greeting + toName('Api.Example')).step).toMatchObject({
      type: 'connect',
      version: 'socks5',
      destination: { host: 'api.example', port: 443 },
    });
    expect(play(`${greeting}\x05\x01\x00\x01\x0a\x00\x00\x02\x1f\x90`).step).toMatchObject({
      destination: { host: '10.0.0.2', port: 8080 },
    });
    expect(play(`${greeting}\x05\x01\x00\x04${'\0'.repeat(15)}\x01\x00\x50`).step).toMatchObject({
      destination: { host: '::1', port: 80 },
    });
  });

  it('is answered that no password is needed, and may send everything at once', () => {
    const { replies, early } = play(`\x05\x02\x00\x02${toName('a.b')}GET / HTTP/1.1`);
    expect(replies).toBe('\x05\x00');
    expect(early).toBe('GET / HTTP/1.1');
  });

  it('is believed whatever it says when it insists on a password that nobody asks for', () => {
    const { step, replies } = play(`\x05\x01\x02\x01\x01u\x01p${toName('a.b')}`);
    expect(step.type).toBe('connect');
    expect(replies).toBe('\x05\x02\x01\x00');
  });

  it('has to give the right user and password when they are asked for', () => {
    const accepts = tellsOnly('me', 'secret');
    const right = play(`\x05\x02\x00\x02\x01\x02me\x06secret${toName('a.b')}`, accepts);
    expect(right.step.type).toBe('connect');
    expect(right.replies).toBe('\x05\x02\x01\x00');
    const wrong = play(`\x05\x02\x00\x02\x01\x02me\x05wrong${toName('a.b')}`, accepts);
    expect(wrong.step).toMatchObject({ type: 'refuse', failure: { code: 'proxy-password-wrong' } });
    expect(wrong.replies).toBe('\x05\x02\x01\x01');
    const missing = play(greeting + toName('a.b'), accepts);
    expect(missing.step).toMatchObject({ type: 'refuse', failure: { code: 'proxy-password-missing' } });
    expect(missing.replies).toBe('\x05\xff');
  });

  it('is told that UDP does not pass', () => {
    const { step, replies } = play(`${greeting}\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00`);
    expect(step).toMatchObject({
      type: 'refuse',
      failure: {
        code: 'socks-command',
        message: expect.stringContaining('UDP does not pass through this proxy') as string,
      },
    });
    expect(replies).toBe('\x05\x00\x05\x07\x00\x01\0\0\0\0\0\0');
  });

  it('is told what it got wrong', () => {
    const code = (text: string): number => play(greeting + text).replies.charCodeAt(3);
    expect(code('\x05\x01\x00\x05')).toBe(8);
    expect(code(toName('with space'))).toBe(1);
    expect(code(toName(''))).toBe(1);
    expect(code(toName('a.b', '\0\0'))).toBe(1);
    expect(code('\x04')).toBe(1);
    expect(play('\x05\x01\x01').replies).toBe('\x05\xff');
  });
});

describe('answers', () => {
  it('say that the server is reached, and from where', () => {
    expect(textOf(socksGranted('socks4', '127.0.0.1', 258))).toBe('\x00\x5a\x01\x02\x7f\x00\x00\x01');
    expect(textOf(socksGranted('socks4a', '::1', 1))).toBe('\x00\x5a\x00\x01\0\0\0\0');
    expect(textOf(socksGranted('socks5', '127.0.0.1', 258))).toBe('\x05\x00\x00\x01\x7f\x00\x00\x01\x01\x02');
    expect(textOf(socksGranted('socks5', '::1', 258))).toBe(`\x05\x00\x00\x04${'\0'.repeat(15)}\x01\x01\x02`);
  });

  it('say why it is not', () => {
    const codes = [
      'not-allowed',
      'network-unreachable',
      'host-unreachable',
      'refused',
      'ttl-expired',
    ] as const;
    expect(codes.map((why) => socksRejected('socks5', why)[1])).toEqual([2, 3, 4, 5, 6]);
    expect(socksRejected('socks4', 'refused')[1]).toBe(91);
  });
});

const corpus = [
  '\x04\x01\x00\x50\x7f\x00\x00\x01me\x00GET / HTTP/1.1\r\n\r\n',
  '\x04\x01\x01\xbb\x00\x00\x00\x07me\x00shop.example\x00\x16\x03\x01',
  `\x05\x02\x00\x02${toName('api.example')}GET /`,
  `\x05\x02\x00\x02\x01\x02me\x06secret${toName('api.example')}\x16\x03\x01`,
  `${greeting}\x05\x01\x00\x04${'\x20\x01'.repeat(8)}\x00\x50`,
  `${greeting}\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00`,
] as const;

it('tells the same however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...corpus),
      fc.boolean(),
      fc.integer({ min: 0 }),
      fc.integer({ min: 1, max: 9 }),
      (text, asks, seed, size) => {
        const accepts = asks ? tellsOnly('me', 'secret') : null;
        const whole = play(text, accepts);
        const cut = play(text, accepts, cutter(seed, size));
        expect({ ...cut, step: withoutBytes(cut.step) }).toEqual({
          ...whole,
          step: withoutBytes(whole.step),
        });
      },
    ),
  );
});

function withoutBytes(step: SocksStep): object {
  return { ...step, reply: null, early: null };
}

it(
  'never fails on mutated bytes, holds little of them, and keeps every byte behind a wish',
  { timeout: 60_000 },
  () => {
    const random = createRandom(4711);
    for (let index = 0; index < 100_000; index++) {
      let text: string = corpus[random(corpus.length)] ?? '';
      for (let count = 1 + random(4); count > 0; count--) text = mutate(text, random);
      const accepts = random(2) === 0 ? null : tellsOnly('me', 'secret');
      const { step, early, replies } = play(text, accepts, cutter(random(2 ** 32), 1 + random(40)));
      if (replies.length > 30) throw new Error(`${replies.length} bytes of answers.`);
      if (step.type === 'connect') {
        if (!text.endsWith(early)) throw new Error('Bytes were lost.');
        const { host, port } = step.destination;
        if (!/^[a-z0-9._:-]+$/.test(host) || port < 1 || port > 65_535) throw new Error(`${host} ${port}`);
      }
      if (step.type === 'wait' && text.length > 1100) throw new Error('It waits for more than it may hold.');
    }
  },
);

function mutate(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1);
  const byte = String.fromCharCode(random(256));
  switch (random(6)) {
    case 0:
      return text.slice(0, at) + byte + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random(8));
    case 2:
      return text.slice(0, at) + byte + text.slice(at);
    case 3:
      return text.slice(0, at);
    case 4:
      return text.slice(0, at) + byte.repeat(random(600)) + text.slice(at);
    default:
      return text.slice(0, at) + (corpus[random(corpus.length)] ?? '').slice(random(20));
  }
}
