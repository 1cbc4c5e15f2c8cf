import { normalizeAddress } from '../../proxy/destination.ts';
import { connectionKey, type ClientConnection } from '../client-process.ts';
import type { SocketEntry } from './socket-table.ts';

/**
 * Messages of the kernel's sock_diag(7) for one TCP socket: struct nlmsghdr (netlink(7)), then struct inet_diag_req_v2
 * or struct inet_diag_msg. Numbers are in the machine's byte order, addresses and ports in the network's.
 */
const headerBytes = 16;
const requestBytes = headerBytes + 56;
const answerBytes = headerBytes + 72;
const sockDiagByFamily = 20;
const flagRequest = 1;
const familyIpv4 = 2;
const familyIpv6 = 10;
const protocolTcp = 6;
/** TIME_WAIT and LISTEN of include/net/tcp_states.h: neither is a client's open connection. */
const deadStates: readonly number[] = [6, 10];

/**
 * Asks for the client's end of a connection, exactly: the kernel finds it in its hash table, which takes the same
 * however many sockets there are. IPv4 finds IPv4-mapped IPv6 sockets as well. Null for what is no address.
 */
export function writeSocketRequest(
  connection: ClientConnection,
  sequence: number,
  isLittleEndian: boolean,
): Uint8Array | null {
  const own = addressBytes(connection.remoteAddress);
  const peer = addressBytes(connection.localAddress);
  if (own === null || peer?.length !== own.length) return null;
  const bytes = new Uint8Array(requestBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, requestBytes, isLittleEndian);
  view.setUint16(4, sockDiagByFamily, isLittleEndian);
  view.setUint16(6, flagRequest, isLittleEndian);
  view.setUint32(8, sequence, isLittleEndian);
  view.setUint8(16, own.length === 4 ? familyIpv4 : familyIpv6);
  view.setUint8(17, protocolTcp);
  view.setUint32(20, 0xffff_ffff, isLittleEndian);
  view.setUint16(24, connection.remotePort);
  view.setUint16(26, connection.localPort);
  bytes.set(own, 28);
  bytes.set(peer, 44);
  // No interface; the cookie that says "whichever socket it is".
  bytes.fill(0xff, 64, 72);
  return bytes;
}

/** The socket in an answer; null when the kernel says that there is none, and for everything that is no answer. */
export function readSocketAnswer(bytes: Uint8Array, isLittleEndian: boolean): SocketEntry | null {
  if (bytes.length < answerBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(4, isLittleEndian) !== sockDiagByFamily) return null;
  const family = view.getUint8(16);
  if ((family !== familyIpv4 && family !== familyIpv6) || deadStates.includes(view.getUint8(17))) return null;
  const own = addressText(bytes, 24, family);
  const peer = addressText(bytes, 40, family);
  return {
    key: connectionKey(own, view.getUint16(20), peer, view.getUint16(22)),
    uid: view.getUint32(80, isLittleEndian),
    inode: view.getUint32(84, isLittleEndian),
  };
}

function addressText(bytes: Uint8Array, at: number, family: number): string {
  if (family === familyIpv4) return bytes.subarray(at, at + 4).join('.');
  return Array.from({ length: 8 }, (_, group) =>
    (((bytes[at + group * 2] ?? 0) << 8) | (bytes[at + group * 2 + 1] ?? 0)).toString(16),
  ).join(':');
}

/** 4 or 16 bytes; null for what is no address. */
function addressBytes(address: string): Uint8Array | null {
  const plain = normalizeAddress(address);
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain)) return Uint8Array.from(plain.split('.'), Number);
  if (!/^[\da-f:]{2,39}$/.test(plain)) return null;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - before.length - after.length;
  if (missing < 0 || (tail === undefined && missing > 0)) return null;
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after].map((group) =>
    parseInt(group, 16),
  );
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
}
