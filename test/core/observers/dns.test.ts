import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { createDnsObserver, looksLikeDns, type DnsOptions } from '../../../core/observers/dns.ts';
import type { Sender } from '../../../core/observers/observer.ts';
import { nodePlatform } from '../../support/platform.ts';
import { address4, answer, dnsMessage, dnsName, question, u16, type WrittenMessage } from './dns-script.ts';
import { lines, playDatagrams, queryBreach } from './query-script.ts';

type Datagram = readonly [sender: Sender, message: WrittenMessage];

function play(datagrams: readonly Datagram[], options?: DnsOptions): QueryEvent[] {
  const events = playDatagrams(
    (emit) => createDnsObserver(nodePlatform, emit, options),
    datagrams.map(([sender, message]) => ({ sender, bytes: dnsMessage(message) })),
  );
  expect(queryBreach(events)).toBeNull();
  return events;
}

const www = [['www.example.com', 1]] as const;

function endOf(events: readonly QueryEvent[], number = 1): Extract<QueryEvent, { type: 'answer-end' }> {
  const end = events.find((event) => event.type === 'answer-end' && event.question === number);
  return end as Extract<QueryEvent, { type: 'answer-end' }>;
}

describe('a lookup', () => {
  it('is one question with its answers, following compressed names and aliases', () => {
    const heard: string[] = [];
    const events = play(
      [
        ['client', { questions: www }],
        [
          'server',
          {
            flags: answer,
            questions: www,
            answers: [
              { name: '@12', type: 5, ttl: 60, data: dnsName('cdn@16') },
              { name: 'cdn@16', type: 1, ttl: 20, data: address4('192.0.2.7') },
              { name: '@45', type: 1, ttl: 20, data: address4('192.0.2.8') },
            ],
          },
        ],
      ],
      { onAnswer: (...told) => heard.push(told.join(' ')) },
    );
    expect(lines(events)).toEqual(['1 ? A | www.example.com | A www.example.com', '1 …', '1 = NOERROR | 3']);
    expect(events[0]).toMatchObject({ firstAtUs: 1000, atUs: 1000, bytes: 33 });
    expect(endOf(events)).toMatchObject({ atUs: 2000, facts: [['shortest TTL', '20 s']] });
    expect(endOf(events).preview).toEqual({
      columns: ['name', 'type', 'TTL', 'data'],
      rows: [
        ['www.example.com', 'CNAME', '60 s', 'cdn.example.com'],
        ['cdn.example.com', 'A', '20 s', '192.0.2.7'],
        ['cdn.example.com', 'A', '20 s', '192.0.2.8'],
      ],
    });
    expect(heard).toEqual(['www.example.com A 192.0.2.7 20', 'www.example.com A 192.0.2.8 20']);
  });

  it('is matched by id and question, whatever the order and the case of letters', () => {
    const events = play([
      ['client', { id: 1, questions: [['a.example', 1]] }],
      ['client', { id: 1, questions: [['a.example', 28]] }],
      ['client', { id: 2, questions: [['b.example', 1]] }],
      ['server', { id: 2, flags: answer, questions: [['B.eXample', 1]] }],
      ['server', { id: 1, flags: answer, questions: [['a.example', 28]] }],
      ['server', { id: 1, flags: answer, questions: [['a.example', 1]] }],
    ]);
    const ends = events.filter(({ type }) => type === 'answer-end');
    expect(ends.map((end) => 'question' in end && [end.question, end.atUs])).toEqual([
      [3, 4000],
      [2, 5000],
      [1, 6000],
    ]);
  });

  it.each([
    [2, 'SERVFAIL', 'The server could not find the answer.'],
    [3, 'NXDOMAIN', 'The name does not exist.'],
    [5, 'REFUSED', 'The server refuses to answer this client.'],
    [12, 'RCODE12', 'The server answered with code 12.'],
  ])('that fails with code %i says so', (rcode, code, message) => {
    const soa = Buffer.concat([dnsName('ns@12'), dnsName('root@12'), Buffer.alloc(20, 1)]);
    const events = play([
      ['client', { questions: [['nowhere.example', 65]] }],
      [
        'server',
        {
          flags: answer | rcode,
          questions: [['nowhere.example', 65]],
          authority: [{ name: '@12', type: 6, data: soa }],
        },
      ],
    ]);
    expect(events[0]).toMatchObject({ verb: 'HTTPS' });
    expect(endOf(events)).toMatchObject({ rows: 0, status: code, error: { code, message } });
    expect(endOf(events).preview?.rows[0]?.[3]).toBe(
      'ns.nowhere.example root.nowhere.example 16843009 16843009 16843009 16843009 16843009',
    );
  });

  it('that is asked again keeps the time of the first question, and a second answer is told', () => {
    const events = play([
      ['client', { questions: www }],
      ['client', { questions: www }],
      ['client', { questions: www }],
      ['server', { flags: answer, questions: www }],
      ['server', { flags: answer, questions: www }],
      ['server', { id: 9, flags: answer | 3, questions: www }],
    ]);
    expect(lines(events)).toEqual([
      '1 ? A | www.example.com | A www.example.com',
      '1 …',
      '1 = NOERROR | 0',
      '! answered again: www.example.com NOERROR',
      '! answer without its question: www.example.com NXDOMAIN',
    ]);
    expect(events[0]).toMatchObject({ firstAtUs: 1000 });
    expect(endOf(events).facts).toEqual([
      ['asked again', 'after 1.00 ms'],
      ['asked again', 'after 1.00 ms'],
    ]);
  });

  it('without an answer ends with the conversation', () => {
    const events = play([['client', { questions: www }]]);
    expect(endOf(events)).toMatchObject({ atUs: 2000, rows: null, error: { code: 'no-answer' } });
  });

  it('whose answer names no question belongs to the oldest of its id', () => {
    const events = play([
      ['client', { id: 7, questions: www }],
      ['server', { id: 7, flags: answer | 1 }],
    ]);
    expect(endOf(events)).toMatchObject({ status: 'FORMERR', error: { code: 'FORMERR' } });
  });

  it('says what EDNS asks for and answers', () => {
    const subnet = Buffer.concat([u16(8), u16(7), u16(1), Buffer.from([24, 0, 198, 51, 100])]);
    const why = Buffer.concat([u16(15), u16(8), u16(22), Buffer.from('no way')]);
    const events = play([
      [
        'client',
        { questions: www, additional: [{ name: '', type: 41, class: 1232, ttl: 0x8000, data: subnet }] },
      ],
      [
        'server',
        {
          flags: answer | 0x0220,
          questions: www,
          additional: [{ name: '', type: 41, class: 4096, ttl: 0x01_00_00_00, data: why }],
        },
      ],
    ]);
    expect(endOf(events).status).toBe('BADVERS');
    expect(endOf(events).facts).toEqual([
      ['DNSSEC', 'asked for'],
      ['largest UDP answer taken', '1232 bytes'],
      ['client subnet of the question', '198.51.100.0/24'],
      ['truncated', 'the answer did not fit; clients ask again over TCP'],
      ['DNSSEC', 'verified by the server'],
      ['extended error', 'No Reachable Authority: no way'],
    ]);
  });

  it('is grouped by its name without what changes from one to the next', () => {
    const normalised = (name: string): string | undefined => {
      const [event] = play([['client', { questions: [[name, 12]] }]]);
      return event?.type === 'question' ? event.normalised : undefined;
    };
    expect(normalised('4.3.2.1.in-addr.arpa')).toBe('PTR ?.in-addr.arpa');
    expect(normalised('0a1b2c3d4e5f.telemetry.Example.com')).toBe('PTR ?.telemetry.example.com');
    expect(normalised('s3.amazonaws.com')).toBe('PTR s3.amazonaws.com');
    expect(normalised('cafebabe.com')).toBe('PTR cafebabe.com');
  });

  it('of another kind has its opcode as its verb', () => {
    const events = play([
      ['client', { flags: 0x2800, questions: [['zone.example', 6]] }],
      ['server', { flags: 0xa805, questions: [['zone.example', 6]] }],
    ]);
    expect(lines(events)[0]).toBe('1 ? UPDATE | zone.example | UPDATE zone.example');
    expect(endOf(events).error?.code).toBe('REFUSED');
  });
});

