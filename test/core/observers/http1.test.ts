import { describe, expect, it } from 'vitest';
import type { Http1Event } from '../../../core/observers/http1-events.ts';
import {
  createHttp1Observer,
  createHttp1Requests,
  createHttp1Responses,
  looksLikeHttp1Request,
} from '../../../core/observers/http1.ts';
import { nodePlatform } from '../../support/platform.ts';
import { bytesOf, client, ends, play, server, STEP_US, textOf, told } from './http1-script.ts';

const GET = client('GET /a HTTP/1.1\r\nHost: h\r\n\r\n');
const TOLD_GET = ['client 0 head GET /a HTTP/1.1 none', 'client 0 end'];

describe('one exchange', () => {
  it('is told as two heads, the body and two ends', () => {
    expect(told([GET, server('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')])).toEqual([
      'client 0 head GET /a HTTP/1.1 none',
      'client 0 end',
      'server 0 head 200 OK length=5',
      'server 0 body hello',
      'server 0 end',
    ]);
  });

  it('carries offsets of the stream and the arrival of the chunks', () => {
    const events = play([
      client('\r\n\nPO'),
      client('ST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab'),
      client('cd'),
    ]);
    expect(events.map((event) => ({ ...event, raw: null, headers: null, data: null }))).toMatchObject([
      { type: 'request-head', from: 3, to: 41, firstByteAtUs: STEP_US + 5, atUs: 2 * STEP_US + 38 },
      { type: 'request-body', from: 41, to: 43, atUs: 2 * STEP_US + 38 },
      { type: 'request-body', from: 43, to: 45, atUs: 3 * STEP_US + 2 },
      { type: 'request-end', to: 45, atUs: 3 * STEP_US + 2 },
    ]);
  });

  it('keeps header names as sent, in order, with duplicates, and bytes above ASCII as Latin-1', () => {
    const [head] = play([
      client('GET / HTTP/1.1\r\nhOsT:h\r\nX-A: \t1 \t\r\nx-a: caf\xe9\r\nEmpty:\r\nUrl: http://b:1\r\n\r\n'),
    ]);
    expect(head).toMatchObject({
      headers: [
        ['hOsT', 'h'],
        ['X-A', '1'],
        ['x-a', 'caf\xe9'],
        ['Empty', ''],
        ['Url', 'http://b:1'],
      ],
      defects: [],
    });
  });

  it('gives the raw head as a copy that outlives the chunk, even if the chunk is a Node Buffer', () => {
    const requests = ['GET /1 HTTP/1.1\r\n\r\n', 'GET /2 HTTP/1.1\r\nA: b\r\n\r\n', 'GET /3 HTTP/1.1\n\n'];
    const raw = play(requests.map(client)).flatMap((event) => ('raw' in event ? [textOf(event.raw)] : []));
    expect(raw).toEqual(requests);
  });

  it('tells a large body in as many events as chunks, with the bytes in place', () => {
    const body: Uint8Array[] = [];
    const responses = createHttp1Responses(nodePlatform, (event) => {
      if ('data' in event) body.push(event.data);
    });
    responses.expect(0, 'GET');
    responses.bytes(bytesOf('HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n'), 1);
    const chunk = new Uint8Array(100_000);
    responses.bytes(chunk, 2);
    responses.bytes(chunk, 3);
    expect(body.map((data) => data.length)).toEqual([100_000, 100_000]);
    expect(body[0]?.buffer).toBe(chunk.buffer);
  });
});

