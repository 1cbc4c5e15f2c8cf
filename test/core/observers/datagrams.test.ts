import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import {
  createDatagramObservers,
  recogniseDatagram,
  type DatagramProtocol,
} from '../../../core/observers/datagrams.ts';
import type { Sender } from '../../../core/observers/observer.ts';
import { nodePlatform } from '../../support/platform.ts';
import {
  dhcp,
  dtlsHandshake,
  dtlsRecord,
  dtlsClientHello,
  dtlsServerHello,
  hex,
  ntp,
  ntpTime,
  stun,
  xorAddress,
} from './datagram-script.ts';
import { answer, dnsMessage } from './dns-script.ts';
import { createRandom } from './http1-script.ts';
import { mutateBytes } from './message-script.ts';
import { lines, playDatagrams, queryBreach } from './query-script.ts';

type Step = readonly [sender: Sender, bytes: Uint8Array];
type End = Extract<QueryEvent, { type: 'answer-end' }>;

function play(protocol: DatagramProtocol, steps: readonly Step[]): QueryEvent[] {
  const events = playDatagrams(
    (emit) => createDatagramObservers(nodePlatform)(protocol, emit),
    steps.map(([sender, bytes]) => ({ sender, bytes })),
  );
  expect(queryBreach(events)).toBeNull();
  return events;
}

const endsOf = (events: readonly QueryEvent[]): End[] =>
  events.filter((event): event is End => event.type === 'answer-end');

describe('STUN', () => {
  it('binds, by transaction, with the mapped address', () => {
    const events = play('rtc', [
      ['client', stun(0x0001, 1)],
      ['client', stun(0x0001, 2)],
      ['client', stun(0x0001, 1)],
      ['server', stun(0x0101, 2, [[0x0020, xorAddress('203.0.113.9', 50_000)]])],
      ['server', stun(0x0101, 1, [[0x8022, Buffer.from('a server')]])],
    ]);
    expect(lines(events)).toEqual([
      '1 ? Binding | Binding | Binding',
      '2 ? Binding | Binding | Binding',
      '2 …',
      '2 = success | -',
      '1 …',
      '1 = success | -',
    ]);
    expect(endsOf(events)[0]).toMatchObject({ atUs: 4000, facts: [['mapped address', '203.0.113.9:50000']] });
    expect(endsOf(events)[1]?.facts).toEqual([
      ['asked again', 'after 2.00 ms'],
      ['software', 'a server'],
    ]);
  });

  it('allocates at a TURN server, refused first', () => {
    const unauthorised = Buffer.concat([Buffer.from([0, 0, 4, 1]), Buffer.from('Unauthorized')]);
    const events = play('rtc', [
      ['client', stun(0x0003, 1)],
      [
        'server',
        stun(0x0113, 1, [
          [0x0009, unauthorised],
          [0x0014, Buffer.from('example')],
        ]),
      ],
      ['client', stun(0x0003, 2, [[0x0006, Buffer.from('ada')]])],
      [
        'server',
        stun(0x0103, 2, [
          [0x0016, xorAddress('203.0.113.1', 3478)],
          [0x000d, hex('00000258')],
        ]),
      ],
      ['client', stun(0x0016, 3)],
    ]);
    expect(lines(events)).toEqual([
      '1 ? Allocate | Allocate | Allocate',
      '1 …',
      '1 =  | - | 401: Unauthorized',
      '2 ? Allocate | Allocate ada | Allocate',
      '2 …',
      '2 = success | -',
      '! indication: Send',
    ]);
    expect(endsOf(events)[1]?.facts).toEqual([
      ['relayed address', '203.0.113.1:3478'],
      ['lifetime', '600 s'],
    ]);
  });

  it('that nobody answers ends so', () => {
    expect(endsOf(play('rtc', [['client', stun(0x0001, 1)]]))[0]?.error?.code).toBe('no-answer');
  });
});

const nameAndMore = dtlsClientHello({ serverName: 'media.example', protocols: ['webrtc'], srtp: [7, 1] });

