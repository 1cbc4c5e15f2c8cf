import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { filterProblem } from './interface-source.ts';
import { isChatter, withoutName } from './tcpdump-words.ts';

const places = ['/usr/bin/tcpdump', '/usr/sbin/tcpdump', '/bin/tcpdump', '/sbin/tcpdump'];
/** Names in a filter are looked up. */
const timeoutMs = 8000;
const wordsMax = 4000;

/**
 * What tcpdump has against a filter, in its words; null for nothing, also where there is no tcpdump to ask. It compiles the filter for this link
 * type (https://www.tcpdump.org/linktypes.html) from a capture file without packets, so it needs no rights.
 */
export function checkFilter(filter: string, linkType = 1): Promise<string | null> {
  const form = filterProblem(filter);
  const tcpdump = places.find((file) => existsSync(file));
  if (form !== null || tcpdump === undefined || filter.trim() === '') return Promise.resolve(form);
  return new Promise((resolve) => {
    const child = spawn(tcpdump, ['-d', '-r', '-', '--', filter], { env: {}, timeout: timeoutMs });
    let words = '';
    child.stdout.resume();
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (words = (words + text).slice(0, wordsMax)));
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code === 0 ? null : problemIn(words)));
    child.stdin.on('error', () => undefined);
    child.stdin.end(emptyCapture(linkType));
  });
}

function problemIn(words: string): string {
  const lines = words
    .split('\n')
    .filter((line) => !isChatter(line) && !/^(?:reading from|Warning:)/.test(line));
  return lines.length === 0 ? 'tcpdump did not answer in time.' : lines.map(withoutName).join(' ');
}

/** A pcap file header in this machine's byte order, which tcpdump reads either way. */
function emptyCapture(linkType: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(24));
  header.setUint32(0, 0xa1b2c3d4, true);
  header.setUint16(4, 2, true);
  header.setUint16(6, 4, true);
  header.setUint32(16, 262_144, true);
  header.setUint32(20, linkType, true);
  return new Uint8Array(header.buffer);
}
