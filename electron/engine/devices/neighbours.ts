import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { runTool } from '../system/run-tool.ts';

/** Who has which address in the networks of this machine, by the system's own table. */
export interface Neighbours {
  /** The hardware (MAC) address behind an IPv4 address, `aa:bb:cc:dd:ee:ff`; null where it is not known, as behind a router. */
  readonly hardwareOf: (address: string) => Promise<string | null>;
}

/** The table is asked again after this, and for an address that it does not have after this: a program is not started for each connection. */
const keptMs = 5000;
const missedMs = process.platform === 'linux' ? 0 : 1000;

export function createNeighbours(
  read: () => Promise<ReadonlyMap<string, string>> = readTable,
  nowMs: () => number = () => performance.now(),
): Neighbours {
  let table: ReadonlyMap<string, string> = new Map();
  let readAtMs = -Infinity;
  let reading: Promise<void> | null = null;
  /** All that ask meanwhile wait for the same reading. */
  const readAgain = (): Promise<void> => {
    reading ??= read().then((next) => {
      // A tool that failed printed nothing.
      if (next.size > 0) table = next;
      readAtMs = nowMs();
      reading = null;
    });
    return reading;
  };
  return {
    hardwareOf: async (address) => {
      if (table.has(address)) {
        if (nowMs() - readAtMs > keptMs) await readAgain();
      } else if (nowMs() - readAtMs >= missedMs) {
        // The reading that is under way may have begun before it came.
        if (reading !== null) await reading;
        if (!table.has(address)) await readAgain();
      }
      return table.get(address) ?? null;
    },
  };
}

async function readTable(): Promise<ReadonlyMap<string, string>> {
  if (process.platform === 'linux') {
    return neighboursOfProc(await readFile('/proc/net/arp', 'utf8').catch(() => ''));
  }
  const args = process.platform === 'win32' ? ['-a'] : ['-an'];
  return neighboursOfArp((await runTool('arp', args)) ?? '');
}

const unknownHardware = '00:00:00:00:00:00';

/** `IP address  HW type  Flags  HW address  Mask  Device`, see proc(5). */
export function neighboursOfProc(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n').slice(1)) {
    const [address = '', , , hardware = ''] = line.trim().split(/\s+/);
    take(found, address, hardware);
  }
  return found;
}

/** `? (192.168.1.1) at 0:1b:63:84:45:e6 on en0 …` of macOS, `192.168.1.1  00-1b-63-84-45-e6  dynamic` of Windows. */
export function neighboursOfArp(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /\(?(\d{1,3}(?:\.\d{1,3}){3})\)?(?: at)?\s+([0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5})\b/i.exec(
      line,
    );
    if (match !== null) take(found, match[1] ?? '', match[2] ?? '');
  }
  return found;
}

function take(found: Map<string, string>, address: string, hardware: string): void {
  const parts = hardware.toLowerCase().split(/[:-]/);
  if (!isIPv4(address) || parts.length !== 6 || parts.some((part) => !/^[0-9a-f]{1,2}$/.test(part))) return;
  const written = parts.map((part) => part.padStart(2, '0')).join(':');
  if (written !== unknownHardware) found.set(address, written);
}
