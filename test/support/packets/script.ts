import { packetTroubles as trouble, type End } from '../../../core/packets/tcp-events.ts';
import { tcpFlags } from '../../../core/packets/decoded-packet.ts';

/** One packet of the made-up traffic, the same in every round; addresses and ports are added by the round. */
export interface Step {
  /** Which conversation of the round, from 0. */
  readonly talk: number;
  readonly end: End;
  /** Since the round began. */
  readonly atUs: number;
  readonly protocol: string;
  readonly payload: Uint8Array;
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  readonly window: number;
  readonly inFlight: number;
  readonly rttUs: number;
  readonly troubles: number;
  /** What Info says behind the ports. */
  readonly info: string;
  /** Bytes put together or decrypted in this packet, beside its frame. */
  readonly more: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

export interface Talk {
  readonly transport: 'tcp' | 'udp' | 'icmp' | 'arp';
  readonly application: string;
  readonly addressB: string;
  readonly nameB: string | null;
  readonly portB: number | null;
}

export const addressA = '192.168.1.23';
export const nameA = 'ada-laptop';

export const talks: readonly Talk[] = [
  { transport: 'udp', application: 'dns', addressB: '192.168.1.1', nameB: 'fritz.box', portB: 53 },
  { transport: 'tcp', application: 'tls', addressB: '203.0.113.40', nameB: 'api.shop.test', portB: 443 },
  { transport: 'tcp', application: 'http/1.1', addressB: '203.0.113.20', nameB: 'img.shop.test', portB: 80 },
  { transport: 'tcp', application: 'postgres', addressB: '10.0.0.5', nameB: 'orders-db', portB: 5432 },
  { transport: 'udp', application: 'quic', addressB: '203.0.113.77', nameB: 'cdn.shop.test', portB: 443 },
  { transport: 'arp', application: 'arp', addressB: '192.168.1.1', nameB: 'fritz.box', portB: null },
  { transport: 'icmp', application: 'icmp', addressB: '203.0.113.77', nameB: 'cdn.shop.test', portB: null },
];

export const roundUs = 640_000;

const text = new TextEncoder();
const { fin, syn, rst, psh, ack } = tcpFlags;
const none = new Uint8Array();

function filler(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 31 + seed * 17 + (at >> 3)) & 255;
  return bytes;
}

function tlsRecord(type: number, length: number, seed: number): Uint8Array {
  const bytes = filler(length + 5, seed);
  bytes.set([type, 3, 3, length >> 8, length & 255]);
  return bytes;
}

/** One side of a made-up TCP conversation keeps count of what it sent. */
function tcpTalk(talk: number, steps: Step[]) {
  const sent = { a: 0, b: 0 };
  const acked = { a: 0, b: 0 };
  const other = (end: End): End => (end === 'a' ? 'b' : 'a');
  return (
    end: End,
    atUs: number,
    flags: number,
    payload: Uint8Array,
    more: Partial<Pick<Step, 'protocol' | 'info' | 'troubles' | 'window' | 'rttUs' | 'more' | 'seq'>> & {
      readonly ack?: number;
    } = {},
  ): void => {
    const isAgain = more.seq !== undefined;
    const seq = more.seq ?? sent[end];
    const acks = (flags & ack) === 0 ? 0 : (more.ack ?? sent[other(end)]);
    acked[other(end)] = Math.max(acked[other(end)], acks);
    if (!isAgain) sent[end] += payload.length + ((flags & (syn | fin)) === 0 ? 0 : 1);
    const window = more.window ?? 64_256;
    const names = [
      ...((flags & fin) === 0 ? [] : ['FIN']),
      ...((flags & syn) === 0 ? [] : ['SYN']),
      ...((flags & rst) === 0 ? [] : ['RST']),
      ...((flags & psh) === 0 ? [] : ['PSH']),
      ...((flags & ack) === 0 ? [] : ['ACK']),
    ].join(', ');
    const plain = `[${names}] Seq=${seq}${(flags & ack) === 0 ? '' : ` Ack=${acks}`} Win=${window} Len=${payload.length}${(flags & syn) === 0 ? '' : ' MSS=1460 WS=128 SACK_PERM'}`;
    steps.push({
      ...{ talk, end, atUs, flags, payload, seq, ack: acks, window },
      protocol: more.protocol ?? 'TCP',
      inFlight: Math.max(0, sent[end] - acked[end]),
      rttUs: more.rttUs ?? -1,
      troubles: more.troubles ?? 0,
      info: more.info ?? plain,
      more: more.more ?? [],
    });
  };
}

function udp(
  steps: Step[],
  talk: number,
  end: End,
  atUs: number,
  protocol: string,
  payload: Uint8Array,
  info: string,
) {
  const still = { flags: 0, seq: 0, ack: 0, window: 0, inFlight: 0, rttUs: -1, troubles: 0, more: [] };
  steps.push({ talk, end, atUs, protocol, payload, info, ...still });
}

