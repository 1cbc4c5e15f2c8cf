import { describe, expect, it } from 'vitest';
import { looksLikeHttp2Preface } from '../../../core/observers/http2.ts';
import { bytesOf, ends, STEP_US, textOf } from './http1-script.ts';
import {
  ACK,
  answer,
  block,
  client,
  data,
  FLAGS,
  frame,
  get,
  goaway,
  headers,
  HELLO,
  indexed,
  integer,
  join,
  literal,
  play,
  post,
  PREFACE,
  requestLines,
  rst,
  server,
  settings,
  string,
  tableSize,
  told,
  windowUpdate,
  word,
} from './http2-script.ts';

describe('one exchange', () => {
  it('is told as two heads, bodies and two ends', () => {
    expect(
      told([
        ...HELLO,
        client(post(1, '/a'), data(1, 'ask', true)),
        server(answer(1), data(1, 'he'), data(1, 'llo', true)),
      ]),
    ).toEqual([
      'client 1 head POST /a',
      'client 1 body ask',
      'client 1 end',
      'server 1 head 200',
      'server 1 body hello',
      'server 1 end',
    ]);
  });

  it('without bodies ends with its heads', () => {
    expect(told([...HELLO, client(get(1)), server(answer(1, '204', true))])).toEqual([
      'client 1 head GET / end',
      'client 1 end',
      'server 1 head 204 end',
      'server 1 end',
    ]);
  });

  it('carries the fields, the head as text, its size on the wire and the arrival of its first and last byte', () => {
    const octets = join(
      indexed(2),
      indexed(7),
      literal(':authority', 'h:8'),
      literal(':path', '/ä?q'),
      literal('x', ''),
    );
    const bytes = headers(1, octets, true);
    const [head] = play([
      ...HELLO,
      { sender: 'client', bytes: bytes.subarray(0, 4) },
      { sender: 'client', bytes: bytes.subarray(4) },
    ]).filter((event) => event.type === 'request-head');
    expect(head).toMatchObject({
      h2Stream: 1,
      firstByteAtUs: 3 * STEP_US + 4,
      atUs: 4 * STEP_US + bytes.length - 4,
      endStream: true,
      head: {
        method: 'GET',
        scheme: 'https',
        authority: 'h:8',
        path: '/ä?q',
        protocol: null,
        priority: null,
        blockBytes: octets.length,
        defects: [],
        headers: [
          [':method', 'GET'],
          [':scheme', 'https'],
          [':authority', 'h:8'],
          [':path', '/ä?q'],
          ['x', ''],
        ],
      },
    });
    expect(textOf(head!.head.raw)).toBe(
      'GET /ä?q HTTP/2\r\n:method: GET\r\n:scheme: https\r\n:authority: h:8\r\n:path: /ä?q\r\nx: \r\n\r\n',
    );
  });

  it('has a response head as text, too, and trailers without a first line', () => {
    const events = play([
      ...HELLO,
      client(get(1)),
      server(answer(1, '404'), headers(1, block([['grpc-status', '5']]), true)),
    ]);
    const raws = events.flatMap((event) => ('head' in event ? [textOf(event.head.raw)] : []));
    expect(raws.slice(1)).toEqual(['HTTP/2 404\r\n:status: 404\r\n\r\n', 'grpc-status: 5\r\n\r\n']);
  });

  it('may have interim heads and trailers both ways', () => {
    expect(
      told([
        ...HELLO,
        client(post(1), data(1, 'x'), headers(1, block([['sum', '1']]), true)),
        server(
          answer(1, '100'),
          headers(
            1,
            block([
              [':status', '103'],
              ['link', '</a>'],
            ]),
          ),
          answer(1),
          data(1, 'y'),
          headers(1, block([['grpc-status', '0']]), true),
        ),
      ]),
    ).toEqual([
      'client 1 head POST /',
      'client 1 body x',
      'client 1 trailers sum=1 end',
      'client 1 end',
      'server 1 interim 100',
      'server 1 interim 103 link=</a>',
      'server 1 head 200',
      'server 1 body y',
      'server 1 trailers grpc-status=0 end',
      'server 1 end',
    ]);
  });

  it('may be a tunnel: CONNECT, and CONNECT for another protocol (RFC 8441)', () => {
    const events = play([
      ...HELLO,
      client(
        headers(
          1,
          block([
            [':method', 'CONNECT'],
            [':authority', 'h:443'],
          ]),
        ),
        headers(3, block([...requestLines('/chat', 'CONNECT'), [':protocol', 'websocket']])),
      ),
    ]).filter((event) => event.type === 'request-head');
    expect(events.map(({ head }) => textOf(head.raw).split('\r\n')[0])).toEqual([
      'CONNECT h:443 HTTP/2',
      'CONNECT /chat HTTP/2',
    ]);
    expect(events.map(({ head }) => [head.protocol, head.defects])).toEqual([
      [null, []],
      ['websocket', []],
    ]);
  });

  it('is told without padding, and says of DATA what came with it', () => {
    const padded = (type: number, flags: number, octets: Uint8Array, bytes: number) =>
      frame(type, flags | FLAGS.padded, 1, join(Uint8Array.of(bytes), octets, new Uint8Array(bytes)));
    expect(
      told([
        ...HELLO,
        client(
          padded(1, FLAGS.endHeaders, block(requestLines('/p')), 7),
          padded(0, 0, bytesOf('abc'), 200),
          padded(0, 0, bytesOf(''), 3),
          padded(0, FLAGS.endStream, bytesOf('d'), 0),
        ),
      ]),
    ).toEqual(['client 1 head GET /p', 'client 1 body abcd', 'client 1 end']);
  });

  it('may have its head in any number of CONTINUATION frames', () => {
    const octets = block([...requestLines('/long'), ['a', 'b'.repeat(30)]]);
    const steps = [
      ...HELLO,
      client(
        frame(1, FLAGS.endStream, 1, octets.subarray(0, 10)),
        frame(9, 0, 1, octets.subarray(10, 10)),
        frame(9, 0, 1, octets.subarray(10, 21)),
        frame(9, FLAGS.endHeaders, 1, octets.subarray(21)),
      ),
    ];
    expect(told(steps)).toEqual([`client 1 head GET /long a=${'b'.repeat(30)} end`, 'client 1 end']);
  });
});

