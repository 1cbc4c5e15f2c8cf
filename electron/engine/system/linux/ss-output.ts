import { connectionKey, splitEndpoint } from '../client-process.ts';
import { uint32Max, type SocketEntry } from './socket-table.ts';

/** What is looked at of a line, characters: two IPv6 addresses with zones, and what comes before the cgroup. */
const lineCharsMax = 512;

/**
 * A line of `ss -tnHeO` (iproute2): `[STATE] RECV-Q SEND-Q LOCAL PEER [timer:…] [uid:N] ino:N sk:X [cgroup:PATH] …`.
 * The state is missing when only one was asked for, the user when it is 0. Null for every other line. What follows
 * `cgroup:` is chosen by whoever made that group, and not read.
 */
export function parseSsLine(line: string): SocketEntry | null {
  const words = line.slice(0, lineCharsMax).trim().split(/\s+/);
  const queue = words.findIndex((word) => /^\d+$/.test(word));
  if (queue < 0 || queue > 1 || !/^\d+$/.test(words[queue + 1] ?? '')) return null;
  const own = splitEndpoint(words[queue + 2] ?? '');
  const peer = splitEndpoint(words[queue + 3] ?? '');
  if (own === null || peer === null) return null;
  let inode: number | null = null;
  let uid = 0;
  for (const word of words.slice(queue + 4)) {
    if (word.startsWith('cgroup:')) break;
    const [, name, digits] = /^(ino|uid):(\d{1,10})$/.exec(word) ?? [];
    if (name === undefined) continue;
    if (Number(digits) > uint32Max) return null;
    if (name === 'ino') inode = Number(digits);
    else uid = Number(digits);
  }
  if (inode === null) return null;
  return { key: connectionKey(own.address, own.port, peer.address, peer.port), inode, uid };
}