describe('DTLS', () => {
  it('1.2 is one question from the first hello, asked again with a cookie, to the last Finished', () => {
    const events = play('rtc', [
      ['client', dtlsRecord(22, 0, dtlsHandshake(1, nameAndMore))],
      ['server', dtlsRecord(22, 0, dtlsHandshake(3, hex('fefd04deadbeef')))],
      [
        'client',
        dtlsRecord(
          22,
          0,
          dtlsHandshake(1, dtlsClientHello({ serverName: 'media.example', cookie: true }), 1),
        ),
      ],
      ['server', dtlsRecord(22, 0, dtlsHandshake(2, dtlsServerHello({ srtp: [7] })))],
      ['client', Buffer.concat([dtlsRecord(20, 0, hex('01')), dtlsRecord(22, 1, Buffer.alloc(40))])],
      ['server', Buffer.concat([dtlsRecord(20, 0, hex('01')), dtlsRecord(22, 1, Buffer.alloc(40))])],
      ['client', dtlsRecord(23, 1, Buffer.alloc(9))],
    ]);
    expect(lines(events)).toEqual([
      '1 ? DTLS | DTLS handshake media.example | DTLS handshake',
      '1 …',
      '1 = finished | -',
    ]);
    expect(events.map(({ atUs }) => atUs)).toEqual([1000, 4000, 6000]);
    expect(endsOf(events)[0]?.facts).toEqual([
      ['offered', 'DTLS 1.2'],
      ['ALPN', 'webrtc'],
      ['SRTP offered', 'AEAD-AES-128-GCM, AES128-CM-SHA1-80'],
      ['cookie', 'the server asked for the hello once more, with a cookie'],
      ['version', '1.2'],
      ['cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
      ['SRTP', 'AEAD-AES-128-GCM'],
    ]);
  });

  it('1.3 ends with the first hidden record of the client behind those of the server', () => {
    const hidden = Buffer.concat([hex('2f0001'), Buffer.alloc(30)]);
    const events = play('rtc', [
      ['client', dtlsRecord(22, 0, dtlsHandshake(1, dtlsClientHello({ versions: [0xfefc, 0xfefd] })))],
      [
        'server',
        Buffer.concat([dtlsRecord(22, 0, dtlsHandshake(2, dtlsServerHello({ version: 0xfefc }))), hidden]),
      ],
      ['server', hidden],
      ['client', hidden],
    ]);
    expect(endsOf(events)[0]).toMatchObject({ atUs: 4000, status: 'finished' });
    expect(endsOf(events)[0]?.facts).toContainEqual(['version', '1.3']);
  });

  it('is put together from fragments in any order', () => {
    const whole = dtlsHandshake(1, nameAndMore);
    const body = whole.subarray(12);
    const piece = (from: number, to: number): Buffer =>
      dtlsRecord(
        22,
        0,
        Buffer.concat([
          whole.subarray(0, 6),
          Buffer.from([0, 0, from, 0, 0, to - from]),
          body.subarray(from, to),
        ]),
      );
    const events = play('rtc', [
      ['client', piece(40, body.length)],
      ['client', piece(0, 20)],
      ['client', piece(10, 45)],
    ]);
    expect(events[0]).toMatchObject({ statement: 'DTLS handshake media.example', atUs: 3000 });
  });

  it('that is refused, repeated or left says so', () => {
    const hello = dtlsRecord(22, 0, dtlsHandshake(1, nameAndMore));
    const other = dtlsRecord(22, 0, dtlsHandshake(1, dtlsClientHello({ random: 9 })));
    const events = play('rtc', [
      ['client', hello],
      ['client', hello],
      ['server', dtlsRecord(21, 0, hex('0228'))],
      ['client', other],
      ['server', dtlsRecord(22, 0, dtlsHandshake(2, dtlsServerHello({})))],
      ['client', hello],
    ]);
    expect(endsOf(events).map(({ error }) => error?.code)).toEqual(['handshake_failure', 'cut', 'no-answer']);
    expect(endsOf(events)[0]?.facts).toContainEqual(['asked again', 'after 1.00 ms']);
  });
});

describe('WebRTC', () => {
  it('is timed from the first check to the first media', () => {
    const check: [number, Buffer][] = [
      [0x0024, hex('00000001')],
      [0x0006, Buffer.from('a:b')],
    ];
    const events = play('rtc', [
      ['client', stun(0x0001, 1, check)],
      ['server', stun(0x0101, 1)],
      ['client', stun(0x0001, 2, [...check, [0x0025, Buffer.alloc(0)]])],
      ['server', stun(0x0101, 2)],
      ['server', dtlsRecord(22, 0, dtlsHandshake(1, nameAndMore))],
      ['client', dtlsRecord(22, 0, dtlsHandshake(2, dtlsServerHello({})))],
      ['server', dtlsRecord(22, 1, Buffer.alloc(40))],
      ['client', dtlsRecord(22, 1, Buffer.alloc(40))],
      ['client', Buffer.concat([hex('8060'), Buffer.alloc(50)])],
    ]);
    expect(lines(events).filter((line) => line.startsWith('!'))).toEqual([
      '! WebRTC: addresses chosen: after 3.00 ms',
      '! WebRTC: secured: after 7.00 ms',
      '! WebRTC: first media: after 8.00 ms',
    ]);
    expect(
      events.flatMap((event) =>
        event.type === 'question' ? [[event.question, event.verb, event.normalised]] : [],
      ),
    ).toEqual([
      [1, 'Binding', 'Binding (ICE check)'],
      [2, 'Binding', 'Binding (ICE check)'],
      [3, 'DTLS', 'DTLS handshake'],
    ]);
  });
});

describe('DHCP', () => {
  it('finds, asks and gets an address, whoever sent', () => {
    const host: [number, Buffer] = [12, Buffer.from('laptop')];
    const lease: [number, Buffer][] = [
      [51, hex('00000e10')],
      [1, hex('ffffff00')],
      [3, hex('0a000001')],
      [6, hex('0a000001 0a000002')],
    ];
    const events = play('dhcp', [
      ['client', dhcp(1, 1, [host])],
      ['client', dhcp(1, 1, [host])],
      ['client', dhcp(2, 2, lease, '10.0.0.7')],
      ['client', dhcp(1, 3, [[50, hex('0a000007')], host])],
      ['server', dhcp(2, 5, lease, '10.0.0.7')],
      ['client', dhcp(1, 7)],
    ]);
    expect(lines(events)).toEqual([
      '1 ? DISCOVER | DISCOVER for 02:00:00:00:00:01 (laptop) | DISCOVER',
      '1 …',
      '1 = OFFER | -',
      '2 ? REQUEST | REQUEST 10.0.0.7 for 02:00:00:00:00:01 (laptop) | REQUEST',
      '2 …',
      '2 = ACK | -',
      '3 ? RELEASE | RELEASE for 02:00:00:00:00:01 | RELEASE',
      '3 = no reply | -',
    ]);
    expect(endsOf(events)[0]?.facts[0]).toEqual(['asked again', 'after 1.00 ms']);
    expect(endsOf(events)[1]?.facts).toEqual([
      ['address', '10.0.0.7'],
      ['lease', '3600 s'],
      ['subnet mask', '255.255.255.0'],
      ['router', '10.0.0.1'],
      ['name servers', '10.0.0.1, 10.0.0.2'],
      ['address obtained', '4.00 ms after the first message'],
    ]);
  });

  it('is refused, or not answered', () => {
    const events = play('dhcp', [
      ['client', dhcp(1, 3)],
      ['server', dhcp(2, 6, [[56, Buffer.from('wrong network')]])],
      ['client', dhcp(1, 1)],
    ]);
    expect(endsOf(events).map(({ error }) => error)).toEqual([
      { code: 'NAK', message: 'wrong network' },
      { code: 'no-answer', message: 'No server answered before the end of the conversation.' },
    ]);
  });
});

describe('NTP', () => {
  it('pairs by time stamp, and computes offset and delay by the clock of the capture', () => {
    const asked = ntp({ mode: 3, transmit: hex('0123456789abcdef') });
    // The capture sees the question at 1,000 µs and the answer at 2,000 µs of 1970.
    const answered = ntp({
      ...{ mode: 4, stratum: 2, reference: hex('c0000201'), origin: hex('0123456789abcdef') },
      ...{ receive: ntpTime(501_300), transmit: ntpTime(501_500) },
    });
    const events = play('ntp', [
      ['client', asked],
      ['server', answered],
    ]);
    expect(lines(events)).toEqual(['1 ? time | NTP version 4 | NTP version 4', '1 …', '1 = stratum 2 | -']);
    expect(endsOf(events)[0]?.facts).toEqual([
      ['reference', '192.0.2.1'],
      ['offset from the clock of the capture', '+499.900 ms'],
      ['delay on the way', '0.800 ms'],
      ['time at the server', '0.200 ms'],
      ['root delay', '15.63 ms'],
      ['root dispersion', '0.00 ms'],
    ]);
  });

  it('may be sent away, or get no answer', () => {
    const origin = hex('0123456789abcdef');
    const events = play('ntp', [
      ['client', ntp({ mode: 3, transmit: origin })],
      ['server', ntp({ mode: 4, stratum: 0, reference: Buffer.from('RATE'), origin })],
      ['client', ntp({ mode: 3, transmit: hex('0000000000000001') })],
    ]);
    expect(endsOf(events).map(({ error }) => error?.code)).toEqual(['RATE', 'no-answer']);
  });
});

const query = dnsMessage({ questions: [['www.example', 1]] });
const hello = dtlsRecord(22, 0, dtlsHandshake(1, nameAndMore));

describe('the recogniser of datagrams', () => {
  it.each([
    ['dns', 40_000, 53, query, false],
    ['dns', 40_000, 53, dnsMessage({ flags: answer, questions: [['a', 1]] }), true],
    ['dns', 40_000, 8053, query, false],
    [null, 40_000, 8053, dnsMessage({ flags: answer, questions: [['a', 1]] }), true],
    ['mdns', 5353, 5353, dnsMessage({ flags: 0, questions: [['_ipp._tcp.local', 12]] }), false],
    ['llmnr', 50_000, 5355, dnsMessage({ flags: 0, questions: [['printer', 1]] }), false],
    ['dhcp', 68, 67, dhcp(1, 1), false],
    ['ntp', 50_000, 123, ntp({ mode: 3 }), false],
    [null, 50_000, 1234, ntp({ mode: 3 }), false],
    ['rtc', 50_000, 50_001, stun(0x0001, 1), false],
    ['rtc', 50_000, 50_001, hello, true],
    [null, 50_000, 443, Buffer.concat([hex('c3000000010812345678'), Buffer.alloc(1190, 7)]), false],
    [null, 50_000, 53, Buffer.alloc(0), false],
    [null, 50_000, 1900, Buffer.from('M-SEARCH * HTTP/1.1\r\n\r\n'), false],
  ] as const)('says %s', (name, clientPort, serverPort, bytes, fromServer) => {
    expect(recogniseDatagram(clientPort, serverPort, bytes, fromServer)).toBe(name);
  });

  it('takes random bytes for something without a port once in a hundred thousand at most', () => {
    const random = createRandom(768);
    let taken = 0;
    for (let index = 0; index < 100_000; index++) {
      const bytes = Uint8Array.from({ length: 12 + random(60) }, () => random(256));
      if (recogniseDatagram(50_000, 443, bytes, false) !== null) taken += 1;
    }
    expect(taken).toBeLessThanOrEqual(1);
  });
});

const corpus: readonly (readonly [DatagramProtocol, readonly Uint8Array[]])[] = [
  [
    'rtc',
    [
      stun(0x0001, 1, [[0x0024, hex('00000001')]]),
      stun(0x0101, 1, [[0x0020, xorAddress('1.2.3.4', 5)]]),
      stun(0x0111, 1, [[9, hex('0000040141')]]),
    ],
  ],
  [
    'rtc',
    [
      hello,
      dtlsRecord(22, 0, dtlsHandshake(2, dtlsServerHello({ srtp: [1] }))),
      dtlsRecord(22, 1, Buffer.alloc(20)),
      dtlsRecord(21, 0, hex('0228')),
    ],
  ],
  [
    'dhcp',
    [
      dhcp(1, 1, [[12, Buffer.from('x')]]),
      dhcp(2, 2, [[3, hex('0a000001')]], '10.0.0.1'),
      dhcp(1, 3),
      dhcp(2, 5),
    ],
  ],
  ['ntp', [ntp({ mode: 3 }), ntp({ mode: 4, stratum: 1, reference: Buffer.from('GPS\0') })]],
];
const tricky = [
  [0, 0, 0, 0],
  [0xff, 0xff],
  [0xff],
  [1],
  [22],
  [0x21, 0x12, 0xa4, 0x42],
  [0x63, 0x82, 0x53, 0x63],
].map((bytes) => Uint8Array.from(bytes));

describe('mutated datagrams', { timeout: 120_000 }, () => {
  it('of any kind are read without a failure, within the bounds', () => {
    const random = createRandom(8489);
    for (let index = 0; index < 100_000; index++) {
      const [protocol, messages] = corpus[random(corpus.length)]!;
      const datagrams = Array.from({ length: 1 + random(5) }, () => {
        let bytes = messages[random(messages.length)]!;
        for (let count = random(4); count > 0; count--) bytes = mutateBytes(bytes, tricky, random);
        return { sender: random(2) === 0 ? ('client' as const) : ('server' as const), bytes };
      });
      recogniseDatagram(random(65_536), random(65_536), datagrams[0]!.bytes, false);
      const events = playDatagrams(
        (emit) => createDatagramObservers(nodePlatform)(protocol, emit),
        datagrams,
      );
      const wrong = queryBreach(events);
      if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
    }
  });
});
