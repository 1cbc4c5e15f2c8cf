import { writeFileSync } from 'node:fs';

/** Bytes of one side of a TCP conversation, one packet each. */
export interface TcpPart {
  readonly sender: 'client' | 'server';
  readonly bytes: Uint8Array;
}

const clientPort = 50_000;
/** Of one packet: what IPv4 can say. */
const partBytesMax = 65_000;

/** Writes a conversation from its SYN on as a pcap file of IPv4 without a link layer, the packets a millisecond apart. */
export function writeTcpPcap(file: string, serverPort: number, parts: readonly TcpPart[]): void {
  const seq = { client: 1000, server: 5000 };
  const packets: Buffer[] = [];
  const put = (sender: TcpPart['sender'], flags: number, payload: Uint8Array): void => {
    if (payload.length > partBytesMax) throw new Error('This part is too long for one packet.');
    const isClient = sender === 'client';
    const other = isClient ? 'server' : 'client';
    const tcp = Buffer.alloc(20);
    tcp.writeUInt16BE(isClient ? clientPort : serverPort, 0);
    tcp.writeUInt16BE(isClient ? serverPort : clientPort, 2);
    tcp.writeUInt32BE(seq[sender], 4);
    tcp.writeUInt32BE(seq[other], 8);
    tcp.writeUInt16BE(0x5000 | flags, 12);
    tcp.writeUInt16BE(65_535, 14);
    seq[sender] += payload.length + (flags & 2 ? 1 : 0);
    const ip = Buffer.alloc(20);
    ip.writeUInt16BE(0x4500, 0);
    ip.writeUInt16BE(40 + payload.length, 2);
    ip.writeUInt16BE(0x4006, 8);
    ip.writeUInt32BE(isClient ? 0x0a00_0001 : 0x0a00_0002, 12);
    ip.writeUInt32BE(isClient ? 0x0a00_0002 : 0x0a00_0001, 16);
    packets.push(Buffer.concat([ip, tcp, payload]));
  };
  put('client', 0x02, new Uint8Array(0));
  put('server', 0x12, new Uint8Array(0));
  for (const { sender, bytes } of parts) put(sender, 0x18, bytes);
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2_c3d4, 0);
  header.writeUInt32LE(0x0004_0002, 4);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(101, 20);
  const records = packets.map((packet, index) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_700_000_000, 0);
    record.writeUInt32LE(index * 1000, 4);
    record.writeUInt32LE(packet.length, 8);
    record.writeUInt32LE(packet.length, 12);
    return Buffer.concat([record, packet]);
  });
  writeFileSync(file, Buffer.concat([header, ...records]));
}