describe('requests in a row', () => {
  it('may be sent before their answers, which are paired in order', () => {
    expect(
      told([
        client('GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n'),
        server('HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx'),
        server('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
      ]),
    ).toEqual([
      'client 0 head GET /1 HTTP/1.1 none',
      'client 0 end',
      'client 1 head HEAD /2 HTTP/1.1 none',
      'client 1 end',
      'client 2 head GET /3 HTTP/1.1 none',
      'client 2 end',
      'server 0 head 404 Not Found length=1',
      'server 0 body x',
      'server 0 end',
      'server 1 head 200 OK none',
      'server 1 end',
      'server 2 head 204 No Content none',
      'server 2 end',
    ]);
  });

  it('may be parted by empty lines', () => {
    expect(
      told([client('GET /1 HTTP/1.1\r\n\r\n\r\n\n\r\nGET /2 HTTP/1.1\r\n\r\n\r\n'), ends('client')]),
    ).toEqual([
      'client 0 head GET /1 HTTP/1.1 none',
      'client 0 end',
      'client 1 head GET /2 HTTP/1.1 none',
      'client 1 end',
    ]);
  });

  it('are answered in order also when more than a thousand wait', () => {
    const count = 3000;
    const lines = told([
      client('GET / HTTP/1.1\r\n\r\n'.repeat(count)),
      server('HTTP/1.1 304 Not Modified\r\n\r\n'.repeat(count)),
    ]);
    expect(lines.slice(2 * count).filter((line) => line.includes('head'))).toEqual(
      Array.from({ length: count }, (_, message) => `server ${message} head 304 Not Modified none`),
    );
  });

  it('beyond the bound are not paired any more', () => {
    expect(
      told([client('GET / HTTP/1.1\r\n\r\n'.repeat(3)), server('HTTP/1.1 204 \r\n\r\n'.repeat(3))], {
        waitingMax: 2,
      }).slice(6),
    ).toEqual([
      'server 0 head 204 none',
      'server 0 end',
      'server 1 head 204 none',
      'server 1 end',
      'server - unreadable from 34 [not-kept] More than 2 requests waited for an answer, so this one cannot be paired.',
    ]);
  });
});

describe('answers before the final one', () => {
  it('are interim heads of the same message, any number of them', () => {
    expect(
      told([
        client('POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n'),
        server('HTTP/1.1 100 Continue\r\n\r\n'),
        client('ok'),
        server('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'),
        server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
      ]),
    ).toEqual([
      'client 0 head POST / HTTP/1.1 length=2 expects-continue',
      'server 0 interim 100 Continue none',
      'client 0 body ok',
      'client 0 end',
      'server 0 interim 103 Early Hints none',
      'server 0 interim 103 Early Hints none',
      'server 0 head 200 OK length=0',
      'server 0 end',
    ]);
  });

  it('do not end the message when the server closes after them', () => {
    expect(told([GET, server('HTTP/1.1 100 Continue\r\n\r\n'), ends('server')])).toEqual([
      ...TOLD_GET,
      'server 0 interim 100 Continue none',
      'server 0 end incomplete [truncated] The server closed the connection after no byte of the response.',
    ]);
  });

  it('an early final answer is told while the request body is under way', () => {
    expect(
      told([
        client('POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\nabc'),
        server('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
        client('de'),
        ends('client', 'reset'),
      ]),
    ).toEqual([
      'client 0 head POST / HTTP/1.1 length=6',
      'client 0 body abc',
      'server 0 head 413 Content Too Large length=0 close',
      'server 0 end',
      'client 0 body de',
      'client 0 end incomplete [truncated] The client reset the connection after 5 of 6 body bytes.',
    ]);
  });
});

describe('bodies', () => {
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

  it('in chunks are told without their framing; extensions are passed over', () => {
    const steps = [GET, server(`${chunked}5;a="b;c"\r\nhello\r\n00A \r\n, dear you\r\n0;last\r\n\r\n`)];
    expect(told(steps).slice(2)).toEqual([
      'server 0 head 200 OK chunked',
      'server 0 body hello',
      'server 0 body , dear you',
      'server 0 end',
    ]);
    expect(play(steps).at(-1)).toMatchObject({ to: chunked.length + 46 });
  });

  it('in chunks may end with trailers', () => {
    expect(told([GET, server(`${chunked}1\r\nx\r\n0\r\nDigest: abc\r\nB:  c\r\n\r\n`)]).slice(2)).toEqual([
      'server 0 head 200 OK chunked',
      'server 0 body x',
      'server 0 trailers Digest=abc B=c',
      'server 0 end',
    ]);
  });

  it('with a defective trailer line are complete and say so', () => {
    expect(told([GET, server(`${chunked}0\r\nno colon\r\n\r\n`)]).slice(3)).toEqual([
      'server 0 trailers ',
      'server 0 end [bad-header] Header line 1 has no colon.',
    ]);
  });

  it('in chunks with bare line feeds are read', () => {
    expect(
      told([GET, server('HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nhi\n0\n\n')]).slice(2),
    ).toEqual(['server 0 head 200 OK chunked', 'server 0 body hi', 'server 0 end']);
  });

  it.each([
    ['x\r\n', 'A chunk does not begin with its size in hexadecimal.'],
    [';a\r\n', 'A chunk does not begin with its size in hexadecimal.'],
    ['\r\n', 'A chunk does not begin with its size in hexadecimal.'],
    ['-1\r\n', 'A chunk does not begin with its size in hexadecimal.'],
    ['5x\r\n', 'A chunk size is followed by something that is neither an extension nor a line end.'],
    ['5 5\r\n', 'A chunk size is followed by something that is neither an extension nor a line end.'],
    ['5\rx', 'A chunk-size line holds a carriage return that does not end it.'],
    ['20000000000000\r\n', 'A chunk size is larger than 2^53 - 1.'],
    ['0000000000000000000000000;\r\n', 'A chunk-size line is longer than 24 bytes.'],
  ])('with the chunk-size line %j are unreadable from that line on', (line, sentence) => {
    expect(told([GET, server(chunked + line)], { chunkLineBytesMax: 24 }).slice(3)).toEqual([
      `server 0 unreadable from ${chunked.length} [bad-chunk] ${sentence}`,
    ]);
  });

  it('with a later chunk-size line that is empty are unreadable from that line on', () => {
    expect(told([GET, server(`${chunked}2\r\nhi\r\n;a\r\n`)]).slice(3)).toEqual([
      'server 0 body hi',
      `server 0 unreadable from ${chunked.length + 7} [bad-chunk] A chunk does not begin with its size in hexadecimal.`,
    ]);
  });

  it('with chunk data longer than announced are unreadable from the end of the announced data', () => {
    expect(told([GET, server(`${chunked}2\r\nhello\r\n`)]).slice(3)).toEqual([
      'server 0 body he',
      `server 0 unreadable from ${chunked.length + 5} [bad-chunk] The data of a chunk is longer than its size says, or its line end is missing.`,
    ]);
  });

  it('with more trailers than the bound are unreadable', () => {
    expect(
      told([GET, server(`${chunked}0\r\nA: ${'b'.repeat(99)}`)], { trailersBytesMax: 64 }).slice(3),
    ).toEqual([
      'server 0 unreadable from 50 [trailers-too-large] The trailer section is longer than 64 bytes.',
    ]);
  });

  it('without a length end with the stream, which is complete', () => {
    expect(
      told([GET, server('HTTP/1.0 200 OK\r\n\r\nall'), server(' of it'), ends('server')]).slice(2),
    ).toEqual(['server 0 head 200 OK until-close close', 'server 0 body all of it', 'server 0 end']);
  });

  it.each(['HTTP/1.1 204 No Content', 'HTTP/1.1 304 Not Modified', 'HTTP/1.1 100 Continue'])(
    'do not exist after %s, whatever the header says',
    (line) => {
      const lines = told([
        GET,
        server(`${line}\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`),
      ]);
      expect(lines[2]).toMatch(/ none$/);
    },
  );
});

describe('the length of a body', () => {
  const request = (fields: string) => told([client(`POST / HTTP/1.1\r\n${fields}\r\n\r\n`)])[0];
  const response = (fields: string) => told([GET, server(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\n`)])[2];

  it.each([
    ['Content-Length: 5', 'length=5'],
    ['content-LENGTH:005', 'length=5'],
    ['Content-Length: 5\r\nContent-Length: 5', 'length=5'],
    ['Content-Length: 5, 5', 'length=5'],
    ['Content-Length: 9007199254740991', 'length=9007199254740991'],
    ['Content-Length: 5\r\nContent-Length: 6', 'length=5 [ambiguous-length]'],
    ['Content-Length: 5, 6', 'length=5 [ambiguous-length]'],
    ['Content-Length: 5\r\nTransfer-Encoding: chunked', 'chunked [ambiguous-length]'],
    ['Transfer-Encoding: gzip\r\nTransfer-Encoding: Chunked', 'chunked'],
    ['Transfer-Encoding: chunked, chunked', 'chunked [ambiguous-length]'],
    ['Transfer-Encoding:\r\n chunked', 'chunked [bad-header]'],
    ['Content-Length : 5', 'length=5 [bad-header]'],
    ['Content-Length: -5', 'none [bad-length fatal]'],
    ['Content-Length: +5', 'none [bad-length fatal]'],
    ['Content-Length: 0x5', 'none [bad-length fatal]'],
    ['Content-Length: 5 5', 'none [bad-length fatal]'],
    ['Content-Length: 5,', 'none [bad-length fatal]'],
    ['Content-Length:', 'none [bad-length fatal]'],
    ['Content-Length: 9007199254740992', 'none [bad-length fatal]'],
    ['Content-Length: 5\r\nContent-Length: x', 'none [bad-length fatal]'],
    ['Transfer-Encoding: gzip', 'none [bad-length fatal]'],
    ['Transfer-Encoding: identity', 'none [bad-length fatal]'],
    ['Transfer-Encoding: xchunked', 'none [bad-length fatal]'],
    ['Transfer-Encoding: \x0bchunked', 'none [bad-length fatal]'],
    ['Transfer-Encoding: chunked, gzip', 'none [ambiguous-length] [bad-length fatal]'],
  ])('of a request with %j is %s', (fields, length) => {
    expect(request(fields)).toBe(`client 0 head POST / HTTP/1.1 ${length}`);
  });

  it.each([
    ['Content-Length: 5, 6', 'length=5 [ambiguous-length]'],
    ['Content-Length: x', 'until-close close [bad-length]'],
    ['Transfer-Encoding: gzip', 'until-close close'],
    ['Transfer-Encoding: gzip\r\nContent-Length: 5', 'until-close close [ambiguous-length]'],
    ['Transfer-Encoding: gzip, chunked', 'chunked'],
    ['Transfer-Encoding: identity\r\nContent-Length: 5', 'length=5'],
  ])('of a response with %j is %s', (fields, length) => {
    expect(response(fields)).toBe(`server 0 head 200 OK ${length}`);
  });

  it('that cannot be known makes the rest of the requests unreadable', () => {
    const head = 'POST / HTTP/1.1\r\nContent-Length: five\r\n\r\n';
    expect(told([client(`${head}abc`), client('GET / HTTP/1.1\r\n\r\n'), ends('client')])).toEqual([
      'client 0 head POST / HTTP/1.1 none [bad-length fatal]',
      `client 0 unreadable from ${head.length} [bad-length] The content length “five” is not a number of bytes.`,
    ]);
  });

  it('is doubtful when HTTP/1.0 uses a transfer encoding', () => {
    expect(told([client('POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n')])[0]).toBe(
      'client 0 head POST / HTTP/1.0 chunked close [ambiguous-length]',
    );
  });
});

describe('closing', () => {
  it.each([
    ['HTTP/1.1', '', false],
    ['HTTP/1.1', 'Connection: close', true],
    ['HTTP/1.1', 'Connection: upgrade, Close', true],
    ['HTTP/1.1', 'Connection: keep-alive\r\nConnection: close', true],
    ['HTTP/1.1', 'Connection: closed', false],
    ['HTTP/1.0', '', true],
    ['HTTP/1.0', 'Connection: Keep-Alive', false],
    ['HTTP/1.0', 'Connection: keep-alive, close', true],
  ])('in %s with %j: %s', (version, fields, close) => {
    const lines = fields === '' ? '' : `${fields}\r\n`;
    const events = play([
      client(`GET / ${version}\r\n${lines}\r\n`),
      server(`${version} 200 OK\r\nContent-Length: 0\r\n${lines}\r\n`),
    ]);
    expect(events[0]).toMatchObject({ type: 'request-head', close });
    expect(events[2]).toMatchObject({ type: 'response-head', close });
  });
});

describe('heads that are not quite right', () => {
  const defects = (step: Parameters<typeof play>[0][number]) => {
    const head = play([GET, step]).find(
      (event) => 'defects' in event && (event.type === 'response-head' || event.message === 1),
    );
    return head !== undefined && 'defects' in head ? head.defects.map((defect) => defect.message) : null;
  };

  it('may end their lines with a bare line feed', () => {
    expect(told([client('GET / HTTP/1.1\nHost: h\r\nA: b\n\n')])).toEqual([
      'client 0 head GET / HTTP/1.1 none',
      'client 0 end',
    ]);
    expect(defects(client('GET / HTTP/1.1\nHost: h\r\nA: b\n\n'))).toEqual([]);
  });

  it('are joined where a line is folded', () => {
    const [head] = play([client('GET / HTTP/1.1\r\nA: one\r\n\t two \r\n  three\r\nB:\r\n four\r\n\r\n')]);
    expect(head).toMatchObject({
      headers: [
        ['A', 'one two three'],
        ['B', 'four'],
      ],
    });
    expect(defects(client('GET / HTTP/1.1\r\nA: one\r\n two\r\n\r\n'))).toEqual([
      'Header line 2 continues the line before it, an obsolete form.',
    ]);
  });

  it.each([
    ['Name : v', 'Header line 1 has white space before its colon.'],
    ['no colon', 'Header line 1 has no colon.'],
    [': v', 'Header line 1 has no name.'],
    ['Na me: v', 'Header line 1 has a name that is not a token.'],
    [' first: folded', 'Header line 1 continues a line that is not there.'],
    ['A: b\rc', 'Header line 1 holds a carriage return or NUL.'],
    ['A: b\0c', 'Header line 1 holds a carriage return or NUL.'],
    ['A: b\r', 'Header line 1 holds a carriage return or NUL.'],
  ])('with the line %j are read and marked', (line, sentence) => {
    expect(defects(client(`GET / HTTP/1.1\r\n${line}\r\n\r\n`))).toEqual([sentence]);
    expect(defects(server(`HTTP/1.1 200 OK\r\n${line}\r\n\r\n`))).toEqual([sentence]);
  });

  it('trim a name and leave out a line that is no header', () => {
    const [head] = play([client('GET / HTTP/1.1\r\nName \t: v\r\nno colon\r\n\r\n')]);
    expect(head).toMatchObject({ headers: [['Name', 'v']] });
  });

  it('report at most 32 defective lines, and doubtful lengths besides', () => {
    const head = play([client(`POST / HTTP/1.1\r\n${'bad\r\n'.repeat(50)}Content-Length: 1, 2\r\n\r\n`)])[0];
    expect(head).toMatchObject({
      type: 'request-head',
      defects: { length: 33, 32: { code: 'ambiguous-length' } },
    });
  });

  it.each([
    ['GET /a b HTTP/1.1', '/a b', 'HTTP/1.1', 'The request line has more spaces than the two that part it.'],
    ['GET  /a HTTP/1.1', '/a', 'HTTP/1.1', 'The request line has more spaces than the two that part it.'],
    ['GET /a HTTP/1.1 ', '/a', 'HTTP/1.1', 'The request line has more spaces than the two that part it.'],
    ['GET /a', '/a', '', 'The request line names no HTTP version.'],
    ['GET /\ra HTTP/1.1', '/\ra', 'HTTP/1.1', 'The start line holds a carriage return or NUL.'],
  ])('with the request line %j are read and marked', (line, target, version, sentence) => {
    expect(play([client(`${line}\r\n\r\n`)])[0]).toMatchObject({ target, version });
    expect(defects(client(`${line}\r\n\r\n`))).toEqual([sentence]);
  });

  it.each([
    ['HTTP/1.1 200', ''],
    ['HTTP/1.1 200 ', ''],
    ['HTTP/1.1 200 All is  well', 'All is  well'],
    ['HTTP/1.1  200 OK', 'OK', 'The status line has more than one space before the status.'],
    ['HTTP/1.1 200 O\rK', 'O\rK', 'The start line holds a carriage return or NUL.'],
  ])('with the status line %j are read', (line, statusText, sentence?: string) => {
    const step = server(`${line}\r\n\r\n`);
    expect(play([GET, step])[2]).toMatchObject({ status: 200, statusText });
    expect(defects(step)).toEqual(sentence === undefined ? [] : [sentence]);
  });
});

describe('bytes that are not HTTP/1', () => {
  it.each([
    ['\x16\x03\x01\x02\x00', 'The bytes do not begin like an HTTP/1 request.'],
    [' GET / HTTP/1.1\r\n\r\n', 'The bytes do not begin like an HTTP/1 request.'],
    ['\rGET / HTTP/1.1\r\n\r\n', 'The bytes do not begin like an HTTP/1 request.'],
    ['A'.repeat(33), 'The bytes do not begin like an HTTP/1 request.'],
    [
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'An HTTP/2 connection preface came where an HTTP/1 request was expected.',
    ],
    ['GET / HTTP/2.0\r\n\r\n', 'The request line does not end with an HTTP/1 version.'],
    ['GET / http/1.1\r\n\r\n', 'The request line does not end with an HTTP/1 version.'],
    ['GET \r\n\r\n', 'The request line names no target.'],
    ['GET HTTP/1.1\r\n\r\n', 'The request line names no target.'],
    ['GET  HTTP/1.1\r\n\r\n', 'The request line names no target.'],
  ])('from the client, %j, are told once', (text, sentence) => {
    expect(told([client(text), client('GET / HTTP/1.1\r\n\r\n'), ends('client')])).toEqual([
      `client 0 unreadable from 0 [bad-start-line] ${sentence}`,
    ]);
  });

  it.each([
    ['ICY 200 OK\r\n\r\n', 'The bytes do not begin like an HTTP/1 response.'],
    ['HTTP/2 200\r\n\r\n', 'The status line does not begin with an HTTP/1 version.'],
    ['HTTP/1.1\t200 OK\r\n\r\n', 'The status line does not begin with an HTTP/1 version.'],
    ['HTTP/1.1 20 OK\r\n\r\n', 'The status line holds no status of three digits from 100 on.'],
    ['HTTP/1.1 2000 OK\r\n\r\n', 'The status line holds no status of three digits from 100 on.'],
    ['HTTP/1.1 099 OK\r\n\r\n', 'The status line holds no status of three digits from 100 on.'],
    ['HTTP/1.1\r\n\r\n', 'The status line holds no status of three digits from 100 on.'],
  ])('from the server, %j, are told once, and the client is read on', (text, sentence) => {
    expect(told([GET, server(text), GET, server('more'), ends('server')])).toEqual([
      ...TOLD_GET,
      `server 0 unreadable from 0 [bad-start-line] ${sentence}`,
      'client 1 head GET /a HTTP/1.1 none',
      'client 1 end',
    ]);
  });

  it('are told at the first wrong byte, not at the end of a line', () => {
    expect(told([client('GE\x00')])).toHaveLength(1);
    expect(told([GET, server('HTTQ')])).toHaveLength(3);
  });

  it('a head longer than the bound is given up, with or without its end in sight', () => {
    const longest = `GET / HTTP/1.1\r\nA: ${'x'.repeat(77)}\r\n\r\n`;
    expect(longest).toHaveLength(100);
    expect(told([client(longest)], { headBytesMax: 100 })).toHaveLength(2);
    expect(told([client(longest)], { headBytesMax: 99 })).toEqual([
      'client 0 unreadable from 0 [head-too-large] The head is longer than 99 bytes.',
    ]);
    expect(told([GET, server('HTTP/1.1 200 OK\r\nA: '), server('x'.repeat(262_143))]).slice(2)).toEqual([
      'server 0 unreadable from 0 [head-too-large] The head is longer than 262144 bytes.',
    ]);
  });
});

describe('an answer nobody asked for', () => {
  it('is told with its status, typically 408 on an idle connection', () => {
    expect(
      told([server('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\nbye'), ends('server')]),
    ).toEqual([
      'server - unreadable from 0 [unexpected-response] The server sent the response “408 Request Timeout” that no request had asked for.',
    ]);
  });

  it('is told after an answered request too', () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
    expect(told([GET, server(`${answer}\r\n${answer}`)]).slice(4)).toEqual([
      'server - unreadable from 40 [unexpected-response] The server sent the response “200 OK” that no request had asked for.',
    ]);
  });

  it('need not be HTTP, nor be whole', () => {
    expect(told([server('220 mail.example ESMTP\r\n')])).toEqual([
      'server - unreadable from 0 [unexpected-response] The server sent bytes that no request had asked for.',
    ]);
    expect(told([server('HTTP/1.1 4'), ends('server')])).toEqual([
      'server - unreadable from 0 [unexpected-response] The server sent 10 bytes of a response that no request had asked for.',
    ]);
  });

  it('is an answer if its request came before its head was over', () => {
    expect(
      told([server('HTTP/1.1 408'), GET, server(' Request Timeout\r\nContent-Length: 0\r\n\r\n')]),
    ).toEqual([...TOLD_GET, 'server 0 head 408 Request Timeout length=0', 'server 0 end']);
  });
});

describe('a stream that ends early', () => {
  const cutShort = (steps: Parameters<typeof told>[0]) => told(steps).at(-1);

  it('between messages says nothing', () => {
    expect(
      told([GET, server('HTTP/1.1 204 \r\n\r\n'), ends('client'), ends('server', 'reset')]),
    ).toHaveLength(4);
    expect(told([client('\r\n\r'), ends('client'), ends('server')])).toEqual([]);
  });

  it('in a request head is unreadable, as there is no request yet', () => {
    expect(told([GET, client('GET /b HT'), ends('client', 'reset')]).slice(2)).toEqual([
      'client 1 unreadable from 28 [truncated] The client reset the connection after 9 bytes of a request head.',
    ]);
  });

  it('in a request body tells how much is missing', () => {
    expect(
      cutShort([client('POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n0123456789'), ends('client')]),
    ).toBe('client 0 end incomplete [truncated] The client closed the connection after 10 of 20 body bytes.');
  });

  it.each([
    ['HTTP/1.1 200', 'after 12 bytes of the response head'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n', 'after 0 of 20 body bytes'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789', 'after 10 of 20 body bytes'],
    ['HTTP/1.1 200 OK\r\n\r\n01234', 'after 5 body bytes'],
  ])('by reset, after %j, is incomplete', (text, when) => {
    expect(cutShort([GET, server(text), ends('server', 'reset')])).toBe(
      `server 0 end incomplete [truncated] The server reset the connection ${when}.`,
    );
  });

  it.each([
    ['', 'after 0 bytes of a chunked body'],
    ['3', 'after 0 bytes of a chunked body'],
    ['3\r\na', 'after 1 bytes of a chunked body, 2 bytes before the end of a chunk'],
    ['3\r\nabc', 'after 3 bytes of a chunked body'],
    ['3\r\nabc\r\n', 'after 3 bytes of a chunked body'],
    ['3\r\nabc\r\n0\r\n', 'after the last chunk, before the trailer section was over'],
    ['3\r\nabc\r\n0\r\nA: b\r\n', 'after the last chunk, before the trailer section was over'],
  ])('orderly but before the last chunk, after %j, is incomplete', (text, when) => {
    expect(
      cutShort([GET, server(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${text}`), ends('server')]),
    ).toBe(`server 0 end incomplete [truncated] The server closed the connection ${when}.`);
  });

  it('leaves every waiting request without an answer', () => {
    expect(told([GET, GET, server('HTTP/1.0 200 OK\r\n\r\nx'), ends('server'), GET]).slice(4)).toEqual([
      'server 0 head 200 OK until-close close',
      'server 0 body x',
      'server 0 end',
      'server 1 end incomplete [truncated] The server closed the connection after no byte of the response.',
      'client 2 head GET /a HTTP/1.1 none',
      'server 2 end incomplete [truncated] The server closed the connection before this request was sent.',
      'client 2 end',
    ]);
  });
});

