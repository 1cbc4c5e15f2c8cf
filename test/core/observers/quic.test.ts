import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import type { Sender } from '../../../core/observers/observer.ts';
import { initialKeys, quicVersion } from '../../../core/observers/quic-keys.ts';
import { createQuicObserver, looksLikeQuic } from '../../../core/observers/quic.ts';
import { helloExtensions as has, helloMessage } from '../../support/client-hello.ts';
import { nodePlatform } from '../../support/platform.ts';
import { createRememberingPlatform } from '../../support/remembering-platform.ts';
import { createRandom } from './http1-script.ts';
import { bytesOfHex, quicInitials, quicRetry } from './tls-vectors.ts';

type Datagram = readonly [sender: Sender, bytes: Uint8Array];

const published: readonly Datagram[] = quicInitials.map(([sender, hex]) => [sender, bytesOfHex(hex)]);
const short: Datagram = ['client', Uint8Array.of(0x41, ...new Uint8Array(40))];
const ids = { destination: bytesOfHex('8394c8f03e515708'), source: bytesOfHex('f067a5502a4262b5') };

function play(
  datagrams: readonly Datagram[],
  platform = nodePlatform,
): { events: QueryEvent[]; lines: string[] } {
  const events: QueryEvent[] = [];
  const observer = createQuicObserver({ platform, emit: (event) => events.push(event) });
  for (const [index, [sender, bytes]] of datagrams.entries()) observer.datagram(sender, bytes, 1000 * index);
  observer.end(1000 * datagrams.length);
  return { events, lines: events.map(line) };
}

function line(event: QueryEvent): string {
  switch (event.type) {
    case 'question':
      return `${event.question} ${event.verb} ${event.statement} [${event.parameters.join()}] ${event.firstAtUs}-${event.atUs} ${event.bytes}`;
    case 'answer-begin':
      return `${event.question} answered ${event.atUs}`;
    case 'answer-end':
      return `${event.question} over ${event.atUs} ${event.error?.code ?? event.status} ${event.bytes}`;
    case 'fact':
      return `${event.name}: ${event.value}`;
    default:
      return event satisfies never;
  }
}

