import type { Platform } from '../model/platform.ts';
import { quicVersion, type InitialKeys, type QuicVersion } from './quic-keys.ts';

/** One packet of a datagram, as far as its header is in clear (RFC 9000 section 17). Offsets are into the datagram. */
export type QuicPacket =
  | { readonly type: 'short' }
  | { readonly type: 'negotiation'; readonly versions: readonly number[] }
  /** A version that is not known: nothing behind its connection ids is. */
  | { readonly type: 'unknown'; readonly version: number }
  | {
      readonly type: 'initial' | 'zeroRtt' | 'handshake' | 'retry';
      readonly version: QuicVersion;
      readonly from: number;
      /** Where the packet number is; of a Retry, its token. */
      readonly numberAt: number;
      readonly to: number;
      readonly destinationId: Uint8Array;
    };

/** Versions of a Version Negotiation packet that are kept. */
const versionsMax = 20;
/** RFC 9000 section 17.2. */
const idBytesMax = 20;

/** The packets of one datagram, coalesced or not; what cannot be read ends the list. */
export function readPackets(datagram: Uint8Array): readonly QuicPacket[] {
  const packets: QuicPacket[] = [];
  for (let at = 0; at < datagram.length && packets.length < packetsMax;) {
    if ((datagram[at] ?? 0) < 0x80) {
      packets.push({ type: 'short' });
      break;
    }
    const packet = readLongHeader(datagram, at);
    if (packet === null) break;
    packets.push(packet);
    if (!('to' in packet)) break;
    at = packet.to;
  }
  return packets;
}

/** Of one datagram. */
const packetsMax = 16;

function readLongHeader(datagram: Uint8Array, from: number): QuicPacket | null {
  if (from + 7 > datagram.length) return null;
  const number = uint32(datagram, from + 1);
  const destinationFrom = from + 6;
  const destinationTo = destinationFrom + (datagram[from + 5] ?? 0);
  const sourceTo = destinationTo + 1 + (datagram[destinationTo] ?? 0);
  if (sourceTo > datagram.length) return null;
  if (number === 0) {
    const versions: number[] = [];
    for (let at = sourceTo; at + 4 <= datagram.length && versions.length < versionsMax; at += 4) {
      versions.push(uint32(datagram, at));
    }
    return { type: 'negotiation', versions };
  }
  const version = quicVersion(number);
  if (version === null) return { type: 'unknown', version: number };
  if (destinationTo - destinationFrom > idBytesMax || sourceTo - destinationTo - 1 > idBytesMax) return null;
  const destinationId = datagram.subarray(destinationFrom, destinationTo);
  const kind = ((datagram[from] ?? 0) >>> 4) & 3;
  const { types } = version;
  if (kind === types.retry) {
    return { type: 'retry', version, from, numberAt: sourceTo, to: datagram.length, destinationId };
  }
  const type = kind === types.initial ? 'initial' : kind === types.zeroRtt ? 'zeroRtt' : 'handshake';
  const reader = new VarintReader(datagram, sourceTo);
  if (type === 'initial') reader.skip(reader.next());
  const length = reader.next();
  const to = reader.at + length;
  return to > datagram.length ? null : { type, version, from, numberAt: reader.at, to, destinationId };
}

/** Reads numbers of RFC 9000 section 16; beyond the end they are 0, and `at` stands behind it. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  next(): number {
    const first = this.#bytes[this.at] ?? 0;
    const size = 1 << (first >>> 6);
    let value = first & 0x3f;
    for (let index = 1; index < size; index++) value = value * 256 + (this.#bytes[this.at + index] ?? 0);
    this.at += size;
    return value;
  }

  skip(bytes: number): void {
    this.at += bytes;
  }
}

/** The frames inside an Initial packet, its protection taken off (RFC 9001 section 5.4); null where these are not its keys. */
export function openInitial(
  platform: Platform,
  keys: InitialKeys,
  datagram: Uint8Array,
  { from, numberAt, to }: { readonly from: number; readonly numberAt: number; readonly to: number },
): Uint8Array | null {
  const sampleAt = numberAt + 4;
  if (sampleAt + 16 > to) return null;
  const mask = platform.aesBlock(keys.mask, datagram.subarray(sampleAt, sampleAt + 16));
  if (mask === null) return null;
  const first = (datagram[from] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  const numberBytes = (first & 3) + 1;
  const header = new Uint8Array(numberAt + numberBytes - from);
  header.set(datagram.subarray(from, numberAt + numberBytes));
  header[0] = first;
  const nonce = new Uint8Array(keys.iv);
  for (let index = 0; index < numberBytes; index++) {
    const at = numberAt - from + index;
    const byte = (header[at] ?? 0) ^ (mask[1 + index] ?? 0);
    header[at] = byte;
    // Few Initial packets are sent: their numbers are whole in what is sent of them.
    const nonceAt = 12 - numberBytes + index;
    nonce[nonceAt] = (nonce[nonceAt] ?? 0) ^ byte;
  }
  return platform.openAead('aes-gcm', keys.key, nonce, header, datagram.subarray(numberAt + numberBytes, to));
}

function uint32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) * 0x1000000 +
    (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
  );
}