describe('CONNECT', () => {
  const CONNECT = 'CONNECT db.example:443 HTTP/1.1\r\nHost: db.example:443\r\n\r\n';

  it('hands over after 2xx, with the bytes the client did not wait to send', () => {
    expect(
      told([
        client(`${CONNECT}hel`),
        client('lo'),
        server('HTTP/1.1 200 Connection Established\r\nContent-Length: 5\r\n\r\n220 '),
        client('never told'),
        ends('client'),
      ]),
    ).toEqual([
      'client 0 head CONNECT db.example:443 HTTP/1.1 none',
      'client 0 end',
      'server 0 head 200 Connection Established none',
      'server 0 end',
      'hand-over 0 to tunnel at 57/58 early client@57 hel early client@60 lo',
    ]);
  });

  it('goes on as HTTP after a refusal, with the requests sent meanwhile at their own times', () => {
    const steps = [
      client(`${CONNECT}GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\na`),
      client('b'),
      server('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno'),
      client('c'),
      server('HTTP/1.1 204 \r\n\r\n'),
    ];
    expect(told(steps)).toEqual([
      'client 0 head CONNECT db.example:443 HTTP/1.1 none',
      'client 0 end',
      'server 0 head 407 Proxy Authentication Required length=2',
      'client 1 head GET /1 HTTP/1.1 none',
      'client 1 end',
      'client 2 head POST /2 HTTP/1.1 length=3',
      'client 2 body ab',
      'server 0 body no',
      'server 0 end',
      'client 2 body c',
      'client 2 end',
      'server 1 head 204 none',
      'server 1 end',
    ]);
    const times = play(steps).flatMap((event) =>
      event.type === 'request-body' ? [event.atUs / STEP_US] : [],
    );
    expect(times.map(Math.floor)).toEqual([1, 2, 4]);
    expect(play(steps).at(3)).toMatchObject({ type: 'request-head', from: 57, to: 76 });
  });

  it('may be tried again at once, and the client may have ended', () => {
    expect(
      told([
        client(`${CONNECT}${CONNECT}early`),
        ends('client'),
        server('HTTP/1.1 407 \r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 \r\n\r\nlate'),
      ]),
    ).toEqual([
      'client 0 head CONNECT db.example:443 HTTP/1.1 none',
      'client 0 end',
      'server 0 head 407 length=0',
      'client 1 head CONNECT db.example:443 HTTP/1.1 none',
      'client 1 end',
      'server 0 end',
      'server 1 head 200 none',
      'server 1 end',
      'hand-over 1 to tunnel at 114/53 early client@114 early',
    ]);
  });

  it('keeps the end of the client for after a refusal', () => {
    expect(
      told([
        client(`${CONNECT}GET /half`),
        ends('client', 'reset'),
        server('HTTP/1.1 502 \r\nContent-Length: 0\r\n\r\n'),
      ]),
    ).toEqual([
      'client 0 head CONNECT db.example:443 HTTP/1.1 none',
      'client 0 end',
      'server 0 head 502 length=0',
      'client 1 unreadable from 57 [truncated] The client reset the connection after 9 bytes of a request head.',
      'server 0 end',
    ]);
  });

  it('keeps a bounded number of bytes, and says from where on it did not', () => {
    const steps = [client(`${CONNECT}GET / HTTP/1.1\r\n\r\nPOST`), client(' / HTTP/1.1\r\n\r\n')];
    const refusal = server('HTTP/1.1 502 \r\nContent-Length: 0\r\n\r\n');
    expect(told([...steps, refusal], { earlyBytesMax: 20 }).slice(3)).toEqual([
      'client 1 head GET / HTTP/1.1 none',
      'client 1 end',
      'client 2 unreadable from 75 [not-kept] More than 20 bytes came before the answer to CONNECT; the rest is not kept.',
      'server 0 end',
    ]);
    expect(told([...steps, server('HTTP/1.1 200 \r\n\r\n')], { earlyBytesMax: 20 }).at(-1)).toBe(
      'hand-over 0 to tunnel at 57/17 early client@57 GET / HTTP/1.1\r\n\r\nPO',
    );
  });

  it('tried again after bytes that were not kept does not take later bytes for theirs', () => {
    const refusal = server('HTTP/1.1 407 \r\nContent-Length: 0\r\n\r\n');
    const lost = client(`${CONNECT}${CONNECT}GET / HTTP/1.1\r\n\r\n`);
    expect(told([lost, refusal, GET, refusal], { earlyBytesMax: 60 }).slice(3)).toEqual([
      'client 1 head CONNECT db.example:443 HTTP/1.1 none',
      'client 1 end',
      'server 0 end',
      'server 1 head 407 length=0',
      'client 2 unreadable from 114 [not-kept] More than 60 bytes came before the answer to CONNECT; the rest is not kept.',
      'server 1 end',
    ]);
  });

  it('is never answered when the server ends', () => {
    expect(told([client(`${CONNECT}hello`), ends('server', 'reset'), client('more')]).slice(2)).toEqual([
      'server 0 end incomplete [truncated] The server reset the connection after no byte of the response.',
    ]);
  });
});

