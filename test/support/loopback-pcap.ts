import { readFileSync } from 'node:fs';

/** One frame of IPv4 with UDP or TCP, as tcpdump wrote it. */
export interface PcapFrame {
  /** From 1, frames of other kinds counted. */
  readonly number: number;
  readonly atUs: number;
  readonly transport: 'udp' | 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Of TCP, else 0. */
  readonly seq: number;
  readonly payload: Buffer;
}

const headerBytes = 24;
const recordBytes = 16;
const ethernetBytes = 14;

/** The whole frames of a little-endian pcap file of Ethernet, times in ns; the end may be missing still. */
export function readPcap(file: string): PcapFrame[] {
  const bytes = readFileSync(file);
  if (bytes.length < headerBytes) return [];
  if (bytes.readUInt32LE(0) !== 0xa1b23c4d) throw new Error('This is no pcap file with nanoseconds.');
  const frames: PcapFrame[] = [];
  for (let at = headerBytes, number = 1; at + recordBytes <= bytes.length; number++) {
    const length = bytes.readUInt32LE(at + 8);
    const to = at + recordBytes + length;
    if (to > bytes.length) break;
    const ip = bytes.subarray(at + recordBytes + ethernetBytes, to);
    const atUs = bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4) / 1000;
    const frame = frameOf(ip, number, atUs);
    if (frame !== null) frames.push(frame);
    at = to;
  }
  return frames;
}

function frameOf(ip: Buffer, number: number, atUs: number): PcapFrame | null {
  const protocol = ip[9];
  if (ip[0] !== 0x45 || (protocol !== 17 && protocol !== 6)) return null;
  const transport = ip.subarray(20, ip.readUInt16BE(2));
  const isTcp = protocol === 6;
  return {
    number,
    atUs,
    transport: isTcp ? 'tcp' : 'udp',
    sourcePort: transport.readUInt16BE(0),
    destinationPort: transport.readUInt16BE(2),
    seq: isTcp ? transport.readUInt32BE(4) : 0,
    payload: transport.subarray(isTcp ? (transport[12]! >> 4) * 4 : 8),
  };
}

/** The new bytes of each segment; what was sent again is left out. The loopback keeps the order. */
export function tcpStreams(frames: readonly PcapFrame[]): { frame: PcapFrame; bytes: Buffer }[] {
  const next = new Map<number, number>();
  return frames.flatMap((frame) => {
    const { sourcePort, seq, payload } = frame;
    const known = next.get(sourcePort) ?? seq;
    const old = (known - seq) >>> 0;
    if (payload.length === 0 || old >= payload.length) return [];
    next.set(sourcePort, (seq + payload.length) >>> 0);
    return [{ frame, bytes: payload.subarray(old) }];
  });
}
