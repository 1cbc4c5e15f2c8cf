import type { CaptureEvents, CaptureReader } from '../../core/packets/capture-events.ts';

/** Frames and capture files made from parameters, for unit tests. Checksums are left at zero: nobody here looks at them. */

export function bytesOf(...parts: readonly (number | readonly number[] | Uint8Array | string)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => {
      if (typeof part === 'number') return [part];
      if (typeof part === 'string') return [...new TextEncoder().encode(part)];
      return [...part];
    }),
  );
}

export function be16(value: number): readonly number[] {
  return [(value >>> 8) & 255, value & 255];
}

export function be32(value: number): readonly number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

export function le16(value: number): readonly number[] {
  return [value & 255, (value >>> 8) & 255];
}

export function le32(value: number): readonly number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255];
}

export interface TcpParameters {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: number;
  readonly window?: number;
  /** A multiple of four bytes. */
  readonly options?: readonly number[];
  readonly payload?: Uint8Array | string;
}

export function tcpSegment(tcp: TcpParameters = {}): Uint8Array {
  const options = tcp.options ?? [];
  return bytesOf(
    be16(tcp.sourcePort ?? 40_000),
    be16(tcp.destinationPort ?? 80),
    be32(tcp.seq ?? 1),
    be32(tcp.ack ?? 0),
    [((20 + options.length) / 4) << 4, tcp.flags ?? 16],
    be16(tcp.window ?? 64_000),
    [0, 0, 0, 0],
    options,
    tcp.payload ?? '',
  );
}

export function udpDatagram(
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array | string,
): Uint8Array {
  const data = bytesOf(payload);
  return bytesOf(be16(sourcePort), be16(destinationPort), be16(8 + data.length), [0, 0], data);
}

export interface IpParameters {
  /** The last byte of 10.0.0.x or of fd00::x. */
  readonly from?: number;
  readonly to?: number;
  readonly protocol?: number;
  readonly id?: number;
  /** In bytes, a multiple of 8. */
  readonly fragmentAt?: number;
  readonly moreFragments?: boolean;
  readonly options?: readonly number[];
  /** In place of the right one. */
  readonly totalLength?: number;
  readonly ttl?: number;
}

export function ipv4Packet(payload: Uint8Array, ip: IpParameters = {}): Uint8Array {
  const options = ip.options ?? [];
  return bytesOf(
    [0x45 + options.length / 4, 0],
    be16(ip.totalLength ?? 20 + options.length + payload.length),
    be16(ip.id ?? 0),
    be16((ip.fragmentAt ?? 0) / 8 + (ip.moreFragments === true ? 0x2000 : 0)),
    [ip.ttl ?? 64, ip.protocol ?? 6, 0, 0],
    [10, 0, 0, ip.from ?? 1],
    [10, 0, 0, ip.to ?? 2],
    options,
    payload,
  );
}

/** `extensions`: extension headers, whole; `protocol` is then the first one's number. */
export function ipv6Packet(
  payload: Uint8Array,
  ip: IpParameters = {},
  extensions: readonly number[] = [],
): Uint8Array {
  const address = (last: number): readonly number[] => [0xfd, ...Array<number>(14).fill(0), last];
  return bytesOf(
    [0x60, 0, 0, 0],
    be16(ip.totalLength ?? extensions.length + payload.length),
    [ip.protocol ?? 6, ip.ttl ?? 64],
    address(ip.from ?? 1),
    address(ip.to ?? 2),
    extensions,
    payload,
  );
}

export function ethernetFrame(
  etherType: number,
  payload: Uint8Array,
  vlans: readonly number[] = [],
): Uint8Array {
  return bytesOf(
    [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1],
    vlans.flatMap((vlan) => [0x81, 0, ...be16(vlan)]),
    be16(etherType),
    payload,
  );
}

/** Ethernet, IPv4 and TCP. */
export function tcpFrame(tcp: TcpParameters = {}, ip: IpParameters = {}): Uint8Array {
  return ethernetFrame(0x0800, ipv4Packet(tcpSegment(tcp), ip));
}

export interface FilePacket {
  readonly bytes: Uint8Array;
  readonly seconds?: number;
  readonly nanos?: number;
  readonly originalBytes?: number;
}