describe('a connection', () => {
  it('carries many streams at once, each told by its number', () => {
    expect(
      told([
        ...HELLO,
        client(get(1, '/1'), post(3, '/3'), get(5, '/5')),
        server(answer(5), data(5, 'five', true), answer(1)),
        client(data(3, 'three', true)),
        server(data(1, 'one', true), answer(3, '200', true)),
      ]),
    ).toEqual([
      'client 1 head GET /1 end',
      'client 1 end',
      'client 3 head POST /3',
      'client 5 head GET /5 end',
      'client 5 end',
      'server 5 head 200',
      'server 5 body five',
      'server 5 end',
      'server 1 head 200',
      'client 3 body three',
      'client 3 end',
      'server 1 body one',
      'server 1 end',
      'server 3 head 200 end',
      'server 3 end',
    ]);
  });

  it('tells SETTINGS by name, those it does not know by number, and acknowledgements', () => {
    const events = play([
      client(PREFACE, settings([1, 65_536], [8, 1], [0x4a4a, 7])),
      server(settings([3, 100])),
      client(ACK),
    ]);
    expect(events).toMatchObject([
      {
        type: 'settings',
        sender: 'client',
        ack: false,
        settings: [
          ['HEADER_TABLE_SIZE', 65_536],
          ['ENABLE_CONNECT_PROTOCOL', 1],
          ['0x4a4a', 7],
        ],
      },
      { type: 'settings', sender: 'server', ack: false, settings: [['MAX_CONCURRENT_STREAMS', 100]] },
      { type: 'settings', sender: 'client', ack: true, settings: [] },
    ]);
  });

  it('tells pings with the time to their answer; of 16 at most', () => {
    const ping = (value: number, ack = false) => frame(6, ack ? FLAGS.ack : 0, 0, join(word(0), word(value)));
    const pong = `server pong after ${STEP_US + 3 * 17 - 2 * 17}`;
    expect(
      told([...HELLO, client(ping(1), ping(2)), server(ping(2, true), ping(1, true), ping(1, true))]),
    ).toEqual(['client ping', 'client ping', pong, pong, 'server pong']);
    const flood = Array.from({ length: 17 }, (_, value) => ping(value));
    expect(told([...HELLO, client(...flood), server(ping(0, true), ping(16, true))]).slice(-2)).toEqual([
      'server pong',
      expect.stringContaining('server pong after'),
    ]);
  });

  it('tells GOAWAY, and ends what was not taken', () => {
    const untaken = 'The server went away without taking this stream; it is safe to send it again.';
    expect(
      told([
        ...HELLO,
        client(get(1), post(3), get(5)),
        server(goaway(2 ** 31 - 1), goaway(1, 2, 'restart')),
        client(get(7), data(3, 'late', true)),
        server(answer(1, '200', true)),
        ends('server'),
      ]).filter((line) => !line.includes('head') && !line.endsWith(' end')),
    ).toEqual([
      'server goaway 2147483647 NO_ERROR',
      'server goaway 1 INTERNAL_ERROR restart',
      `client 3 end incomplete [goaway] ${untaken}`,
      `server 3 end incomplete [goaway] ${untaken}`,
      `server 5 end incomplete [goaway] ${untaken}`,
      `server 7 end incomplete [goaway] ${untaken}`,
    ]);
  });

  it('tells resets by sender and name, and ends what was open', () => {
    const by = (sender: string, name: string) => `[reset] The ${sender} reset the stream: ${name}.`;
    expect(
      told([
        ...HELLO,
        client(post(1), get(3)),
        server(answer(1, '413', true), rst(1, 0)),
        client(rst(3, 8), data(1, 'late'), rst(3, 8)),
        server(answer(3), data(3, 'late', true)),
      ]),
    ).toEqual([
      'client 1 head POST /',
      'client 3 head GET / end',
      'client 3 end',
      'server 1 head 413 end',
      'server 1 end',
      'server 1 reset NO_ERROR',
      `client 1 end incomplete ${by('server', 'NO_ERROR')}`,
      'client 3 reset CANCEL',
      `server 3 end incomplete ${by('client', 'CANCEL')}`,
    ]);
  });

  it('tells pushed requests with their responses', () => {
    const promise = (promised: number) =>
      frame(5, FLAGS.endHeaders, 1, join(word(promised), block(requestLines('/style.css'))));
    expect(
      told([
        ...HELLO,
        client(get(1)),
        server(promise(2), answer(1, '200', true), answer(2), data(2, 'css', true), promise(2)),
      ]).slice(2),
    ).toEqual([
      'server 1 promises 2 GET /style.css',
      'server 1 head 200 end',
      'server 1 end',
      'server 2 head 200',
      'server 2 body css',
      'server 2 end',
      'server 2 defect [bad-frame] A PUSH_PROMISE frame names stream 2, which the server cannot begin.',
    ]);
  });

  it('tells priorities however they are said', () => {
    const dependency = (parent: number, weight: number) => join(word(parent), Uint8Array.of(weight - 1));
    expect(
      told([
        ...HELLO,
        client(
          frame(2, 0, 7, dependency(3, 16)),
          headers(
            1,
            join(dependency(0x80000000, 256), block([...requestLines('/'), ['priority', 'u=1, i']])),
            true,
            FLAGS.priority,
          ),
          frame(0x10, 0, 0, join(word(1), bytesOf('u=5'))),
        ),
      ]),
    ).toEqual([
      'client 7 priority by priority-frame parent=3 weight=16',
      'client 1 head GET / priority=u=1, i end',
      'client 1 priority by headers-frame parent=0! weight=256',
      'client 1 priority by field u=1, i',
      'client 1 end',
      'client 1 priority by priority-update u=5',
    ]);
  });

  it('may begin with an upgrade: stream 1 has its request already', () => {
    const upgradeSettings = Uint8Array.of(0, 4, 0, 0, 0, 3);
    const steps = [
      server(settings(), answer(1), data(1, 'abc')),
      client(PREFACE, settings(), ACK, get(3)),
      client(windowUpdate(1, 1)),
      server(data(1, 'd', true)),
    ];
    const spent = settings().length + answer(1).length + 9 + 3;
    expect(told(steps, { upgraded: true, upgradeSettings })).toEqual([
      'client settings INITIAL_WINDOW_SIZE=3',
      'server 1 head 200',
      'server 1 body abc',
      'client 3 head GET / end',
      'client 3 end',
      `server 1 starved from ${STEP_US + spent} to ${3 * STEP_US + 13}`,
      'server 1 body d',
      'server 1 end',
    ]);
  });

  it('that ends inside messages says so, each side by itself', () => {
    expect(
      told([
        ...HELLO,
        client(post(1), get(3)),
        ends('client'),
        server(answer(3, '200', true), answer(1)),
        ends('server', 'reset'),
      ]).filter((line) => line.includes('incomplete')),
    ).toEqual([
      'client 1 end incomplete [truncated] The client closed the connection before the request was over.',
      'server 1 end incomplete [truncated] The server reset the connection before the response was over.',
    ]);
  });

  it('passes over what it does not know: other frame types, ALTSVC, ORIGIN, reserved bits', () => {
    const reserved = get(1);
    reserved[5] = 0x80;
    expect(
      told([
        ...HELLO,
        server(frame(0xa, 0, 0, bytesOf('alt')), frame(0xc, 0, 0, bytesOf('origin')), frame(0x77, 255, 5)),
        client(frame(0xfa, 255, 1, bytesOf('grease')), reserved),
      ]),
    ).toEqual(['client 1 head GET / end', 'client 1 end']);
  });
});

