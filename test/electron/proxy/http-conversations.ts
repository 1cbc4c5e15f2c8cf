import type { Conversation, Transport } from '../../support/conversation.ts';

/** One expected row: the columns that must be exactly this. */
export interface ExpectedRow {
  readonly method?: string;
  readonly status?: number | null;
  readonly statusText?: string;
  readonly error?: string | null;
  readonly protocol?: string;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
  readonly recorded?: 'full';
  readonly reused?: boolean;
  readonly h2Stream?: number;
  readonly messages?: { readonly request: number; readonly response: number };
  readonly longLived?: string | null;
  readonly note?: string | null;
}

export interface RecordedConversation extends Conversation {
  /** It keeps a processor busy: nothing else is held meanwhile. */
  readonly alone?: true;
  readonly rows: (transport: Transport) => readonly ExpectedRow[];
}

const everywhere: readonly Transport[] = ['http', 'connect', 'tls'];
const ok = (rest: ExpectedRow = {}): (() => readonly ExpectedRow[]) => {
  return () => [{ status: 200, error: null, recorded: 'full', reused: false, ...rest }];
};

/** HTTP/1 as it must arrive, whichever way it takes. */
export const httpConversations: readonly RecordedConversation[] = [
  {
    name: 'header case, order, duplicates, odd white space and bytes beyond ASCII stay as they were',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(
        `GET ${target('/a%2Fb?x=1&&y=%zz')} HTTP/1.1\r\nhOsT: ${authority}\r\nX-b: 2\r\nX-A:1\r\nx-a:  2 \t\r\n` +
          'Cookie: a=1\r\nX-Empty:\r\nCookie: b=2\r\nX-Latin: caf\xe9\r\nAccept-Encoding: gzip, gzip\r\n\r\n',
      );
      await peer.expect('odd');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send(
        'HTTP/1.1 200 Tout \xe0 fait  ~ok~ \r\nset-cookie: a\r\nServer:x\r\nSET-COOKIE: b\r\nX-Folded: a\r\n b\r\n' +
          'content-LENGTH: 003\r\n\r\nodd',
      );
      await peer.ending();
      peer.end();
    },
    rows: ok({ responseBytes: 3, requestBytes: 0 }),
  },
  {
    name: 'a status line without text, line feeds without carriage returns',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/1')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('one');
      peer.send(`GET ${target('/2')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('two');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 299 \r\nContent-Length: 3\r\n\r\none');
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 299\nContent-Length: 3\n\ntwo');
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { status: 299, statusText: '', error: null, reused: false },
      { status: 299, statusText: '', error: null, reused: true },
    ],
  },
  {
    name: '102 and 103 go before the answer, each when it was sent',
    transports: everywhere,
    client: async (peer, { target, authority, marks }) => {
      peer.send(`GET ${target('/early')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('102 Processing\r\n\r\n');
      marks.reach('102');
      await peer.expect('rel=preload\r\n\r\n');
      marks.reach('103');
      await peer.expect('done');
      peer.end();
    },
    origin: async (peer, { marks }) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 102 Processing\r\n\r\n');
      await marks.passed('102');
      peer.send('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n');
      await marks.passed('103');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone');
      await peer.ending();
      peer.end();
    },
    rows: ok({ responseBytes: 4 }),
  },
  {
    name: 'chunk extensions, odd chunk sizes and trailers stay as they were, both ways',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(
        `POST ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n` +
          '0005;name="a;b"\r\nhello\r\n1;x\r\n!\r\n0;last\r\nX-Sum: 6\r\nx-two: 2\r\n\r\n',
      );
      await peer.expect('x-Late: yes\r\n\r\n');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('x-two: 2\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA ;ext=1\r\n01234');
      peer.send('56789\r\n');
      peer.send('00;end\r\nX-Time: 1\r\nx-Late: yes\r\n\r\n');
      await peer.ending();
      peer.end();
    },
    rows: ok({ requestBytes: 6, responseBytes: 10 }),
  },
  {
    name: 'a body waits for 100 (Continue)',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(
        `PUT ${target('/up')} HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n`,
      );
      await peer.expect('100 Continue\r\n\r\n');
      peer.send('hello');
      await peer.expect('fine');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 100 Continue\r\n\r\n');
      await peer.expect('hello');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine');
      await peer.ending();
      peer.end();
    },
    rows: ok({ requestBytes: 5, responseBytes: 4 }),
  },
  {
    name: 'a refusal in place of 100 (Continue) leaves the connection usable',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(
        `PUT ${target('/up')} HTTP/1.1\r\nHost: ${authority}\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n`,
      );
      await peer.expect('no');
      peer.send(`0\r\n\r\nGET ${target('/next')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('yes');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno');
      await peer.expect('GET /next');
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes');
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { status: 417, error: null, requestBytes: 0, reused: false },
      { status: 200, error: null, responseBytes: 3, reused: true },
    ],
  },
  {
    name: 'pipelined requests in one write, answers in one write',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      const rest = `HTTP/1.1\r\nHost: ${authority}\r\n`;
      peer.send(
        `GET ${target('/1')} ${rest}\r\nPOST ${target('/2')} ${rest}Content-Length: 3\r\n\r\nabcHEAD ${target('/3')} ${rest}\r\n` +
          `GET ${target('/4')} ${rest}\r\n`,
      );
      await peer.expect('four');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('GET /4');
      await peer.expect('\r\n\r\n');
      peer.send(
        'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noneHTTP/1.1 201 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n' +
          'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nHTTP/1.1 203 OK\r\nContent-Length: 4\r\n\r\nfour',
      );
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { method: 'GET', status: 200, responseBytes: 3, reused: false, error: null },
      { method: 'POST', status: 201, requestBytes: 3, responseBytes: 3, reused: true, error: null },
      { method: 'HEAD', status: 200, responseBytes: 0, reused: true, error: null },
      { method: 'GET', status: 203, responseBytes: 4, reused: true, error: null },
    ],
  },
  {
    name: '204, 304 and HEAD announce a length they do not send',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      const rest = `HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
      peer.send(`DELETE ${target('/1')} ${rest}`);
      await peer.expect('204 No Content\r\n');
      await peer.expect('\r\n\r\n');
      peer.send(`GET ${target('/2')} ${rest}`);
      await peer.expect('304 Not Modified\r\n');
      await peer.expect('\r\n\r\n');
      peer.send(`HEAD ${target('/3')} ${rest}`);
      await peer.expect('chunked\r\n\r\n');
      peer.send(`GET ${target('/4')} ${rest}`);
      await peer.expect('end');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n');
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\nETag: "x"\r\n\r\n');
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend');
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { method: 'DELETE', status: 204, responseBytes: 0, error: null },
      { method: 'GET', status: 304, responseBytes: 0, error: null },
      { method: 'HEAD', status: 200, responseBytes: 0, error: null },
      { method: 'GET', status: 200, responseBytes: 3, error: null, reused: true },
    ],
  },
  {
    name: 'odd methods',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      for (const method of ['PROPFIND', 'get', "X!#$%&'*+-.^_`|~1", 'M-SEARCH']) {
        peer.send(`${method} ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
        await peer.expect('ok');
      }
      peer.end();
    },
    origin: async (peer) => {
      for (let count = 0; count < 4; count++) {
        await peer.expect('\r\n\r\n');
        peer.send('HTTP/1.1 200 k\r\nContent-Length: 2\r\n\r\nok');
      }
      await peer.ending();
      peer.end();
    },
    rows: () =>
      ['PROPFIND', 'get', "X!#$%&'*+-.^_`|~1", 'M-SEARCH'].map((method, index) => ({
        method,
        status: 200,
        error: null,
        reused: index > 0,
      })),
  },
  {
    name: 'heads of 60 KB',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(
        `GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\nX-Large: ${'q'.repeat(60_000)}\r\nX-After: 1\r\n\r\n`,
      );
      await peer.expect('end');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('X-After: 1\r\n\r\n');
      peer.send(
        `HTTP/1.1 200 OK\r\nX-Large: ${'a'.repeat(60_000)}\r\nContent-Length: 3\r\nX-After: 1\r\n\r\nend`,
      );
      await peer.ending();
      peer.end();
    },
    rows: ok({ responseBytes: 3 }),
  },
  {
    name: 'an answer whose head is too large to be read still arrives whole',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('the end');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send(`HTTP/1.1 200 OK\r\nX-Large: ${'a'.repeat(300_000)}\r\nContent-Length: 7\r\n\r\nthe end`);
      await peer.ending();
      peer.end();
    },
    rows: () => [{ method: 'GET' }],
  },
  {
    name: 'a head sent byte by byte',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      for (const char of `POST ${target('/slow')} HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 2\r\n\r\nhi`) {
        peer.send(char);
        await new Promise(setImmediate);
      }
      await peer.expect('x-t: 1\r\n\r\n');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\nhi');
      for (const char of 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a\r\nok\r\n0\r\nx-t: 1\r\n\r\n') {
        peer.send(char);
        await new Promise(setImmediate);
      }
      await peer.ending();
      peer.end();
    },
    rows: ok({ requestBytes: 2, responseBytes: 2 }),
  },
  {
    name: '3 MB both ways at once',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`POST ${target('/echo')} HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 3000000\r\n\r\n`);
      peer.send(Buffer.alloc(3_000_000, 'client to server, '));
      await peer.expect('\r\n\r\n');
      await peer.expectTotal(3_000_000 + 'HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n'.length);
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n');
      peer.send(Buffer.alloc(3_000_000, 'server to client. '));
      await peer.ending();
      peer.end();
    },
    rows: ok({ requestBytes: 3_000_000, responseBytes: 3_000_000 }),
  },
  {
    name: 'the server keeps the connection for a second request and then closes it idle',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      for (const path of ['/1', '/2']) {
        peer.send(`GET ${target(path)} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
        await peer.expect('ok');
      }
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      for (let count = 0; count < 2; count++) {
        await peer.expect('\r\n\r\n');
        peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
      peer.end();
      await peer.ending();
    },
    rows: () => [
      { status: 200, error: null, reused: false },
      { status: 200, error: null, reused: true },
    ],
  },
  {
    name: 'Connection: close',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`);
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbye');
      peer.end();
      await peer.ending();
    },
    rows: ok({ responseBytes: 3 }),
  },
  {
    name: 'HTTP/1.0, the answer ends with the connection',
    transports: everywhere,
    client: async (peer, { target }) => {
      peer.send(`GET ${target('/')} HTTP/1.0\r\n\r\n`);
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.0 200 OK\r\nServer: old\r\n\r\nsome');
      peer.send(' more');
      peer.end();
      await peer.ending();
    },
    rows: ok({ protocol: 'http/1.0', responseBytes: 9 }),
  },
  {
    name: 'a client that has said all ends its half and still gets the answer',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.ending();
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate');
      peer.end();
    },
    rows: ok({ responseBytes: 4 }),
  },
  {
    name: 'a request that ends inside its body',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`POST ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 10\r\n\r\nhalf`);
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.ending();
      peer.send('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      peer.end();
    },
    rows: () => [{ status: 400, requestBytes: 4 }],
  },
  {
    name: 'a content-length that is not kept, then FIN',
    transports: ['http', 'connect'],
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.');
      peer.end();
      await peer.ending();
    },
    rows: () => [{ status: 200, error: 'response-truncated', responseBytes: 10 }],
  },
  {
    name: 'a content-length that is not kept, then a FIN without close_notify',
    transports: ['tls'],
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.ending();
      peer.end();
    },
    origin: async (peer, { marks }) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.');
      marks.reach('sent');
      peer.endBare();
    },
    rows: () => [{ status: 200, error: 'response-truncated', responseBytes: 10 }],
  },
  {
    name: 'a chunked body that stops inside a chunk',
    transports: ['http', 'connect'],
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\nde');
      peer.end();
      await peer.ending();
    },
    rows: () => [{ status: 200, error: 'response-truncated', responseBytes: 5 }],
  },
  {
    name: 'a chunked body that stops between chunks, without its last one',
    transports: ['http', 'connect'],
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
      peer.end();
      await peer.ending();
    },
    rows: () => [{ status: 200, error: 'response-truncated', responseBytes: 3 }],
  },
  {
    name: 'a body cut off by a reset',
    transports: everywhere,
    client: async (peer, { target, authority, marks }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('ten bytes.');
      marks.reach('arrived');
      await peer.ending();
    },
    origin: async (peer, { marks }) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nten bytes.');
      await marks.passed('arrived');
      peer.reset();
    },
    rows: () => [{ status: 200, error: 'server-reset', responseBytes: 10 }],
  },
  {
    // Not on a fresh TLS connection: libuv takes a reset right behind data, here session tickets, for an orderly end.
    name: 'a reset in place of an answer',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/1')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('one');
      peer.send(`GET ${target('/2')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none');
      await peer.expect('\r\n\r\n');
      peer.reset();
    },
    rows: () => [
      { status: 200, error: null, reused: false },
      { status: null, error: 'server-reset', reused: true },
    ],
  },
  {
    name: 'FIN in place of an answer',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.end();
      await peer.ending();
    },
    rows: () => [{ status: null, error: 'no-response' }],
  },
  {
    name: 'a client that aborts inside the answer',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('begun');
      peer.reset();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun');
      await peer.ending();
    },
    rows: () => [{ status: 200, error: 'client-reset', responseBytes: 5 }],
  },
  {
    name: 'a client that aborts before the answer',
    transports: everywhere,
    client: async (peer, { target, authority, marks }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await marks.passed('asked');
      peer.reset();
    },
    origin: async (peer, { marks }) => {
      await peer.expect('\r\n\r\n');
      marks.reach('asked');
      await peer.ending();
    },
    rows: () => [{ status: null, error: 'client-reset' }],
  },
  {
    name: 'a client that aborts inside its request body',
    transports: everywhere,
    client: async (peer, { target, authority, marks }) => {
      peer.send(`POST ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 1000\r\n\r\nbegun`);
      await marks.passed('begun');
      peer.reset();
    },
    origin: async (peer, { marks }) => {
      await peer.expect('begun');
      marks.reach('begun');
      await peer.ending();
    },
    rows: () => [{ status: null, error: 'client-reset', requestBytes: 5 }],
  },
  {
    name: 'an early refusal while the body is still being sent, and the connection ends',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`POST ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 200000\r\n\r\n`);
      peer.send('x'.repeat(1000));
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('x'.repeat(1000));
      peer.send('HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno');
      peer.end();
      await peer.ending();
    },
    rows: () => [{ status: 413, requestBytes: 1000, responseBytes: 2 }],
  },
  {
    name: 'an early refusal after which the body is sent to its end all the same',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`POST ${target('/1')} HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 200000\r\n\r\n`);
      peer.send('x'.repeat(1000));
      await peer.expect('no');
      peer.send('x'.repeat(199_000));
      peer.send(`GET ${target('/2')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('yes');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('x'.repeat(1000));
      peer.send('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno');
      await peer.expect('GET /2 HTTP/1.1\r\n');
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes');
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { status: 413, requestBytes: 200_000, responseBytes: 2, error: null, reused: false },
      { status: 200, responseBytes: 3, error: null, reused: true },
    ],
  },
  {
    name: '101 with bytes right behind the head',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(
        `GET ${target('/ws')} HTTP/1.1\r\nHost: ${authority}\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n`,
      );
      await peer.expect('\x01from the server');
      peer.send('\x02from the client');
      await peer.expect('\x03again');
      peer.end();
      await peer.ending();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n\x01from the server');
      await peer.expect('\x02from the client');
      peer.send('\x03again');
      await peer.ending();
      peer.end();
    },
    rows: () => [{ status: 101, error: null, protocol: 'chat', requestBytes: 16, responseBytes: 22 }],
  },
  {
    name: '101 for a client that did not wait with its first bytes',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(
        `GET ${target('/ws')} HTTP/1.1\r\nHost: ${authority}\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n\x02early bytes`,
      );
      await peer.expect('\x01from the server');
      peer.send('\x04later bytes');
      await peer.expect('\x03again');
      peer.end();
      await peer.ending();
    },
    origin: async (peer, { transport }) => {
      // A proxy request's early bytes may also be the next request: they are held until the answer says.
      await peer.expect(transport === 'http' ? '\r\n\r\n' : '\x02early bytes');
      peer.send('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n\x01from the server');
      await peer.expect('\x04later bytes');
      peer.send('\x03again');
      await peer.ending();
      peer.end();
    },
    rows: (transport) => [
      {
        status: 101,
        error: null,
        protocol: 'chat',
        responseBytes: 22,
        ...(transport === 'http' ? { requestBytes: 24 } : {}),
      },
    ],
  },
  {
    name: 'a request behind one that asks in vain for another protocol',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(
        `GET ${target('/1')} HTTP/1.1\r\nHost: ${authority}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n` +
          `POST ${target('/2')} HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 5\r\n\r\nhe`,
      );
      await peer.expect('one');
      peer.send('llo');
      await peer.expect('two');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none');
      await peer.expect('hello');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo');
      await peer.ending();
      peer.end();
    },
    rows: () => [
      { status: 200, error: null, requestBytes: 0, responseBytes: 3, reused: false },
      { status: 200, error: null, requestBytes: 5, responseBytes: 3, reused: true },
    ],
  },
  {
    name: 'a 408 that nobody asked for, on an idle connection',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.ending();
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      peer.send('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 4\r\n\r\nslow');
      peer.end();
      await peer.ending();
    },
    rows: ok({ responseBytes: 2 }),
  },
  {
    name: 'IPv6',
    host: '::1',
    transports: everywhere,
    client: async (peer, { target, authority }) => {
      peer.send(`GET ${target('/six')} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      await peer.expect('six');
      peer.end();
    },
    origin: async (peer) => {
      await peer.expect('\r\n\r\n');
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsix');
      await peer.ending();
      peer.end();
    },
    rows: ok({ responseBytes: 3 }),
  },
];
