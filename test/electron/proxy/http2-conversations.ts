import { expect } from 'vitest';
import {
  http2Block,
  http2Data,
  http2Flags,
  http2Frame,
  http2Get,
  http2Goaway,
  http2Headers,
  http2Number,
  http2Preface,
  http2Settings,
  http2SettingsAck,
} from '../../support/http2-bytes.ts';
import { closeFrame, opcodes, webSocketFrame } from '../../support/websocket-bytes.ts';
import type { Transport } from '../../support/conversation.ts';
import type { Peer } from '../../support/peer.ts';
import type { RecordedConversation } from './http-conversations.ts';

const ways: readonly Transport[] = ['connect', 'tls'];
const schemeOf = (transport: Transport): string => (transport === 'tls' ? 'https' : 'http');
const ok = [
  [':status', '200'],
  ['content-type', 'text/plain'],
] as const;
const h2 = { protocol: 'h2', error: null } as const;

/** Asks for HTTP/2 by upgrade (RFC 7540 section 3.2), and speaks it when the answer has come. */
async function askForUpgrade(peer: Peer, target: string, host: string, settings: string): Promise<void> {
  peer.send(
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, HTTP2-Settings\r\n` +
      `Upgrade: h2c\r\nHTTP2-Settings: ${settings}\r\n\r\n`,
  );
  await peer.expect('101 Switching Protocols\r\n');
  peer.send(Buffer.concat([Buffer.from(http2Preface), http2Settings()]));
}

async function acceptUpgrade(peer: Peer): Promise<void> {
  await peer.expect('\r\n\r\n');
  peer.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
  peer.send(http2Settings());
}

/** HTTP/2, frame by frame: every byte of either side arrives as it was sent. */
export const http2Conversations: readonly RecordedConversation[] = [
  {
    name: 'HTTP/2: requests side by side, answered the other way round',
    transports: ways,
    alpn: 'h2',
    client: async (peer, { authority, transport }) => {
      const get = (stream: number): Buffer =>
        http2Headers(stream, http2Get(authority, `/${stream}`, schemeOf(transport)), true);
      peer.send(Buffer.concat([Buffer.from(http2Preface), http2Settings([3, 100], [4, 65_535])]));
      peer.send(Buffer.concat([http2SettingsAck(), get(1), get(3), get(5)]));
      await peer.expect('body of 1');
      peer.send(http2Goaway(0, 0));
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      peer.send(http2Settings([3, 128]));
      await peer.expect('/5');
      peer.send(http2SettingsAck());
      for (const stream of [5, 3, 1]) {
        peer.send(http2Headers(stream, ok, false));
        peer.send(http2Data(stream, `body of ${stream}`, true));
      }
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { ...h2, h2Stream: 1, status: 200, responseBytes: 9, recorded: 'full' },
      { ...h2, h2Stream: 3, status: 200, responseBytes: 9 },
      { ...h2, h2Stream: 5, status: 200, responseBytes: 9 },
    ],
  },
  {
    name: 'HTTP/2: padding, CONTINUATION, 103, trailers, unknown frames and reserved bits',
    transports: ways,
    alpn: 'h2',
    client: async (peer, { authority, transport }) => {
      const block = http2Block([
        ...http2Get(authority, '/odd', schemeOf(transport)),
        ['x-long', 'v'.repeat(99)],
      ]);
      peer.send(Buffer.from(http2Preface.slice(0, 10)));
      peer.send(Buffer.concat([Buffer.from(http2Preface.slice(10)), http2Settings()]));
      peer.send(http2Frame('headers', 0, 1, block.subarray(0, 7)));
      peer.send(http2Frame('continuation', 0, 1, block.subarray(7, 50)));
      peer.send(http2Frame('continuation', http2Flags.endHeaders, 1, block.subarray(50)));
      peer.send(http2Frame(0xf0, 0xff, 1, Buffer.from('grease')));
      peer.send(http2Frame('data', http2Flags.padded, 1, Buffer.from('\x05sent\0\0\0\0\0', 'latin1')));
      peer.send(http2Headers(1, [['x-sum', 'abc']], true));
      await peer.expect('x-answer-sum');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      peer.send(http2Settings());
      await peer.expect('x-sum');
      peer.send(
        http2Headers(
          1,
          [
            [':status', '103'],
            ['link', '</a.css>; rel=preload'],
          ],
          false,
        ),
      );
      peer.send(http2Headers(1, ok, false));
      peer.send(http2Frame('data', http2Flags.padded, 1, Buffer.from('\x02got\0\0', 'latin1')));
      peer.send(http2Frame('ping', 0, 0, Buffer.from('12345678')));
      peer.send(http2Headers(1, [['x-answer-sum', 'def']], true));
      await peer.ending();
      peer.end();
    },
    rows: () => [{ ...h2, h2Stream: 1, status: 200, requestBytes: 4, responseBytes: 3 }],
  },
  {
    name: 'HTTP/2: a stream that the client cancels, one that the server refuses',
    transports: ways,
    alpn: 'h2',
    client: async (peer, { authority, transport }) => {
      const get = (stream: number): Buffer =>
        http2Headers(stream, http2Get(authority, `/${stream}`, schemeOf(transport)), true);
      peer.send(Buffer.concat([Buffer.from(http2Preface), http2Settings(), get(1), get(3)]));
      await peer.expect('half');
      peer.send(http2Frame('reset', 0, 1, http2Number(8)));
      peer.send(http2Frame('ping', 0, 0, Buffer.from('over now')));
      await peer.expectTotal(9 + 9 + 13 + 9 + 4);
      await peer.expect('last word');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.expect('/3');
      peer.send(http2Settings());
      peer.send(http2Headers(1, ok, false));
      peer.send(http2Frame('reset', 0, 3, http2Number(7)));
      peer.send(http2Data(1, 'half', false));
      await peer.expect('over now');
      peer.send(http2Goaway(3, 0, 'last word'));
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { protocol: 'h2', h2Stream: 1, status: 200, error: 'client-cancelled', responseBytes: 4 },
      { protocol: 'h2', h2Stream: 3, status: null, error: 'server-refused-stream' },
    ],
  },
  {
    name: 'HTTP/2: a server that goes away in the middle of an answer',
    transports: ways,
    alpn: 'h2',
    client: async (peer, { authority, transport }) => {
      peer.send(Buffer.concat([Buffer.from(http2Preface), http2Settings()]));
      peer.send(http2Headers(1, http2Get(authority, '/', schemeOf(transport)), true));
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('/');
      peer.send(http2Settings());
      peer.send(http2Headers(1, ok, false));
      peer.send(http2Data(1, 'a part', false));
      peer.endBare();
      await peer.ending();
    },
    rows: () => [{ protocol: 'h2', status: 200, error: 'response-truncated', responseBytes: 6 }],
  },
  {
    name: 'HTTP/2: a pushed answer',
    transports: ways,
    alpn: 'h2',
    client: async (peer, { authority, transport }) => {
      peer.send(Buffer.concat([Buffer.from(http2Preface), http2Settings()]));
      peer.send(http2Headers(1, http2Get(authority, '/page', schemeOf(transport)), true));
      await peer.expect('the page');
      peer.end();
      await peer.ending();
    },
    origin: async (peer, { authority, transport }) => {
      await peer.expect('/page');
      peer.send(http2Settings());
      const promised = http2Block(http2Get(authority, '/style', schemeOf(transport)));
      peer.send(
        http2Frame('pushPromise', http2Flags.endHeaders, 1, Buffer.concat([http2Number(2), promised])),
      );
      peer.send(http2Headers(2, ok, false));
      peer.send(http2Data(2, 'the style', true));
      peer.send(http2Headers(1, ok, false));
      peer.send(http2Data(1, 'the page', true));
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { ...h2, h2Stream: 1, status: 200, responseBytes: 8, note: null },
      {
        ...h2,
        h2Stream: 2,
        status: 200,
        responseBytes: 9,
        note: 'Pushed by the server on account of stream 1: the client did not ask for it.',
      },
    ],
  },
  {
    name: 'HTTP/2 by upgrade from HTTP/1.1',
    transports: ['http', 'connect'],
    client: async (peer, { authority, target }) => {
      await askForUpgrade(peer, target('/first'), authority, 'AAMAAABkAAQAAP__');
      peer.send(http2Headers(3, http2Get(authority, '/second', 'http'), true));
      await peer.expect('the second');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await acceptUpgrade(peer);
      peer.send(http2Headers(1, ok, false));
      peer.send(http2Data(1, 'the first', true));
      await peer.expect('/second');
      peer.send(http2Headers(3, ok, false));
      peer.send(http2Data(3, 'the second', true));
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { ...h2, h2Stream: 1, status: 200, responseBytes: 9, note: null },
      { ...h2, h2Stream: 3, status: 200, responseBytes: 10 },
    ],
  },
  {
    name: 'HTTP/2 by upgrade from HTTP/1.1, whose client allows a larger header table and a smaller window',
    transports: ['http', 'connect'],
    client: async (peer, { authority, target }) => {
      await askForUpgrade(
        peer,
        target('/first'),
        authority,
        http2Settings([1, 8192], [4, 3]).subarray(9).toString('base64url'),
      );
      await peer.expect('abc');
      peer.send(http2Frame('windowUpdate', 0, 1, http2Number(10)));
      await peer.expect('d');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await acceptUpgrade(peer);
      // A table of 8,192 octets (RFC 7541 section 6.3) is more than HTTP/2 begins with.
      const block = Buffer.concat([Buffer.from([0x3f, 0xe1, 0x3f]), http2Block(ok)]);
      peer.send(http2Frame('headers', http2Flags.endHeaders, 1, block));
      peer.send(http2Data(1, 'abc', false));
      await peer.expect('\0\0\0\x0a');
      peer.send(http2Data(1, 'd', true));
      await peer.ending();
      peer.end();
    },
    rows: () => [{ ...h2, h2Stream: 1, status: 200, responseBytes: 4, note: null }],
  },
  {
    name: 'HTTP/2 by upgrade from HTTP/1.1 with settings that nobody can read',
    transports: ['http', 'connect'],
    client: async (peer, { authority, target }) => {
      await askForUpgrade(peer, target('/first'), authority, '!!!!');
      await peer.expect('the first');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await acceptUpgrade(peer);
      peer.send(http2Headers(1, ok, false));
      peer.send(http2Data(1, 'the first', true));
      await peer.ending();
      peer.end();
    },
    rows: () => [
      {
        ...{ ...h2, h2Stream: 1, status: 200, responseBytes: 9 },
        note: expect.stringContaining('HTTP2-Settings field is no base64url') as string,
      },
    ],
  },
  {
    name: 'HTTP/2: a WebSocket beside a request (RFC 8441)',
    transports: ways,
    alpn: 'h2',
    client: async (peer, { authority, transport }) => {
      const scheme = schemeOf(transport);
      peer.send(Buffer.concat([Buffer.from(http2Preface), http2Settings()]));
      await peer.expect('\x00\x08\x00\x00\x00\x01');
      peer.send(
        http2Headers(
          1,
          [
            [':method', 'CONNECT'],
            [':protocol', 'websocket'],
            [':scheme', scheme],
            [':authority', authority],
            [':path', '/talk'],
            ['sec-websocket-version', '13'],
          ],
          false,
        ),
      );
      peer.send(http2Headers(3, http2Get(authority, '/beside', scheme), true));
      await peer.expect('beside');
      const hello = webSocketFrame(opcodes.text, 'hello', { mask: [1, 2, 3, 4] });
      peer.send(http2Data(1, hello.subarray(0, 4), false));
      peer.send(http2Data(1, hello.subarray(4), false));
      await peer.expect('hello back');
      peer.send(http2Data(1, closeFrame(1000, '', { mask: [1, 2, 3, 4] }), true));
      await peer.expect('\x88\x02\x03\xe8');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      peer.send(http2Settings([8, 1]));
      await peer.expect('/beside');
      peer.send(http2Headers(1, [[':status', '200']], false));
      peer.send(http2Headers(3, ok, false));
      peer.send(http2Data(3, 'beside', true));
      await peer.expect('igohn');
      peer.send(http2Data(1, webSocketFrame(opcodes.text, 'hello back'), false));
      await peer.expect('\x88\x82');
      peer.send(http2Data(1, closeFrame(1000), true));
      await peer.ending();
      peer.end();
    },
    rows: () => [
      {
        ...{ protocol: 'websocket', method: 'CONNECT', status: 200, error: null, h2Stream: 1 },
        ...{ longLived: 'websocket', messages: { request: 2, response: 2 }, note: null },
      },
      { ...h2, h2Stream: 3, status: 200, responseBytes: 6 },
    ],
  },
  {
    name: 'HTTP/2: bytes that are no frames any more still pass',
    transports: ways,
    alpn: 'h2',
    client: async (peer, { authority, transport }) => {
      peer.send(Buffer.concat([Buffer.from(http2Preface), http2Settings()]));
      peer.send(http2Headers(1, http2Get(authority, '/', schemeOf(transport)), true));
      await peer.expect('no frame at all');
      peer.send('nor is this');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.expect('/');
      peer.send(http2Settings());
      peer.send(`${'\xff'.repeat(40)}no frame at all`);
      await peer.ending();
      peer.end();
    },
    rows: () => [{ protocol: 'h2', status: null, error: 'no-response' }],
  },
];