describe('Upgrade', () => {
  const UPGRADE = 'GET /chat HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n';

  it('hands over after 101 to the protocol the server names', () => {
    expect(told([client(UPGRADE), server(`${SWITCH}\x81\x00`), client('\x81\x80'), ends('server')])).toEqual([
      'client 0 head GET /chat HTTP/1.1 none',
      'client 0 end',
      'server 0 head 101 Switching Protocols none',
      'server 0 end',
      `hand-over 0 to websocket at ${UPGRADE.length}/${SWITCH.length}`,
    ]);
  });

  it('goes on as HTTP when it is not taken up', () => {
    const answer = server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect(told([client(UPGRADE), answer, GET, answer])).toHaveLength(8);
  });

  it('hands over to unknown when the server names nothing', () => {
    expect(told([client(UPGRADE), server('HTTP/1.1 101 \r\n\r\n')]).at(-1)).toBe(
      'hand-over 0 to unknown at 63/17',
    );
  });

  it('hands over only after the request when 101 comes before its end', () => {
    expect(
      told([
        client('POST / HTTP/1.1\r\nUpgrade: x/2, y\r\nContent-Length: 4\r\n\r\nab'),
        server('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x/2, y\r\n\r\nfir'),
        server('st'),
        client('cdPING'),
      ]),
    ).toEqual([
      'client 0 head POST / HTTP/1.1 length=4',
      'client 0 body ab',
      'server 0 head 101 Switching Protocols none',
      'server 0 end',
      'client 0 body cd',
      'client 0 end',
      'hand-over 0 to x/2 at 59/53 early server@53 fir early server@56 st',
    ]);
  });
});