describe('data of records', () => {
  const text = (data: Uint8Array, type: number): string | null | undefined => {
    const events = play([
      ['client', { questions: www }],
      ['server', { flags: answer, questions: www, answers: [{ name: '@12', type, data }] }],
    ]);
    return endOf(events).preview?.rows[0]?.[3];
  };
  const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

  it.each([
    [28, hex('20010db8 00000000 00000000 00000001'), '2001:db8::1'],
    [15, Buffer.concat([u16(10), dnsName('mail@16')]), '10 mail.example.com'],
    [33, Buffer.concat([u16(1), u16(2), u16(5060), dnsName('sip@16')]), '1 2 5060 sip.example.com'],
    [16, Buffer.from('\x05v=spf\x03"a\\'), '"v=spf" "\\"a\\\\"'],
    [257, Buffer.from('\x00\x05issueletsencrypt.org'), '0 issue "letsencrypt.org"'],
    [
      65,
      hex('0001 00 0001 0006 02 6832 02 6833 0004 0004 c0000201 0003 0002 20fb'),
      '1 . alpn=h2,h3 ipv4hint=192.0.2.1 port=8443',
    ],
    [43, hex('0a0b 08 02 aabb'), '2571 8 2 aabb'],
    [4242, hex('0102'), '\\# 2 0102'],
    [1, hex('0102'), '\\# 2 0102'],
    [12, dnsName('a\u0001 b.c@16'), 'a\\001 b.c.example.com'],
  ])('of type %i are text', (type, data, expected) => {
    expect(text(data, type)).toBe(expected);
  });

  it('are cut', () => {
    const long = Buffer.concat([Buffer.from([200]), Buffer.alloc(200, 0x78)]);
    expect(text(Buffer.concat([long, long]), 16)).toMatch(/^"x{198}…$/);
  });
});

describe('hostile messages', () => {
  it('with pointers that go round, forwards or out are told as unreadable', () => {
    for (const name of [[0xc0, 12], [0xc0, 200], [0xff, 0xff], [1, 65, 0xc0, 12], [64], [63, 1, 2]]) {
      const bytes = new Uint8Array([
        ...dnsMessage({}).subarray(0, 4),
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        ...name,
        0,
        1,
        0,
        1,
      ]);
      const events = playDatagrams(
        (emit) => createDnsObserver(nodePlatform, emit),
        [{ sender: 'client', bytes }],
      );
      expect(lines(events)).toEqual(['! unreadable: A question goes beyond the message.']);
    }
  });

  it('are read up to the first fault', () => {
    const whole = dnsMessage({
      flags: answer,
      questions: www,
      answers: [
        { name: '@12', type: 1, data: address4('192.0.2.1') },
        { name: '@12', type: 1, data: address4('192.0.2.2') },
      ],
    });
    const events = playDatagrams(
      (emit) => createDnsObserver(nodePlatform, emit),
      [
        { sender: 'client', bytes: dnsMessage({ questions: www }) },
        { sender: 'server', bytes: whole.subarray(0, whole.length - 2) },
      ],
    );
    expect(endOf(events)).toMatchObject({
      rows: 1,
      facts: [
        ['shortest TTL', '300 s'],
        ['answer', 'A record goes beyond the message.'],
      ],
    });
  });

  it('never make more questions wait than the bound', () => {
    const many = Array.from({ length: 12 }, (_, id): Datagram => ['client', { id, questions: www }]);
    const events = play(many, { limits: { waitingMax: 5 } });
    const early = events.filter(({ type, atUs }) => type === 'answer-end' && atUs < 13_000);
    expect(early).toHaveLength(7);
  });
});

describe('multicast DNS', () => {
  it('tells once what is asked and announced, with addresses', () => {
    const heard: string[] = [];
    const printer = {
      id: 0,
      flags: 0x8400,
      answers: [
        { name: '_ipp._tcp.local', type: 12, data: dnsName('Büro 2._ipp._tcp.local') },
        {
          name: 'Büro 2._ipp._tcp.local',
          type: 33,
          class: 0x8001,
          data: Buffer.concat([hexPort, dnsName('printer.local')]),
        },
      ],
      additional: [{ name: 'printer.local', type: 1, class: 0x8001, ttl: 120, data: address4('10.0.0.9') }],
    };
    const events = play(
      [
        ['client', { id: 0, flags: 0, questions: [['_ipp._tcp.local', 12]] }],
        ['client', printer],
        ['client', printer],
        ['client', { id: 0, flags: 0x8400, answers: [{ ...printer.additional[0]!, ttl: 0 }] }],
      ],
      { kind: 'mdns', onAnswer: (...told) => heard.push(told.join(' ')) },
    );
    expect(lines(events)).toEqual([
      '! asks: _ipp._tcp.local PTR',
      '! announces: _ipp._tcp.local PTR Büro 2._ipp._tcp.local',
      '! announces: Büro 2._ipp._tcp.local SRV 0 0 631 printer.local',
      '! announces: printer.local A 10.0.0.9',
      '! leaves: printer.local A 10.0.0.9',
    ]);
    expect(heard).toEqual(['printer.local A 10.0.0.9 120', 'printer.local A 10.0.0.9 120']);
  });
});

const hexPort = Buffer.from('000000000277', 'hex');

describe('LLMNR', () => {
  it('asks everybody, and is answered in another conversation without that being a failure', () => {
    const asked = play([['client', { flags: 0, questions: [['printer', 1]] }]], { kind: 'llmnr' });
    expect(endOf(asked)).toMatchObject({ error: null, rows: null });
    const answers = [{ name: '@12', type: 1, data: address4('10.0.0.9') }];
    const answered = play([['client', { flags: 0x8000, questions: [['printer', 1]], answers }]], {
      kind: 'llmnr',
    });
    expect(lines(answered)).toEqual(['! answer without its question: printer NOERROR']);
  });
});

describe('the recogniser', () => {
  it('knows messages from other datagrams', () => {
    expect(looksLikeDns(dnsMessage({ questions: www }))).toBe(true);
    expect(looksLikeDns(dnsMessage({ flags: answer | 1 }))).toBe(false);
    expect(looksLikeDns(dnsMessage({ flags: question, questions: [['', 2]] }))).toBe(true);
    for (const other of [
      'GET / HTTP/1.1\r\n\r\n',
      'M-SEARCH * HTTP/1.1\r\n',
      '\x00\x01\x00\x00\x21\x12\xa4\x42aaaaaaaaaaaa',
      '',
    ])
      expect(looksLikeDns(Buffer.from(other, 'latin1'))).toBe(false);
  });
});
