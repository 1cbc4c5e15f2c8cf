import { connectionKey } from '../client-process.ts';
import { uint32Max, type SocketEntry } from './socket-table.ts';

/** States of include/net/tcp_states.h in which a client's socket can be while its connection is open here. */
const openStates: ReadonlySet<string> = new Set(['01', '04', '05', '08', '09', '0B']);

/**
 * The sockets in /proc/net/tcp or /proc/net/tcp6 (Linux Documentation/networking/proc_net_tcp.rst) that are connected
 * to one of these ports. Addresses are 32-bit words in the machine's own byte order, in hexadecimal.
 */
export function parseProcNetTcp(
  text: string,
  ports: ReadonlySet<number>,
  isLittleEndian: boolean,
): SocketEntry[] {
  const wanted = new Set([...ports].map((port) => port.toString(16).toUpperCase().padStart(4, '0')));
  const found: SocketEntry[] = [];
  for (let from = text.indexOf('\n') + 1; from > 0 && from < text.length;) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end < 0 ? text.length : end);
    from = end < 0 ? text.length : end + 1;
    const entry = readLine(line, wanted, isLittleEndian);
    if (entry !== null) found.push(entry);
  }
  return found;
}

function readLine(line: string, ports: ReadonlySet<string>, isLittleEndian: boolean): SocketEntry | null {
  const words = line.trim().split(/ +/, 10);
  const [own, ownPort] = (words[1] ?? '').split(':');
  const [peer, peerPort] = (words[2] ?? '').split(':');
  if (own === undefined || peer === undefined || ownPort === undefined || peerPort === undefined) return null;
  if (!ports.has(peerPort) || !openStates.has(words[3] ?? '')) return null;
  const ownAddress = readAddress(own, isLittleEndian);
  const peerAddress = readAddress(peer, isLittleEndian);
  const uid = readNumber(words[7]);
  const inode = readNumber(words[9]);
  if (ownAddress === null || peerAddress === null || uid === null || inode === null) return null;
  if (!/^[0-9A-F]{4}$/.test(ownPort)) return null;
  const key = connectionKey(ownAddress, parseInt(ownPort, 16), peerAddress, parseInt(peerPort, 16));
  return { key, inode, uid };
}

function readNumber(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null;
  return Number(text) > uint32Max ? null : Number(text);
}

function readAddress(hex: string, isLittleEndian: boolean): string | null {
  if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/.test(hex)) return null;
  const bytes = (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  const ordered = isLittleEndian ? bytes.map((_, at) => bytes[at ^ 3] ?? 0) : bytes;
  if (ordered.length === 4) return ordered.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((ordered[at * 2] ?? 0) << 8) | (ordered[at * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(':');
}