describe('flow control', () => {
  const full = (h2Stream: number, bytes = 16_384, isLast = false) =>
    data(h2Stream, 'x'.repeat(bytes), isLast);
  /** Uses up the connection's window of 65,535 bytes, and the stream's. */
  const allOf = (h2Stream: number) => [
    full(h2Stream),
    full(h2Stream),
    full(h2Stream),
    full(h2Stream, 16_383),
  ];
  const starved = (steps: Parameters<typeof told>[0]) =>
    told(steps).filter((line) => line.includes('starved'));
  const wide = client(PREFACE, settings([4, 1_000_000]), ACK);
  const helloWithWideStreams = [wide, server(settings(), ACK)];
  const at = (step: number, bytes: number) => step * STEP_US + bytes;

  it('tells how long a stream waited for its window, once it goes on', () => {
    const steps = [
      ...HELLO,
      client(windowUpdate(0, 1_000_000), get(1)),
      server(answer(1), ...allOf(1)),
      client(windowUpdate(1, 1)),
      client(windowUpdate(1, 1)),
      server(full(1, 1)),
    ];
    const spent = answer(1).length + 4 * 9 + 65_535;
    expect(starved(steps)).toEqual([`server 1 starved from ${at(4, spent)} to ${at(5, 13)}`]);
  });

  it('tells how long all waited for the window of the connection', () => {
    const steps = [
      ...helloWithWideStreams,
      client(get(1), get(3)),
      server(answer(1), answer(3), ...allOf(1)),
      client(windowUpdate(0, 100)),
      server(full(3, 10)),
    ];
    const spent = answer(1).length + answer(3).length + 4 * 9 + 65_535;
    expect(starved(steps)).toEqual([`server 0 starved from ${at(4, spent)} to ${at(5, 13)}`]);
  });

  it('says nothing of a window that nobody waited for', () => {
    const open = client(windowUpdate(0, 100), windowUpdate(1, 100));
    const begin = [...HELLO, client(get(1), get(3))];
    expect(starved([...begin, server(answer(1), ...allOf(1)), open])).toEqual([]);
    expect(starved([...begin, server(answer(1), ...allOf(1)), open, server(data(1, '', true))])).toEqual([]);
    expect(
      starved([...begin, server(answer(1), ...allOf(1).slice(0, 3)), open, server(full(1, 99))]),
    ).toEqual([]);
    // The stream that goes on had not begun its answer while the connection's window was shut.
    const other = server(answer(3), full(3, 9));
    expect(starved([...begin, server(answer(1), ...allOf(1)), open, other])).toEqual([]);
  });

  it('counts an initial window from the acknowledgement on, and what opens a window by it from its arrival', () => {
    const steps = [
      client(PREFACE, settings([4, 10]), windowUpdate(0, 1_000_000), post(1), get(3)),
      server(settings(), ACK, answer(3), full(3, 10)),
      client(settings([4, 20]), ACK),
      server(ACK),
      server(full(3, 5), full(3, 5)),
      client(windowUpdate(3, 1)),
      server(full(3, 1, true)),
    ];
    expect(starved(steps)).toEqual([
      `server 3 starved from ${at(2, 18 + answer(3).length + 19)} to ${at(3, 24)}`,
      `server 3 starved from ${at(5, 28)} to ${at(6, 13)}`,
    ]);
  });

  it('knows streams that begin without a window, and windows that SETTINGS shut', () => {
    const none = [client(PREFACE, settings([4, 0]), ACK, get(1)), server(settings(), ACK, answer(1))];
    expect(starved([...none, client(windowUpdate(1, 5)), server(full(1, 5))])).toEqual([
      `server 1 starved from ${at(2, 18 + answer(1).length)} to ${at(3, 13)}`,
    ]);
    const lowered = [
      ...HELLO,
      client(get(1)),
      server(answer(1), full(1, 100)),
      client(settings([4, 50])),
      server(ACK),
      client(windowUpdate(1, 51)),
      server(full(1, 1)),
    ];
    expect(starved(lowered)).toEqual([`server 1 starved from ${at(6, 9)} to ${at(7, 13)}`]);
  });

  it('counts padding, and what is sent on streams that are over', () => {
    const padded = frame(0, FLAGS.padded, 1, join(Uint8Array.of(255), new Uint8Array(255)));
    const steps = [
      ...helloWithWideStreams,
      client(get(1), get(3), rst(3, 8)),
      server(answer(1), full(3), full(3), full(3), full(3, 16_383 - 256), padded),
      client(windowUpdate(0, 100)),
      server(full(1, 10)),
    ];
    expect(starved(steps)).toHaveLength(1);
  });

  it('is about requests as well', () => {
    const steps = [
      ...HELLO,
      client(post(1), ...allOf(1)),
      server(windowUpdate(1, 9)),
      server(windowUpdate(0, 9)),
      client(full(1, 9, true)),
    ];
    const from = at(3, post(1).length + 4 * 9 + 65_535);
    expect(starved(steps)).toEqual([
      `client 0 starved from ${from} to ${at(5, 13)}`,
      `client 1 starved from ${from} to ${at(4, 13)}`,
    ]);
  });
});