/** An Initial packet as an endpoint would protect it, of exactly `size` bytes. */
function seal(
  sender: Sender,
  number: number,
  frames: Uint8Array,
  {
    version = 1,
    keyId = ids.destination,
    size = 1200,
  }: { version?: number; keyId?: Uint8Array; size?: number } = {},
): Uint8Array {
  const known = quicVersion(version)!;
  const { key, iv, mask } = initialKeys(nodePlatform, known, keyId)[sender];
  const head = Buffer.from([
    0xc0 | (known.types.initial << 4),
    0,
    0,
    0,
    0,
    keyId.length,
    ...keyId,
    0,
    0,
    0,
    0,
    number,
  ]);
  head.writeUInt32BE(version, 1);
  const payload = Buffer.alloc(size - head.length - 16);
  Buffer.from(frames).copy(payload);
  head.writeUInt16BE(0x4000 | (1 + payload.length + 16), head.length - 3);
  const nonce = iv.slice();
  nonce[11]! ^= number;
  const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(head);
  const packet = Buffer.concat([head, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  const at = head.length - 1;
  const masked = createCipheriv('aes-128-ecb', mask, null).update(packet.subarray(at + 4, at + 20));
  packet[0]! ^= masked[0]! & 0x0f;
  packet[at]! ^= masked[1]!;
  return Uint8Array.from(packet);
}

function crypto(offset: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([
    6,
    0x80,
    0,
    offset >>> 8,
    offset & 255,
    0x40 | (bytes.length >>> 8),
    bytes.length & 255,
    ...bytes,
  ]);
}

const hello = Uint8Array.from(
  helloMessage({
    ciphers: [0x1301],
    extensions: [
      has.serverName('shop.example'),
      has.alpn(['h3']),
      has.versions([0x0304]),
      has.other(57, Buffer.alloc(1500)),
    ],
  }),
);

describe('QUIC', () => {
  it('is read as RFC 9001 appendix A shows it', () => {
    expect(play([...published, short]).lines).toEqual([
      'QUIC version: QUIC v1',
      'server name: example.com',
      'protocols offered: alpn',
      expect.stringMatching(/^JA4: q13d/),
      '1 HANDSHAKE example.com [alpn] 0-0 1200',
      '1 answered 1000',
      'TLS cipher: TLS_AES_128_GCM_SHA256',
      'key exchange group: X25519',
      '1 over 2000 QUIC v1 135',
    ]);
    expect(looksLikeQuic(published[0]![1])).toBe('yes');
    expect(looksLikeQuic(short[1])).toBe('no');
  });

  it.each([
    ['QUIC v1', 1],
    ['QUIC v2', 0x6b3343cf],
    ['QUIC draft 29', 0xff00001d],
  ])('of %s is read where the hello comes in two datagrams, in pieces out of order', (name, version) => {
    const pieces = [crypto(900, hello.subarray(900, 1500)), crypto(0, hello.subarray(0, 300))];
    const rest = [crypto(1500, hello.subarray(1500)), crypto(300, hello.subarray(300, 900))];
    const { lines } = play([
      [
        'client',
        seal('client', 0, Buffer.concat([pieces[0]!, Uint8Array.of(1, 0, 0), pieces[1]!]), { version }),
      ],
      ['client', seal('client', 1, Buffer.concat(rest), { version })],
      short,
    ]);
    expect(lines).toContain(`QUIC version: ${name}`);
    expect(lines).toContain('1 HANDSHAKE shop.example [h3] 0-1000 2400');
    expect(lines.at(-1)).toBe(`1 over 2000 ${name} 0`);
  });

  it('is read on after a Retry, and after another choice of version', () => {
    const first = crypto(0, hello.subarray(0, 1000));
    const second = crypto(1000, hello.subarray(1000));
    const retried = { keyId: ids.source };
    const { lines } = play([
      ['client', seal('client', 0, first)],
      ['server', bytesOfHex(quicRetry)],
      ['client', seal('client', 1, first, retried)],
      ['client', seal('client', 2, second, retried)],
      short,
    ]);
    expect(lines.filter((each) => each.startsWith('1 '))).toEqual([
      '1 HANDSHAKE shop.example [h3] 0-3000 3600',
      '1 answered 1000',
      '1 over 4000 QUIC v1 36',
    ]);
    expect(lines.some((each) => each.startsWith('retry: '))).toBe(true);

    const negotiation = bytesOfHex('80000000000008f067a5502a4262b5000000016b3343cf');
    const unknown = Uint8Array.from([
      0xc0,
      0x1a,
      0x2a,
      0x3a,
      0x4a,
      8,
      ...ids.destination,
      0,
      ...new Uint8Array(1185),
    ]);
    const negotiated = play([
      ['client', unknown],
      ['server', negotiation],
      ['client', seal('client', 1, first)],
      ['client', seal('client', 2, second)],
      short,
    ]);
    expect(negotiated.lines).toContain('versions offered: QUIC v1, QUIC v2');
    expect(negotiated.lines).toContain('1 HANDSHAKE shop.example [h3] 0-3000 3600');
  });

  it('tells why a server refuses', () => {
    const reason = Buffer.from('no common protocol');
    const close = Uint8Array.from([0x1c, 0x41, 0x78, 0, reason.length, ...reason]);
    const { events } = play([published[0]!, ['server', seal('server', 0, close)]]);
    expect(events.at(-1)).toMatchObject({
      type: 'answer-end',
      error: {
        code: 'no_application_protocol',
        message: 'The server ended the handshake: no common protocol',
      },
    });
  });

  it('is one question for each connection, also between the same ports', () => {
    const again = { keyId: bytesOfHex('0102030405060708') };
    const { lines } = play([
      ...published,
      short,
      short,
      ['client', seal('client', 0, crypto(0, hello.subarray(0, 1000)), again)],
      ['client', seal('client', 1, crypto(1000, hello.subarray(1000)), again)],
      short,
    ]);
    expect(lines.filter((each) => /^\d (HANDSHAKE|over)/.test(each))).toEqual([
      '1 HANDSHAKE example.com [alpn] 0-0 1200',
      '1 over 2000 QUIC v1 135',
      '2 HANDSHAKE shop.example [h3] 4000-5000 2400',
      '2 over 6000 QUIC v1 0',
    ]);
  });

  it('without an answer is cut off at the end', () => {
    expect(play([published[0]!]).lines.at(-1)).toBe('1 over 1000 cut 0');
  });

  it('is read whatever was changed in it', { timeout: 240_000 }, () => {
    const random = createRandom(9001);
    const platform = createRememberingPlatform();
    const seeds: readonly Datagram[] = [...published, ['server', bytesOfHex(quicRetry)], short];
    for (let index = 0; index < 40_000; index++) {
      const datagrams = Array.from({ length: 1 + random(4) }, (): Datagram => {
        const [sender, bytes] = seeds[random(seeds.length)]!;
        const changed = bytes.slice(0, random(4) === 0 ? random(bytes.length) : bytes.length);
        const at = random(random(2) === 0 ? 30 : changed.length);
        if (random(3) > 0 && changed.length > at) changed[at]! ^= 1 << random(8);
        return [random(10) === 0 ? 'server' : sender, changed];
      });
      const { events } = play(datagrams, platform);
      const asked = events.filter(({ type }) => type === 'question').length;
      expect(events.filter(({ type }) => type === 'answer-end')).toHaveLength(asked);
      expect(events.length).toBeLessThan(40);
    }
  });
});