export interface PcapParameters {
  readonly bigEndian?: boolean;
  readonly nanoseconds?: boolean;
  readonly patched?: boolean;
  readonly linkType?: number;
}

export function pcapFile(packets: readonly FilePacket[], how: PcapParameters = {}): Uint8Array {
  const u16 = how.bigEndian === true ? be16 : le16;
  const u32 = how.bigEndian === true ? be32 : le32;
  const magic = how.patched === true ? 0xa1b2cd34 : how.nanoseconds === true ? 0xa1b23c4d : 0xa1b2c3d4;
  return bytesOf(
    u32(magic),
    u16(2),
    u16(4),
    u32(0),
    u32(0),
    u32(262_144),
    u32(how.linkType ?? 1),
    ...packets.map(({ bytes, seconds = 1, nanos = 0, originalBytes }) =>
      bytesOf(
        u32(seconds),
        u32(how.nanoseconds === true ? nanos : Math.floor(nanos / 1000)),
        u32(bytes.length),
        u32(originalBytes ?? bytes.length),
        how.patched === true ? [0, 0, 0, 0, 0, 0, 0, 0] : [],
        bytes,
      ),
    ),
  );
}

/** A block of a pcapng file: type, body (filled up to four bytes), both lengths. */
export function pcapngBlock(type: number, body: Uint8Array, bigEndian = false): Uint8Array {
  const u32 = bigEndian ? be32 : le32;
  const padding = (4 - (body.length % 4)) % 4;
  const length = 12 + body.length + padding;
  return bytesOf(u32(type), u32(length), body, Array<number>(padding).fill(0), u32(length));
}

/** An option of a pcapng block, filled up to four bytes. */
export function pcapngOption(code: number, value: Uint8Array | string, bigEndian = false): Uint8Array {
  const u16 = bigEndian ? be16 : le16;
  const data = bytesOf(value);
  return bytesOf(u16(code), u16(data.length), data, Array<number>((4 - (data.length % 4)) % 4).fill(0));
}

export type ReadEvent =
  | { readonly kind: 'interface'; readonly info: Parameters<CaptureEvents['interface']>[0] }
  | {
      readonly kind: 'packet';
      readonly interfaceNumber: number;
      readonly seconds: number;
      readonly nanos: number;
      readonly originalBytes: number;
      readonly bytes: Uint8Array;
      readonly more: Parameters<CaptureEvents['packet']>[7];
    }
  | { readonly kind: 'secrets' | 'comment'; readonly text: string }
  | { readonly kind: 'name'; readonly address: string; readonly name: string }
  | {
      readonly kind: 'statistics';
      readonly interfaceNumber: number;
      readonly counts: Parameters<CaptureEvents['statistics']>[1];
    }
  | { readonly kind: 'problem'; readonly sentence: string; readonly atByte: number };

/** Keeps what a reader tells, bytes copied. */
export function keepEvents(into: ReadEvent[]): CaptureEvents {
  return {
    interface: (info) => into.push({ kind: 'interface', info }),
    packet: (interfaceNumber, seconds, nanos, originalBytes, all, from, to, more) =>
      into.push({
        kind: 'packet',
        interfaceNumber,
        seconds,
        nanos,
        originalBytes,
        bytes: all.slice(from, to),
        more,
      }),
    secrets: (text) => into.push({ kind: 'secrets', text }),
    name: (address, name) => into.push({ kind: 'name', address, name }),
    statistics: (interfaceNumber, counts) => into.push({ kind: 'statistics', interfaceNumber, counts }),
    comment: (text) => into.push({ kind: 'comment', text }),
    problem: (sentence, atByte) => into.push({ kind: 'problem', sentence, atByte }),
  };
}

/** Pushes a file in chunks of these lengths, again and again until all is read; a length of 0 is passed over. */
export function pushInChunks(reader: CaptureReader, file: Uint8Array, lengths: readonly number[]): void {
  let from = 0;
  for (let turn = 0; from < file.length; turn++) {
    const length = lengths.length === 0 ? file.length : Math.max(1, lengths[turn % lengths.length] ?? 1);
    // A copy that is overwritten afterwards: who keeps a chunk is found out.
    const chunk = file.slice(from, from + length);
    reader.bytes(chunk);
    chunk.fill(0xee);
    from += length;
  }
  reader.end();
}