describe('what is wrong', () => {
  it('at the very beginning makes that sender unreadable', () => {
    expect(told([client(bytesOf('GET / HTTP/1.1\r\n\r\n'))])).toEqual([
      'client unreadable from 0 [bad-preface] The client does not begin with the HTTP/2 connection preface.',
    ]);
    expect(told([client(PREFACE, get(1))])).toEqual([
      'client unreadable from 24 [bad-preface] The first frame is not SETTINGS.',
    ]);
    expect(told([server(bytesOf('HTTP/1.1 400 Bad Request\r\n\r\n'))])).toEqual([
      'server unreadable from 0 [bad-preface] The first frame is not SETTINGS.',
    ]);
  });

  it('in the framing makes the sender unreadable and ends its messages', () => {
    const sentence = 'A HEADERS frame stands inside the header block of stream 3.';
    expect(
      told([
        ...HELLO,
        client(post(1), frame(1, 0, 3, block(requestLines('/')))),
        client(get(5)),
        server(answer(1, '200', true)),
      ]),
    ).toEqual([
      'client 1 head POST /',
      'client unreadable from ' +
        String(42 + post(1).length + 9 + block(requestLines('/')).length) +
        ` [bad-frame] ${sentence}`,
      `client 1 end incomplete [bad-frame] ${sentence}`,
      'server 1 head 200 end',
      'server 1 end',
    ]);
    expect(told([...HELLO, client(frame(9, 4, 1))])[0]).toContain('A CONTINUATION frame continues nothing.');
    expect(told([...HELLO, client(frame(1, 0x2c, 1, Uint8Array.of(1, 2, 3)))])[0]).toContain('too short');
  });

  it('with the size of frames is decided by what the receiver has announced', () => {
    const large = data(1, 'x'.repeat(20_000), true);
    expect(told([...HELLO, client(post(1), large)])[1]).toBe(
      `client unreadable from ${42 + post(1).length} [frame-too-large] A DATA frame of 20000 bytes is larger than the 16384 that are allowed.`,
    );
    expect(told([...HELLO, server(settings([5, 20_000])), client(post(1), large)]).slice(2)).toEqual([
      'client 1 body xxxxx…(20000)',
      'client 1 end',
    ]);
  });

  it('in a header block costs its fields, and those that refer to what is lost', () => {
    const later = [...requestLines('/later'), ['x', 'y']] as const;
    const steps = [
      ...HELLO,
      client(
        headers(1, join(block(requestLines('/a'), 'indexed')), true),
        headers(3, join(block(requestLines('/b')), Uint8Array.of(0x80)), true),
        headers(5, join(indexed(62), block(later, 'indexed')), true),
        headers(7, join(indexed(66), indexed(65), indexed(64), indexed(63), indexed(62)), true),
      ),
    ];
    expect(told(steps).filter((line) => line.includes('head'))).toEqual([
      'client 1 head GET /a end',
      'client 3 head GET /b [hpack] end',
      'client 5 head GET /later unknown index 62= x=y [unknown-index] [bad-head] end',
      'client 7 head GET /later x=y end',
    ]);
  });

  it('with a head does not end the reading', () => {
    expect(
      told([
        ...HELLO,
        client(
          headers(1, block([[':method', 'GET']]), true),
          headers(3, block([['a', 'b'], ...requestLines('/')]), true),
          headers(5, block([...requestLines('/'), [':path', '/2'], ['A', 'b\r\nc']]), true),
        ),
        server(
          answer(1, 'abc', true),
          headers(
            3,
            block([
              [':status', '200'],
              [':path', '/'],
            ]),
            true,
          ),
        ),
      ]).filter((line) => line.includes('head')),
    ).toEqual([
      'client 1 head GET  [bad-head] end',
      'client 3 head GET / a=b [bad-head] end',
      'client 5 head GET /2 A=b  c [bad-head] [bad-head] end',
      'server 1 head 0 [bad-head] end',
      'server 3 head 200 [bad-head] end',
    ]);
  });

  it('in other frames is a defect, and they are passed over', () => {
    const wrong = (bytes: Uint8Array) =>
      told([...HELLO, client(get(1)), client(bytes), client(get(9))]).slice(2, -2);
    expect(wrong(frame(6, 0, 0, word(1)))).toEqual([
      'client 0 defect [bad-frame] A PING frame has 4 bytes of payload.',
    ]);
    expect(wrong(frame(3, 0, 0, word(1)))).toEqual([
      'client 0 defect [bad-frame] A RST_STREAM frame names stream 0.',
    ]);
    expect(wrong(rst(7, 1))).toEqual([
      'client 7 defect [bad-frame] A RST_STREAM frame names stream 7, which is idle.',
    ]);
    expect(wrong(windowUpdate(0, 0))).toEqual([
      'client 0 defect [bad-frame] A WINDOW_UPDATE frame opens a window by 0.',
    ]);
    expect(wrong(windowUpdate(1, 2 ** 31 - 1))).toEqual([
      'client 1 defect [bad-frame] A WINDOW_UPDATE frame opens a window beyond 2^31 - 1.',
    ]);
    expect(wrong(data(1, 'x'))).toEqual([
      'client 1 defect [bad-frame] A DATA frame of stream 1 comes after its end.',
    ]);
    expect(wrong(data(7, 'x'))).toEqual([
      'client 7 defect [bad-frame] A DATA frame names stream 7, which is idle.',
    ]);
    expect(wrong(get(2))).toEqual([
      'client 2 defect [bad-frame] A head names stream 2, which the client cannot begin.',
    ]);
    expect(wrong(get(1))).toEqual(['client 1 defect [bad-frame] A head of stream 1 comes after its end.']);
    expect(wrong(frame(0, FLAGS.padded, 1, Uint8Array.of(9, 1)))[1]).toContain('more padding than payload');
    expect(wrong(frame(4, 0, 0, bytesOf('12345')))[0]).toContain('A SETTINGS frame has 5 bytes');
  });
});