const head = text.encode(
  'HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: image/jpeg\r\nContent-Length: 34752\r\n\r\n',
);
export const httpQuestion = text.encode(
  'GET /lamp-480.jpg HTTP/1.1\r\nHost: img.shop.test\r\nUser-Agent: curl/8.11\r\nAccept: */*\r\n\r\n',
);
export const decryptedQuestion = text.encode(
  'GET /v1/cart HTTP/1.1\r\nHost: api.shop.test\r\nAuthorization: Bearer eyJhbGciOi\r\nAccept: application/json\r\n\r\n',
);
export const decryptedAnswer = text.encode(
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"items":[{"sku":"lamp-480","count":2},{"sku":"bulb-e27","count":4}],"total":"84.60"}',
);

function dnsBytes(isAnswer: boolean): Uint8Array {
  const name = [3, ...text.encode('api'), 4, ...text.encode('shop'), 4, ...text.encode('test'), 0];
  const counts = [0, 1, 0, isAnswer ? 1 : 0, 0, 0, 0, 0];
  const answer = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 40];
  const flags = isAnswer ? [0x81, 0x80] : [1, 0];
  return Uint8Array.from([0x4a, 0x21, ...flags, ...counts, ...name, 0, 1, 0, 1, ...(isAnswer ? answer : [])]);
}

function postgres(type: string, body: string): Uint8Array {
  const bytes = text.encode(body);
  const length = bytes.length + 5;
  return Uint8Array.from([type.charCodeAt(0), 0, 0, length >> 8, length & 255, ...bytes, 0]);
}

function secured(steps: Step[]): void {
  const say = tcpTalk(1, steps);
  const tls = { protocol: 'TLSv1.3' };
  say('a', 21_000, syn, none);
  say('b', 39_400, syn | ack, none);
  say('a', 39_480, ack, none, { rttUs: 18_400 });
  say('a', 40_100, psh | ack, tlsRecord(22, 512, 1), { ...tls, info: 'Client Hello (SNI=api.shop.test)' });
  say('b', 58_700, ack, none, { rttUs: 18_600 });
  say('b', 61_200, psh | ack, tlsRecord(22, 1443, 2), {
    ...tls,
    info: 'Server Hello, Change Cipher Spec, Application Data',
  });
  say('b', 61_260, psh | ack, tlsRecord(23, 900, 3), { ...tls, info: 'Application Data, Application Data' });
  say('a', 61_340, ack, none);
  say('a', 62_800, psh | ack, tlsRecord(20, 75, 4), { ...tls, info: 'Change Cipher Spec, Application Data' });
  const asked = [{ name: 'Decrypted TLS', bytes: decryptedQuestion }];
  say('a', 63_900, psh | ack, tlsRecord(23, decryptedQuestion.length + 17, 5), {
    protocol: 'HTTP',
    info: 'GET /v1/cart HTTP/1.1',
    more: asked,
  });
  say('a', 282_000, psh | ack, tlsRecord(23, decryptedQuestion.length + 17, 5), {
    ...tls,
    seq: 592,
    info: '[TCP Retransmission] Application Data',
    troubles: trouble.retransmission,
  });
  say('b', 300_600, ack, none, { rttUs: 18_600 });
  const answered = [{ name: 'Decrypted TLS', bytes: decryptedAnswer }];
  say('b', 348_300, psh | ack, tlsRecord(23, decryptedAnswer.length + 17, 6), {
    protocol: 'HTTP/JSON',
    info: 'HTTP/1.1 200 OK, JSON (application/json)',
    more: answered,
  });
  say('a', 348_390, ack, none);
  say('a', 420_000, fin | ack, none);
  say('b', 438_200, fin | ack, none);
  say('a', 438_290, ack, none);
}