describe('the requests alone', () => {
  function read(...chunks: string[]): {
    events: Http1Event[];
    requests: ReturnType<typeof createHttp1Requests>;
  } {
    const events: Http1Event[] = [];
    const requests = createHttp1Requests(nodePlatform, (event) => void events.push(event));
    for (const [index, chunk] of chunks.entries()) requests.bytes(bytesOf(chunk), index);
    return { events, requests };
  }

  it('end with offsets that include chunk framing and trailers', () => {
    const first = 'POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nA: b\r\n\r\n';
    const { events } = read(`${first}GET /2 HTTP/1.1\r\n\r\n`);
    expect(events.map((event) => event.type)).toEqual([
      'request-head',
      'request-body',
      'request-trailers',
      'request-end',
      'request-head',
      'request-end',
    ]);
    expect(events[3]).toMatchObject({ to: first.length });
    expect(events[4]).toMatchObject({ from: first.length, to: first.length + 19 });
  });

  it('leave everything after a CONNECT to their owner', () => {
    const { events, requests } = read('CONNECT h:1 HTTP/1.1\r\n\r\n\x16\x03\x01', 'GET / HTTP/1.1\r\n\r\n');
    requests.end('reset', 3);
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({ type: 'request-end', to: 24, complete: true });
    expect(requests.handedOver).toBe(true);
  });

  it('can be stopped from within an event', () => {
    const events: string[] = [];
    const requests = createHttp1Requests(nodePlatform, (event) => {
      events.push(event.type);
      if (event.type === 'request-end' && event.message === 1) requests.stop();
    });
    requests.bytes(bytesOf('GET / HTTP/1.1\r\n\r\n'.repeat(3)), 1);
    expect(requests.handedOver).toBe(true);
    expect(events).toEqual(['request-head', 'request-end', 'request-head', 'request-end']);
  });

  it.each(['request-head', 'request-body', 'request-trailers', 'request-end'])(
    'say nothing after a stop in %s',
    (type) => {
      const events: string[] = [];
      const requests = createHttp1Requests(nodePlatform, (event) => {
        events.push(event.type);
        if (event.type === type) requests.stop();
      });
      requests.bytes(
        bytesOf('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\n\r\nGET'),
        1,
      );
      requests.end('fin', 2);
      expect(events.at(-1)).toBe(type);
      expect(new Set(events).size).toBe(events.length);
    },
  );

  it('of an observer never see the sender mixed up', () => {
    const senders = new Set<string>();
    const observer = createHttp1Observer(nodePlatform, (event) => senders.add(event.type));
    observer.bytes('server', new Uint8Array(0), 1);
    observer.bytes('client', new Uint8Array(0), 1);
    expect(senders.size).toBe(0);
  });
});