describe('bounds', () => {
  it('hold for header blocks: the beginning is read, the rest is lost with the table', () => {
    const octets = block([...requestLines('/'), ['a', 'x'.repeat(50)], ['b', 'y'.repeat(50)]], 'indexed');
    const steps = [
      ...HELLO,
      client(
        frame(1, FLAGS.endStream, 1, octets.subarray(0, 40)),
        ...Array.from({ length: 50 }, () => frame(9, 0, 1, octets.subarray(40, 80))),
        frame(9, FLAGS.endHeaders, 1, octets.subarray(80)),
        headers(3, indexed(62), true),
      ),
    ];
    expect(told(steps, { limits: { blockBytesMax: 100 } }).filter((line) => line.includes('head'))).toEqual([
      'client 1 head GET / [head-too-large] end',
      'client 3 head   unknown index 62= [unknown-index] end',
    ]);
  });

  it('hold for open streams: nothing is told of more, but of those after them', () => {
    const steps = [
      ...HELLO,
      client(get(1), get(3), get(5)),
      server(answer(5, '200', true), answer(1, '200', true)),
      client(get(7)),
    ];
    expect(told(steps, { limits: { streamsMax: 2 } }).filter((line) => !line.endsWith(' end'))).toEqual([
      'client 5 defect [too-many] More than 2 streams are open; nothing is told of stream 5.',
    ]);
    expect(told(steps, { limits: { streamsMax: 2 } })).toContain('client 7 head GET / end');
  });

  it('hold for defects, SETTINGS and what is kept of a control frame', () => {
    const limits = { defectsMax: 2, settingsMax: 1, controlBytesMax: 12 };
    const steps = [
      ...HELLO,
      client(settings([1, 1], [2, 0], [3, 3]), settings(), settings()),
      server(goaway(1, 0, 'a long text'), ACK),
    ];
    expect(told(steps, { limits })).toEqual([
      'client 0 defect [bad-frame] A SETTINGS frame has 18 bytes of payload.',
      'client settings HEADER_TABLE_SIZE=1 ENABLE_PUSH=0',
      'client 0 defect [too-many] More than 1 SETTINGS frames wait to be acknowledged; the oldest counts as acknowledged. Further defects are not told.',
      'server goaway 1 NO_ERROR a lo',
    ]);
  });

  it('let a table be as large as the other side has allowed and the sender has acknowledged', () => {
    const grown = headers(1, join(tableSize(8192), block(requestLines('/'))), true);
    const codes = (...steps: Parameters<typeof play>[0]) =>
      play(steps).flatMap((event) =>
        'head' in event ? event.head.defects.map((defect) => defect.message) : [],
      );
    const allowed = server(settings([1, 8192]));
    expect(codes(client(PREFACE, settings()), allowed, client(ACK, grown))).toEqual([]);
    expect(codes(client(PREFACE, settings()), allowed, client(grown))).toEqual([
      'The header block sets a table of 8192 bytes where 4096 are allowed.',
    ]);
  });
});

