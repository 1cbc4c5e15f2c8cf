import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHostRewriter } from '../../../core/observers/http1-host.ts';
import { nodePlatform } from '../../support/platform.ts';
import { bytesOf, createRandom, cutter, textOf } from './http1-script.ts';

type Cut = (bytes: Uint8Array) => Uint8Array[];

/** What leaves of these bytes, chunk by chunk, and what is left at the end. */
function pass(text: string, cut: Cut = (bytes) => [bytes], host = 'b.example:8'): string {
  const rewriter = createHostRewriter(nodePlatform, host);
  let out = '';
  for (const chunk of cut(bytesOf(text))) {
    const copy = chunk.slice();
    out += rewriter.bytes(copy).map(textOf).join('');
    copy.fill(0);
  }
  return out + rewriter.stop().map(textOf).join('');
}

it('gives each request of a connection another Host and leaves every other byte', () => {
  expect(
    pass(
      '\r\nGET /Host: HTTP/1.1\r\nX-Host: a\r\nhOsT:  a.example:1 \t\r\nAccept: */*\r\n\r\n' +
        'POST / HTTP/1.1\nHost:a\nContent-Length: 20\n\nHost: a\r\n\r\nHost: a\r\n' +
        'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9;x=Host\r\nHost: a\r\n\r\n0\r\nHost: a\r\n\r\n' +
        'GET / HTTP/1.0\r\nNo: host\r\n\r\n',
    ),
  ).toBe(
    '\r\nGET /Host: HTTP/1.1\r\nX-Host: a\r\nhOsT:  b.example:8 \t\r\nAccept: */*\r\n\r\n' +
      'POST / HTTP/1.1\nHost:b.example:8\nContent-Length: 20\n\nHost: a\r\n\r\nHost: a\r\n' +
      'PUT / HTTP/1.1\r\nHost: b.example:8\r\nTransfer-Encoding: chunked\r\n\r\n9;x=Host\r\nHost: a\r\n\r\n0\r\nHost: a\r\n\r\n' +
      'GET / HTTP/1.0\r\nNo: host\r\n\r\n',
  );
});

it('takes a folded value, an empty one and one given twice for what they are', () => {
  expect(pass('GET / HTTP/1.1\r\nHost: a\r\n .example\r\n\tx\r\nHost:\r\nA: b\r\n c\r\n\r\n')).toBe(
    'GET / HTTP/1.1\r\nHost: b.example:8\r\nHost:b.example:8\r\nA: b\r\n c\r\n\r\n',
  );
});

it('passes on what is no HTTP, what follows a CONNECT, and a head that never ends', () => {
  for (const text of [
    '\x00\x00\x00\x08\x04\xd2\x16\x2fHost: a\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\n',
    `GET / HTTP/1.1\r\n${'Host: a\r\n'.repeat(40_000)}\r\n`,
  ]) {
    expect(pass(text, cutter(3, 5000))).toBe(text);
  }
});

it('rewrites nothing once another protocol has begun', () => {
  const rewriter = createHostRewriter(nodePlatform, 'b');
  rewriter.bytes(bytesOf('GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n'));
  expect(rewriter.bytes(bytesOf('GET /')).length).toBe(0);
  expect(rewriter.stop().map(textOf).join('')).toBe('GET /');
  expect(rewriter.bytes(bytesOf(' HTTP/1.1\r\nHost: a\r\n\r\n')).map(textOf)).toEqual([
    ' HTTP/1.1\r\nHost: a\r\n\r\n',
  ]);
});

it('hands the bytes of a body on as they come', () => {
  const rewriter = createHostRewriter(nodePlatform, 'b');
  rewriter.bytes(bytesOf('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n'));
  expect(rewriter.bytes(bytesOf('abc')).map(textOf)).toEqual(['abc']);
});

const piece = fc.constantFrom(
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /p HTTP/1.1\r\nhost:a.example\r\nContent-Length: 12\r\n\r\nHost: a\r\n\r\n\n',
  'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: [::1]:8 \r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  '\r\n',
  'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
  '\x00not http',
);

it('gives the same however the bytes are cut, and the same bytes when the Host is the same', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.nat(),
      fc.integer({ min: 1, max: 30 }),
      (pieces, seed, size) => {
        const text = pieces.join('');
        expect(pass(text, cutter(seed, size))).toBe(pass(text));
        const same = text.replace(/host:\s*[^\s]+/gi, (line) => line.replace(/(:\s*).*/, '$1x'));
        expect(pass(same, cutter(seed, size), 'x')).toBe(same);
      },
    ),
  );
});

it('loses no byte of mutated requests', { timeout: 60_000 }, () => {
  const random = createRandom(99);
  let tried = 0;
  const corpus =
    'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcPUT / HTTP/1.1\r\nhost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n';
  while (tried < 20_000) {
    let text = corpus;
    for (let count = 1 + random(3); count > 0; count--) {
      const at = random(text.length);
      text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + random(2));
    }
    // With this Host in all of its fields already, also in those with a space before the colon, what leaves must be what came.
    if (/[Hh][Oo][Ss][Tt][ \t]*:(?! x\r\n[^ \t])/.test(text)) continue;
    tried += 1;
    const out = pass(text, cutter(random(2 ** 32), 1 + random(60)), 'x');
    if (out !== text) throw new Error(JSON.stringify({ text, out }));
  }
});