function download(steps: Step[]): void {
  const say = tcpTalk(2, steps);
  say('a', 70_000, syn, none);
  say('b', 94_100, syn | ack, none);
  say('a', 94_160, ack, none, { rttUs: 24_100 });
  say('a', 94_900, psh | ack, httpQuestion, { protocol: 'HTTP', info: 'GET /lamp-480.jpg HTTP/1.1' });
  say('b', 119_300, ack, none, { rttUs: 24_400 });
  let at = 131_000;
  const parts: Uint8Array[] = [];
  for (let part = 0; part < 24; part += 1) {
    const payload =
      part === 0 ? Uint8Array.from([...head, ...filler(1448 - head.length, 9)]) : filler(1448, part);
    parts.push(payload);
    const missed = part === 9;
    const isLast = part === 23;
    const whole = Uint8Array.from(parts.flatMap((bytes) => [...bytes]));
    const seq = 1 + part * 1448;
    if (!missed)
      say('b', at, isLast ? psh | ack : ack, payload, {
        ...(isLast
          ? {
              protocol: 'HTTP',
              info: 'HTTP/1.1 200 OK (JPEG JFIF image)',
              more: [{ name: 'Reassembled TCP', bytes: whole }],
            }
          : {}),
        ...(part === 10
          ? {
              troubles: trouble.gapBefore,
              info: `[TCP Previous segment not captured] [ACK] Seq=${seq} Ack=${httpQuestion.length + 1} Win=64256 Len=1448`,
            }
          : {}),
        ...(part === 18
          ? {
              troubles: trouble.windowFull,
              info: `[TCP Window Full] [ACK] Seq=${seq} Ack=${httpQuestion.length + 1} Win=64256 Len=1448`,
            }
          : {}),
      });
    else say('b', at - 5, ack, none);
    if (part >= 10 && part < 13)
      say('a', at + 40, ack, none, {
        ack: 1 + 9 * 1448,
        troubles: trouble.duplicateAck,
        info: `[TCP Dup ACK #${part - 9}] [ACK] Seq=${httpQuestion.length + 1} Ack=${1 + 9 * 1448} Win=51584 Len=0`,
      });
    else if (part % 2 === 1 && part !== 9)
      say('a', at + 60, ack, none, { window: Math.max(0, 64_256 - (part > 13 ? (part - 13) * 12_000 : 0)) });
    if (part === 12)
      say('b', at + 24_600, ack, parts[9] ?? none, {
        seq: 1 + 9 * 1448,
        troubles: trouble.retransmission | trouble.fastRetransmission,
        info: `[TCP Fast Retransmission] [ACK] Seq=${1 + 9 * 1448} Ack=${httpQuestion.length + 1} Win=64256 Len=1448`,
      });
    at += part === 12 ? 26_000 : part === 18 ? 0 : 380;
    if (part === 18) {
      say('a', at + 500, ack, none, {
        window: 0,
        troubles: trouble.zeroWindow,
        info: `[TCP ZeroWindow] [ACK] Seq=${httpQuestion.length + 1} Ack=${1 + 19 * 1448} Win=0 Len=0`,
      });
      say('b', at + 200_500, ack, Uint8Array.of(1), {
        seq: 1 + 19 * 1448,
        troubles: trouble.zeroWindowProbe,
        info: `[TCP Zero Window Probe] [ACK] Seq=${1 + 19 * 1448} Ack=${httpQuestion.length + 1} Win=64256 Len=1`,
      });
      say('a', at + 262_000, ack, none, {
        window: 65_535,
        troubles: trouble.windowUpdate,
        info: `[TCP Window Update] [ACK] Seq=${httpQuestion.length + 1} Ack=${1 + 19 * 1448} Win=65535 Len=0`,
      });
      at += 286_300;
    }
  }
  say('a', at + 80, ack, none);
  say('a', at + 4_000, rst | ack, none, { troubles: trouble.reset });
}

function database(steps: Step[]): void {
  const say = tcpTalk(3, steps);
  const pg = { protocol: 'PGSQL' };
  say('a', 356_000, syn, none);
  say('b', 356_210, syn | ack, none);
  say('a', 356_240, ack, none, { rttUs: 210 });
  say('a', 356_500, psh | ack, postgres('Q', 'SELECT id, sku, count FROM cart WHERE user_id = 4711'), {
    ...pg,
    info: '>Q SELECT id, sku, count FROM cart WHERE user_id = 4711',
  });
  say('b', 356_720, ack, none, { rttUs: 220 });
  say('b', 402_900, psh | ack, postgres('T', 'id sku count D 2 lamp-480 D 4 bulb-e27 C SELECT 2 Z I'), {
    ...pg,
    info: '<T/D/D/C/Z Row description, 2 rows, SELECT 2, ready',
  });
  say('a', 402_960, ack, none);
  say('a', 403_400, psh | ack, postgres('X', ''), { ...pg, info: '>X Terminate' });
  say('a', 403_420, fin | ack, none);
  say('b', 403_700, fin | ack, none);
  say('a', 403_730, ack, none);
}

/** A round of traffic in order of time. */
export function scriptSteps(): readonly Step[] {
  const steps: Step[] = [];
  udp(steps, 0, 'a', 400, 'DNS', dnsBytes(false), 'Standard query 0x4a21 A api.shop.test');
  udp(
    steps,
    0,
    'b',
    19_700,
    'DNS',
    dnsBytes(true),
    'Standard query response 0x4a21 A api.shop.test A 203.0.113.40',
  );
  udp(steps, 5, 'a', 20_100, 'ARP', filler(28, 3), 'Who has 192.168.1.1? Tell 192.168.1.23');
  udp(steps, 5, 'b', 20_460, 'ARP', filler(28, 4), '192.168.1.1 is at 3c:a6:2f:11:08:5d');
  secured(steps);
  download(steps);
  database(steps);
  udp(steps, 4, 'a', 52_000, 'QUIC', filler(1252, 7), 'Initial, DCID=8394c8f03e515708, PKN: 0, CRYPTO');
  udp(steps, 6, 'b', 70_900, 'ICMP', filler(36, 5), 'Destination unreachable (Port unreachable)');
  return steps
    .map((step) => (step.protocol === 'ICMP' ? { ...step, troubles: trouble.icmpError } : step))
    .sort((a, b) => a.atUs - b.atUs);
}
