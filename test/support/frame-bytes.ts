/** Frames and capture files written byte by byte, so that a test says what every field holds. */
import { Buffer } from 'node:buffer';

export interface TimedFrame {
  /** Since the epoch, in microseconds. */
  readonly atUs: number;
  readonly bytes: Uint8Array;
  /** What the packet had on the wire, when more than was captured. */
  readonly originalBytes?: number;
}

export interface TcpFields {
  readonly from: string;
  readonly to: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly seq: number;
  readonly ack?: number;
  /** Letters of `FSRPAUEC`. */
  readonly flags: string;
  readonly window?: number;
  readonly options?: Uint8Array;
  readonly payload?: Uint8Array | string;
  readonly ttl?: number;
}

const letters = 'FSRPAUEC';
const macA = [2, 0, 0, 0, 0, 1];
const macB = [2, 0, 0, 0, 0, 2];

/** MSS, SACK permitted and window scale 7, as Linux sends them in a SYN. */
export const synOptions = Uint8Array.from([2, 4, 5, 180, 4, 2, 1, 3, 3, 7, 1, 1]);

/** A pcap file of Ethernet frames, microseconds, little-endian. */
export function pcapOf(frames: readonly TimedFrame[], linkType = 1): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(linkType, 20);
  const records = frames.flatMap(({ atUs, bytes, originalBytes }) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(atUs / 1e6), 0);
    record.writeUInt32LE(atUs % 1e6, 4);
    record.writeUInt32LE(bytes.byteLength, 8);
    record.writeUInt32LE(originalBytes ?? bytes.byteLength, 12);
    return [record, bytes];
  });
  return Buffer.concat([header, ...records]);
}

/** An Ethernet frame; addresses with a colon are IPv6. `vlan` adds an 802.1Q tag. */
export function ethernetOf(etherType: number, payload: Uint8Array, vlan?: number): Uint8Array {
  const tag = vlan === undefined ? [] : [0x81, 0x00, vlan >> 8, vlan & 255];
  return Buffer.concat([
    Uint8Array.from([...macB, ...macA, ...tag, etherType >> 8, etherType & 255]),
    payload,
  ]);
}

export function tcpFrame(fields: TcpFields, vlan?: number): Uint8Array {
  const { options = new Uint8Array(0), payload = '' } = fields;
  const header = Buffer.alloc(20);
  header.writeUInt16BE(fields.sourcePort, 0);
  header.writeUInt16BE(fields.destinationPort, 2);
  header.writeUInt32BE(fields.seq >>> 0, 4);
  header.writeUInt32BE((fields.ack ?? 0) >>> 0, 8);
  header[12] = (5 + options.byteLength / 4) << 4;
  header[13] = Array.from(fields.flags).reduce((sum, letter) => sum | (1 << letters.indexOf(letter)), 0);
  header.writeUInt16BE(fields.window ?? 64_240, 14);
  return ipFrame(
    fields.from,
    fields.to,
    6,
    Buffer.concat([header, options, Buffer.from(payload)]),
    fields.ttl,
    vlan,
  );
}

export function udpFrame(
  from: string,
  to: string,
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array,
): Uint8Array {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(destinationPort, 2);
  header.writeUInt16BE(8 + payload.byteLength, 4);
  return ipFrame(from, to, 17, Buffer.concat([header, payload]));
}

export function ipFrame(
  from: string,
  to: string,
  protocol: number,
  payload: Uint8Array,
  ttl = 64,
  vlan?: number,
): Uint8Array {
  if (from.includes(':')) {
    const header = Buffer.alloc(8);
    header[0] = 0x60;
    header.writeUInt16BE(payload.byteLength, 4);
    header[6] = protocol;
    header[7] = ttl;
    return ethernetOf(0x86dd, Buffer.concat([header, ipv6Bytes(from), ipv6Bytes(to), payload]), vlan);
  }
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.byteLength, 2);
  header.writeUInt16BE(0x4000, 6);
  header[8] = ttl;
  header[9] = protocol;
  header.set([...from.split('.'), ...to.split('.')].map(Number), 12);
  header.writeUInt16BE(checksumOf(header), 10);
  return ethernetOf(0x0800, Buffer.concat([header, payload]), vlan);
}

/** A DNS question for an A record of `name`, or with `answer` its answer. */
export function dnsOf(id: number, name: string, answer?: string): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  const header = [id >> 8, id & 255, answer === undefined ? 1 : 0x81, answer === undefined ? 0 : 0x80];
  const counts = [0, 1, 0, answer === undefined ? 0 : 1, 0, 0, 0, 0];
  const question = [...labels, 0, 0, 1, 0, 1];
  const record =
    answer === undefined ? [] : [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...answer.split('.').map(Number)];
  return Uint8Array.from([...header, ...counts, ...question, ...record]);
}

function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = text.split('::');
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const first = words(head);
  const last = tail === undefined ? [] : words(tail);
  const all = [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

/** RFC 1071. */
function checksumOf(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.byteLength; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
