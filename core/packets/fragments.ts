import { packetProblems, type DecodedPacket } from './decoded-packet.ts';

/** Datagrams that wait for fragments at once; the one that has waited longest is given up for a new one. With 73 KiB each: 19 MiB. */
export const fragmentedDatagramsMax = 256;

/** How long a datagram waits, by the capture's clock (RFC 8200 section 4.5). */
export const fragmentWaitSecondsMax = 60;

/** Longest payload of a datagram. */
const datagramBytesMax = 65_535;
const unitBytes = 8;
const unitsMax = 8192;

/** Puts fragmented datagrams together again. */
export interface FragmentTable {
  /**
   * One fragment: the bytes `payloadFrom` … `payloadTo` of `into`, whose headers begin at the start of its bytes. When it completes its datagram,
   * `into.bytes` becomes this packet's headers and the whole payload, and the result is true. Else `isFragment` is set. Fragments of IPv4 and
   * IPv6 that overlap with other bytes, exact repetitions aside, make their datagram void, as RFC 5722 demands for IPv6 and Linux does for both.
   */
  readonly take: (
    networkAt: number,
    unit: number,
    hasMore: boolean,
    id: number,
    seconds: number,
    into: DecodedPacket,
  ) => boolean;
}

interface Datagram {
  payload: Uint8Array;
  /** 1 for each eight bytes that came. */
  readonly units: Uint8Array;
  unitsHeld: number;
  /** -1 until the last fragment came. */
  totalBytes: number;
  fragments: number;
  /** Next header as the first fragment has it. */
  protocol: number;
  readonly startedSeconds: number;
  isVoid: boolean;
}

export function createFragmentTable(): FragmentTable {
  const datagrams = new Map<string, Datagram>();

  function take(
    networkAt: number,
    unit: number,
    hasMore: boolean,
    id: number,
    seconds: number,
    into: DecodedPacket,
  ): boolean {
    into.isFragment = true;
    const { payloadFrom, payloadTo } = into;
    const length = payloadTo - payloadFrom;
    const endsAt = unit * unitBytes + length;
    if (length <= 0 || endsAt > datagramBytesMax || (hasMore && length % unitBytes !== 0))
      return spoilt(into);
    if (payloadTo > into.to) return false;
    const key = keyOf(networkAt, id, into);
    const datagram = find(key, seconds);
    if (datagram.isVoid) return spoilt(into);
    if (!fits(datagram, unit, length, hasMore, into)) {
      datagram.isVoid = true;
      datagram.payload = new Uint8Array(0);
      return spoilt(into);
    }
    if (unit === 0) datagram.protocol = into.ipProtocol;
    if (!hasMore) datagram.totalBytes = endsAt;
    if (datagram.units[unit] === 0) put(datagram, unit, length, into);
    if (datagram.totalBytes < 0 || datagram.unitsHeld * unitBytes < datagram.totalBytes) return false;
    datagrams.delete(key);
    finish(datagram, into);
    return true;
  }

  function find(key: string, seconds: number): Datagram {
    const known = datagrams.get(key);
    if (known !== undefined && Math.abs(seconds - known.startedSeconds) <= fragmentWaitSecondsMax)
      return known;
    datagrams.delete(key);
    if (datagrams.size >= fragmentedDatagramsMax)
      for (const oldest of datagrams.keys()) {
        datagrams.delete(oldest);
        break;
      }
    const fresh: Datagram = {
      payload: new Uint8Array(4096),
      units: new Uint8Array(unitsMax),
      unitsHeld: 0,
      totalBytes: -1,
      fragments: 0,
      protocol: -1,
      startedSeconds: seconds,
      isVoid: false,
    };
    datagrams.set(key, fresh);
    return fresh;
  }

  return { take };
}

function spoilt(into: DecodedPacket): boolean {
  into.problems |= packetProblems.badFragments;
  return false;
}

/** Addresses, identification, the VLAN and, for IPv4, the protocol (RFC 791 section 2.3, RFC 8200 section 4.5). */
function keyOf(networkAt: number, id: number, into: DecodedPacket): string {
  const { bytes, sourceAt, addressBytes } = into;
  let key = String.fromCharCode(id & 0xffff, id >>> 16, into.vlan + 1, addressBytes);
  if (addressBytes === 4) key += String.fromCharCode(bytes[networkAt + 9] ?? 0);
  for (let at = sourceAt; at < sourceAt + 2 * addressBytes; at++) key += String.fromCharCode(bytes[at] ?? 0);
  return key;
}

/** Whether the fragment is new in all of its bytes, or a repetition, and agrees with where the datagram ends. */
function fits(
  datagram: Datagram,
  unit: number,
  length: number,
  hasMore: boolean,
  into: DecodedPacket,
): boolean {
  const endsAt = unit * unitBytes + length;
  const { totalBytes, units, payload } = datagram;
  if (totalBytes >= 0 && (hasMore ? endsAt >= totalBytes : endsAt !== totalBytes)) return false;
  const unitEnd = unit + Math.ceil(length / unitBytes);
  if (!hasMore && totalBytes < 0)
    for (let at = unitEnd; at < unitsMax; at++) if (units[at] !== 0) return false;
  const isHeld = units[unit] !== 0;
  for (let at = unit; at < unitEnd; at++) if ((units[at] !== 0) !== isHeld) return false;
  if (!isHeld) return true;
  const from = unit * unitBytes;
  for (let at = 0; at < length; at++)
    if (payload[from + at] !== into.bytes[into.payloadFrom + at]) return false;
  return true;
}

function put(datagram: Datagram, unit: number, length: number, into: DecodedPacket): void {
  const from = unit * unitBytes;
  if (from + length > datagram.payload.length) {
    const larger = new Uint8Array(Math.min(65_536, Math.max(from + length, datagram.payload.length * 2)));
    larger.set(datagram.payload);
    datagram.payload = larger;
  }
  datagram.payload.set(into.bytes.subarray(into.payloadFrom, into.payloadTo), from);
  const unitEnd = unit + Math.ceil(length / unitBytes);
  datagram.units.fill(1, unit, unitEnd);
  datagram.unitsHeld += unitEnd - unit;
  datagram.fragments++;
}

function finish(datagram: Datagram, into: DecodedPacket): void {
  const headers = into.payloadFrom;
  const whole = new Uint8Array(headers + datagram.totalBytes);
  whole.set(into.bytes.subarray(0, headers));
  whole.set(datagram.payload.subarray(0, datagram.totalBytes), headers);
  into.bytes = whole;
  into.to = whole.length;
  into.payloadTo = whole.length;
  into.ipProtocol = datagram.protocol;
  into.isFragment = false;
  into.fragments = datagram.fragments;
}
