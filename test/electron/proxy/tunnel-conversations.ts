import type { RecordedConversation } from './http-conversations.ts';

const tunnel = (requestBytes: number, responseBytes: number): RecordedConversation['rows'] => {
  return () => [{ protocol: 'tunnel', status: null, error: null, requestBytes, responseBytes }];
};

/** Everything that is not HTTP, through CONNECT. */
export const tunnelConversations: readonly RecordedConversation[] = [
  {
    name: 'a server that speaks first',
    transports: ['connect', 'tls'],
    client: async (peer) => {
      await peer.expect('220 mail\r\n');
      peer.send('EHLO me\r\n');
      await peer.expect('250 ok\r\n');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      peer.send('220 mail\r\n');
      await peer.expect('EHLO me\r\n');
      peer.send('250 ok\r\n');
      await peer.ending();
      peer.end();
    },
    rows: tunnel(9, 18),
  },
  {
    name: 'bytes that are no known protocol',
    transports: ['connect', 'tls'],
    client: async (peer) => {
      peer.send(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
      await peer.expect('\xff\xfe\xfd');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.expectTotal(256);
      peer.send(Buffer.from([0xff, 0xfe, 0xfd]));
      await peer.ending();
      peer.end();
    },
    rows: tunnel(256, 3),
  },
  {
    name: 'a short command in capitals that could have become a request',
    transports: ['connect', 'tls'],
    client: async (peer) => {
      peer.send('PING');
      await peer.expect('+PONG\r\n');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.expect('PING');
      peer.send('+PONG\r\n');
      await peer.ending();
      peer.end();
    },
    rows: tunnel(4, 7),
  },
  {
    name: 'one byte like the first of TLS, and then the client waits',
    transports: ['connect'],
    client: async (peer) => {
      peer.send('\x16');
      await peer.expect('seen');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.expect('\x16');
      peer.send('seen');
      await peer.ending();
      peer.end();
    },
    rows: tunnel(1, 4),
  },
  {
    name: 'bytes that begin like TLS and are not',
    transports: ['connect'],
    client: async (peer) => {
      peer.send('\x16\x03\x01 no hello at all');
      await peer.expect('what?');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.expect('at all');
      peer.send('what?');
      await peer.ending();
      peer.end();
    },
    rows: tunnel(19, 5),
  },
  {
    name: 'the client ends its half, the server goes on',
    transports: ['connect', 'tls'],
    client: async (peer) => {
      peer.send('\x00all of it');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.ending();
      peer.send('the sum of it');
      peer.end();
    },
    rows: tunnel(10, 13),
  },
  {
    name: 'the server ends its half, the client goes on',
    transports: ['connect', 'tls'],
    client: async (peer) => {
      peer.send('\x00hello');
      await peer.ending();
      peer.send('still here');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\x00hello');
      peer.send('nothing more');
      peer.end();
      await peer.expect('still here');
      await peer.ending();
    },
    rows: tunnel(16, 12),
  },
  {
    name: 'a client that says nothing and leaves',
    transports: ['connect', 'tls'],
    client: async (peer, { marks }) => {
      await peer.secured();
      await marks.passed('open');
      peer.end();
      await peer.ending();
    },
    origin: async (peer, { marks }) => {
      await peer.secured();
      marks.reach('open');
      await peer.ending();
      peer.end();
    },
    rows: (transport) => {
      const [row] = tunnel(0, 0)(transport);
      // After a handshake it looks like a program that pins its certificate.
      return [{ ...row, error: transport === 'tls' ? 'client-closed-unused' : null }];
    },
  },
  {
    name: 'a server that says nothing and leaves',
    transports: ['connect', 'tls'],
    client: async (peer) => {
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.secured();
      peer.end();
      await peer.ending();
    },
    rows: tunnel(0, 0),
  },
  {
    name: 'a reset by the client',
    transports: ['connect', 'tls'],
    client: async (peer) => {
      peer.send('\x00hello');
      await peer.expect('hello');
      peer.reset();
    },
    origin: async (peer) => {
      await peer.expect('\x00hello');
      peer.send('hello');
      await peer.ending();
    },
    rows: () => [{ protocol: 'tunnel', error: 'client-reset', requestBytes: 6, responseBytes: 5 }],
  },
  {
    name: 'a reset by the server',
    transports: ['connect', 'tls'],
    client: async (peer, { marks }) => {
      peer.send('\x00hello');
      await peer.expect('hello');
      marks.reach('answered');
      await peer.ending();
    },
    origin: async (peer, { marks }) => {
      await peer.expect('\x00hello');
      peer.send('hello');
      await marks.passed('answered');
      peer.reset();
    },
    rows: () => [{ protocol: 'tunnel', error: 'server-reset', requestBytes: 6, responseBytes: 5 }],
  },
];