describe('heads that repeat themselves', () => {
  it('are the same objects, as long as the table says the same', () => {
    const first = headers(1, block(requestLines('/a'), 'indexed'), true);
    const again = (h2Stream: number) =>
      headers(h2Stream, join(indexed(65), indexed(64), indexed(63), indexed(62)), true);
    const changed = headers(7, block([...requestLines('/b'), ['x', '1']], 'indexed'), true);
    const events = play([...HELLO, client(first, again(3), again(5), changed, again(9))]).filter(
      (event) => event.type === 'request-head',
    );
    expect(events.map(({ head }) => head.path)).toEqual(['/a', '/a', '/a', '/b', '/b']);
    expect(events[2]!.head).toBe(events[1]!.head);
    expect(events[4]!.head.headers[3]).toEqual(['x', '1']);
  });

  it('put into the table what they put there the first time', () => {
    const octets = block([...requestLines('/a'), ['x', '1']], 'indexed');
    const events = play([
      ...HELLO,
      client(
        headers(1, octets, true),
        headers(3, octets, true),
        headers(5, join(indexed(62), indexed(71)), true),
      ),
      client(headers(7, integerNamed(), true)),
    ]).filter((event) => event.type === 'request-head');
    expect(events[1]!.head).toBe(events[0]!.head);
    expect(events[2]!.head.headers).toEqual([
      ['x', '1'],
      [':method', 'GET'],
    ]);
    expect(events[3]!.head.headers).toEqual([['x', '2']]);
  });

  function integerNamed(): Uint8Array {
    return join(integer(62, 4, 0), string('2'));
  }
});

describe('looksLikeHttp2Preface', () => {
  it('takes all 24 octets, and says no at the first that is wrong', () => {
    for (let length = 0; length < 24; length++) {
      expect(looksLikeHttp2Preface(PREFACE, length)).toBe('need-more');
      const wrong = Uint8Array.from(PREFACE);
      wrong[length] = 0x2a ^ (wrong[length] === 0x2a ? 1 : 0);
      expect(looksLikeHttp2Preface(wrong, 24)).toBe('no');
    }
    expect(looksLikeHttp2Preface(PREFACE, 24)).toBe('yes');
    expect(looksLikeHttp2Preface(join(PREFACE, settings()), 33)).toBe('yes');
    expect(looksLikeHttp2Preface(bytesOf('PRINT / HTTP/1.1\r\n'), 18)).toBe('no');
  });
});