describe('the first bytes of a stream', () => {
  const look = (text: string) => looksLikeHttp1Request(bytesOf(text), text.length);

  it.each([
    'GET / ',
    'POST /',
    'OPTIONS *',
    'CONNECT h',
    'patch /',
    'M-SEARCH *',
    'GET http://',
    'PROPFIND https://',
    'get /',
  ])('%j are a request', (text) => expect(look(text)).toBe('yes'));

  it.each(['', 'G', 'GET', 'GET ', 'PROPFIND h', 'PROPFIND http:', 'PROPFIND http:/', 'A'.repeat(32)])(
    '%j may become one',
    (text) => expect(look(text)).toBe('need-more'),
  );

  it.each([
    ['a TLS hello', '\x16\x03\x01'],
    ['SOCKS 5', '\x05\x01\x00'],
    ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n'],
    ['SSH', 'SSH-2.0-OpenSSH_9.6 Ubuntu\r\n'],
    ['SMTP', 'EHLO me.example\r\n'],
    ['Redis', '*1\r\n$4\r\nPING\r\n'],
    ['memcached', 'get key\r\n'],
    ['SIP', 'INVITE sip:bob@example SIP/2.0\r\n'],
    ['a space', ' '],
    ['a long word', 'A'.repeat(33)],
    ['a binary target', 'GET \x00'],
    ['two spaces', 'GET  /'],
  ])('%s is none', (_name, text) => expect(look(text)).toBe('no'));

  it('say no at the first wrong byte', () => {
    expect(looksLikeHttp1Request(bytesOf('\x16\x03'), 1)).toBe('no');
    expect(looksLikeHttp1Request(bytesOf('GE\x00'), 2)).toBe('need-more');
    expect(looksLikeHttp1Request(bytesOf('GE\x00'), 3)).toBe('no');
  });
});
