import { hexOfBytes } from '../encoding/hex.ts';
import { u16, u32 } from './read-numbers.ts';

/** A line about one datagram and what it is; null when it is not what it was taken for. */
export interface DatagramInfo {
  readonly protocol: string;
  readonly info: string;
}

/** By what is spoken in the conversation where that is known, else by port and by signs that nothing else has. */
export function datagramInfo(
  payload: Uint8Array,
  ports: readonly [source: number, destination: number],
  protocol: string,
): DatagramInfo | null {
  const at = (port: number): boolean => ports[0] === port || ports[1] === port;
  return (
    (protocol === 'DHCP' || at(67) || at(68) ? dhcpInfo(payload) : null) ??
    (protocol === 'NTP' || at(123) ? ntpInfo(payload) : null) ??
    stunInfo(payload) ??
    dtlsInfo(payload) ??
    (protocol === 'QUIC' || at(443) ? quicInfo(payload, protocol === 'QUIC') : null)
  );
}

const dhcpTypes = ['', 'Discover', 'Offer', 'Request', 'Decline', 'ACK', 'NAK', 'Release', 'Inform'];
/** Options of one message that are passed over in search of its type. */
const dhcpOptionsMax = 200;

/** RFC 2131, the message type of RFC 2132 section 9.6. */
function dhcpInfo(payload: Uint8Array): DatagramInfo | null {
  if (payload.length < 241 || u32(payload, 236) !== 0x63825363) return null;
  const transaction = `Transaction ID 0x${u32(payload, 4).toString(16)}`;
  let at = 240;
  for (let options = 0; options < dhcpOptionsMax && at + 2 < payload.length; options++) {
    const code = payload[at] ?? 0;
    if (code === 255) break;
    if (code === 53)
      return {
        protocol: 'DHCP',
        info: `DHCP ${dhcpTypes[payload[at + 2] ?? 0] ?? 'message'} - ${transaction}`,
      };
    at += code === 0 ? 1 : 2 + (payload[at + 1] ?? 0);
  }
  return { protocol: 'DHCP', info: `Boot ${payload[0] === 1 ? 'Request' : 'Reply'} - ${transaction}` };
}

const ntpModes = [
  'reserved',
  'symmetric active',
  'symmetric passive',
  'client',
  'server',
  'broadcast',
  'control',
  'private',
];

/** RFC 5905 section 7.3. */
function ntpInfo(payload: Uint8Array): DatagramInfo | null {
  if (payload.length < 12) return null;
  const first = payload[0] ?? 0;
  return { protocol: 'NTP', info: `NTP Version ${(first >> 3) & 7}, ${ntpModes[first & 7] ?? ''}` };
}

const stunMethods: ReadonlyMap<number, string> = new Map([
  [1, 'Binding'],
  [3, 'Allocate'],
  [4, 'Refresh'],
  [6, 'Send'],
  [7, 'Data'],
  [8, 'CreatePermission'],
  [9, 'ChannelBind'],
]);
const stunClasses = ['Request', 'Indication', 'Success Response', 'Error Response'];

/** RFC 8489 section 5. */
function stunInfo(payload: Uint8Array): DatagramInfo | null {
  const type = u16(payload, 0);
  if (payload.length < 20 || type > 0x3fff || u32(payload, 4) !== 0x2112a442) return null;
  const method = (type & 0xf) | ((type & 0xe0) >> 1) | ((type & 0x3e00) >> 2);
  const kind = ((type & 0x10) >> 4) | ((type & 0x100) >> 7);
  const name = stunMethods.get(method) ?? `Method ${method}`;
  return { protocol: 'STUN', info: `${name} ${stunClasses[kind] ?? ''}` };
}

const dtlsHandshakes: ReadonlyMap<number, string> = new Map([
  [1, 'Client Hello'],
  [2, 'Server Hello'],
  [3, 'Hello Verify Request'],
  [4, 'New Session Ticket'],
  [11, 'Certificate'],
  [12, 'Server Key Exchange'],
  [13, 'Certificate Request'],
  [14, 'Server Hello Done'],
  [15, 'Certificate Verify'],
  [16, 'Client Key Exchange'],
  [20, 'Finished'],
]);
const recordsMax = 20;

/** RFC 6347 section 4.1: records of epoch 0 are not encrypted. */
function dtlsInfo(payload: Uint8Array): DatagramInfo | null {
  const words: string[] = [];
  let at = 0;
  let version = 0;
  for (let records = 0; records < recordsMax && at + 13 <= payload.length; records++) {
    const type = payload[at] ?? 0;
    version = u16(payload, at + 1);
    if (type < 20 || type > 23 || (version !== 0xfeff && version !== 0xfefd)) break;
    words.push(dtlsRecordWords(type, u16(payload, at + 3), payload[at + 13] ?? -1));
    at += 13 + u16(payload, at + 11);
  }
  if (words.length === 0) return null;
  return { protocol: version === 0xfeff ? 'DTLSv1.0' : 'DTLSv1.2', info: words.join(', ') };
}

function dtlsRecordWords(type: number, epoch: number, first: number): string {
  if (type === 20) return 'Change Cipher Spec';
  if (type === 23) return 'Application Data';
  if (type === 21) return epoch === 0 ? 'Alert' : 'Encrypted Alert';
  return (epoch === 0 ? dtlsHandshakes.get(first) : undefined) ?? 'Encrypted Handshake Message';
}

const quicPackets = ['Initial', '0-RTT', 'Handshake', 'Retry'];
const quicVersion1 = 1;
const quicVersion2 = 0x6b3343cf;

/** RFC 9000 section 17, RFC 9369 section 3.2. A short header tells nothing of itself: it is believed only where QUIC is known to be spoken. */
function quicInfo(payload: Uint8Array, isKnown: boolean): DatagramInfo | null {
  const first = payload[0] ?? 0;
  if ((first & 0x80) === 0) {
    if (!isKnown || (first & 0x40) === 0 || payload.length < 21) return null;
    return { protocol: 'QUIC', info: 'Protected Payload' };
  }
  const version = u32(payload, 1);
  if (version !== 0 && version !== quicVersion1 && version !== quicVersion2 && !isKnown) return null;
  const destinationBytes = payload[5] ?? 255;
  const sourceAt = 6 + destinationBytes;
  const sourceBytes = payload[sourceAt] ?? 255;
  if (destinationBytes > 20 || sourceBytes > 20 || sourceAt + 1 + sourceBytes > payload.length) return null;
  const ids =
    (destinationBytes > 0 ? `, DCID=${hexOfBytes(payload.subarray(6, 6 + destinationBytes))}` : '') +
    (sourceBytes > 0
      ? `, SCID=${hexOfBytes(payload.subarray(sourceAt + 1, sourceAt + 1 + sourceBytes))}`
      : '');
  if (version === 0) return { protocol: 'QUIC', info: `Version Negotiation${ids}` };
  const bits = (first >> 4) & 3;
  const kind = quicPackets[version === quicVersion2 ? (bits + 3) & 3 : bits] ?? '';
  return { protocol: 'QUIC', info: `${kind}${ids}` };
}
