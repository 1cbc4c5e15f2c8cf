import { deflateRawSync, constants } from 'node:zlib';
import {
  closeFrame,
  opcodes,
  webSocketAnswer,
  webSocketFrame,
  webSocketRequest,
} from '../../support/websocket-bytes.ts';
import type { Transport } from '../../support/conversation.ts';
import type { RecordedConversation } from './http-conversations.ts';

const ways: readonly Transport[] = ['http', 'connect', 'tls'];
const mask = [0x12, 0x34, 0x56, 0x78] as const;
const webSocket = { status: 101, protocol: 'websocket', longLived: 'websocket' } as const;
const largeBytes = 64 * 1024 * 1024;

/** WebSockets, byte for byte (RFC 6455). */
export const webSocketConversations: readonly RecordedConversation[] = [
  {
    name: 'WebSocket: a sub-protocol, text and binary both ways, ping and pong, close 1000',
    transports: ways,
    client: async (peer, { target, authority }) => {
      peer.send(webSocketRequest(target('/chat'), authority, 'Sec-WebSocket-Protocol: soap, chat.v2\r\n'));
      await peer.expect('Sec-WebSocket-Protocol: chat.v2\r\n\r\n');
      peer.send(webSocketFrame(opcodes.text, 'hello', { mask }));
      peer.send(webSocketFrame(opcodes.binary, Buffer.alloc(300, 7), { mask }));
      await peer.expect('are you there');
      peer.send(webSocketFrame(opcodes.pong, 'are you there', { mask }));
      await peer.expect('welcome');
      peer.send(closeFrame(1000, 'done', { mask }));
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send(webSocketAnswer('Sec-WebSocket-Protocol: chat.v2\r\n'));
      peer.send(webSocketFrame(opcodes.ping, 'are you there'));
      await peer.expectTotal(300);
      peer.send(webSocketFrame(opcodes.text, 'welcome'));
      await peer.expect('\x88\x86');
      peer.send(closeFrame(1000, 'done'));
      peer.end();
      await peer.ending();
    },
    rows: () => [
      { ...webSocket, error: null, messages: { request: 4, response: 3 }, recorded: 'full', note: null },
    ],
  },
  {
    name: 'WebSocket: a server that refuses the upgrade with 403 and goes on with HTTP',
    transports: ways,
    client: async (peer, { target, authority }) => {
      peer.send(webSocketRequest(target('/secret'), authority));
      await peer.expect('no entry');
      peer.send(`GET ${target('/other')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('welcome');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\n\r\nno entry');
      await peer.expect('/other');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome');
      await peer.ending();
      peer.end();
    },
    rows: () => [
      {
        status: 403,
        protocol: 'http/1.1',
        error: null,
        longLived: null,
        messages: { request: 0, response: 0 },
      },
      { status: 200, protocol: 'http/1.1', error: null },
    ],
  },
  {
    name: 'WebSocket: closed without a code (1005)',
    transports: ways,
    client: async (peer, { target, authority }) => {
      peer.send(webSocketRequest(target('/'), authority));
      await peer.expect('\r\n\r\n');
      peer.send(closeFrame(null, '', { mask }));
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send(webSocketAnswer());
      await peer.expect('\x88\x80');
      peer.send(closeFrame(null));
      peer.end();
      await peer.ending();
    },
    rows: () => [{ ...webSocket, error: null, messages: { request: 1, response: 1 }, note: null }],
  },
  {
    name: 'WebSocket: ended without a close frame (1006)',
    transports: ways,
    client: async (peer, { target, authority }) => {
      peer.send(webSocketRequest(target('/'), authority));
      await peer.expect('bye');
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send(webSocketAnswer());
      peer.send(webSocketFrame(opcodes.text, 'bye'));
      peer.end();
      await peer.ending();
    },
    rows: () => [
      {
        ...webSocket,
        error: null,
        messages: { request: 0, response: 1 },
        note: 'The WebSocket ended without a close frame (1006).',
      },
    ],
  },
  {
    name: 'WebSocket: permessage-deflate with context takeover',
    transports: ways,
    client: async (peer, { target, authority }) => {
      peer.send(webSocketRequest(target('/'), authority, 'Sec-WebSocket-Extensions: permessage-deflate\r\n'));
      await peer.expect('permessage-deflate\r\n\r\n');
      for (const payload of deflatedTwice()) {
        peer.send(webSocketFrame(opcodes.text, payload, { mask, compressed: true }));
      }
      peer.send(closeFrame(1000, '', { mask }));
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send(webSocketAnswer('Sec-WebSocket-Extensions: permessage-deflate\r\n'));
      for (const payload of deflatedTwice()) {
        peer.send(webSocketFrame(opcodes.text, payload, { compressed: true }));
      }
      await peer.expect('\x88\x82');
      peer.send(closeFrame(1000));
      peer.end();
      await peer.ending();
    },
    rows: () => [{ ...webSocket, error: null, messages: { request: 3, response: 3 }, note: null }],
  },
  {
    name: 'WebSocket: fragments with a ping between them, in pieces of one byte',
    transports: ways,
    client: async (peer, { target, authority }) => {
      peer.send(webSocketRequest(target('/'), authority));
      await peer.expect('\r\n\r\n');
      const frames = Buffer.concat([
        webSocketFrame(opcodes.text, 'one ', { mask, final: false }),
        webSocketFrame(opcodes.ping, 'p', { mask }),
        webSocketFrame(opcodes.continuation, 'two', { mask }),
      ]);
      for (const byte of frames) peer.send(Buffer.from([byte]));
      await peer.expect('got all');
      peer.reset();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send(webSocketAnswer());
      await peer.expect(webSocketFrame(opcodes.continuation, 'two', { mask }).toString('latin1'));
      peer.send(webSocketFrame(opcodes.text, 'got all'));
      await peer.ending();
    },
    rows: () => [{ ...webSocket, error: 'client-reset', messages: { request: 3, response: 1 } }],
  },
  {
    name: 'WebSocket: a frame of 64 MiB',
    transports: ['tls'],
    alone: true,
    client: async (peer, { target, authority }) => {
      peer.send(webSocketRequest(target('/'), authority));
      await peer.expect('\r\n\r\n');
      peer.send(webSocketFrame(opcodes.binary, Buffer.alloc(largeBytes, 'plumb'), { mask }));
      await peer.expect('thank you');
      peer.send(closeFrame(1000, '', { mask }));
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send(webSocketAnswer());
      await peer.expectTotal(largeBytes);
      peer.send(webSocketFrame(opcodes.text, 'thank you'));
      await peer.expect('\x88\x82');
      peer.send(closeFrame(1000));
      peer.end();
      await peer.ending();
    },
    rows: () => [{ ...webSocket, error: null, messages: { request: 2, response: 2 } }],
  },
];

/** Two texts, the second compressed with the first one as its window (RFC 7692 section 7.2.3.2). */
function deflatedTwice(): [Buffer, Buffer] {
  const first = 'A text that comes twice. '.repeat(5);
  const options = { finishFlush: constants.Z_SYNC_FLUSH };
  const one = deflateRawSync(first, options);
  const two = deflateRawSync(first, { ...options, dictionary: Buffer.from(first) });
  return [one.subarray(0, -4), two.subarray(0, -4)];
}
