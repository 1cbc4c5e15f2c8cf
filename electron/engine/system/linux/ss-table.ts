import type { ClientConnection } from '../client-process.ts';
import { createLineHelper } from './line-helper.ts';
import type { SocketEntry, SocketTable } from './socket-table.ts';
import { parseSsLine } from './ss-output.ts';

/**
 * A line is a number, the port of the listener and the clients' ports. It refuses everything but digits and spaces,
 * and ends with its standard input. The first argument is ss.
 */
const script = `set -f
while IFS= read -r line; do
  case $line in *[!0-9\\ ]*) exit 2;; esac
  set -- $line
  number=$1 to=$2 filter=
  shift 2
  for port; do filter="\${filter:+$filter or }sport = :$port"; done
  "$0" -tnHeO state established state close-wait state fin-wait-1 state fin-wait-2 state last-ack state closing \\
    "dport = :$to and ( $filter )"
  echo "= $number $?"
done`;

/**
 * Sockets as ss (iproute2) lists them. The kernel walks all there are for that, twice. Each run is forked by a shell
 * that does nothing else: a fork of the engine's own process copies its page tables.
 */
export function createSsTable(ss: string): SocketTable {
  const helper = createLineHelper('/bin/sh', ['-c', script, ss]);
  let lastNumber = 0;

  async function ask(toPort: number, fromPorts: readonly number[]): Promise<SocketEntry[] | null> {
    const number = ++lastNumber;
    const entries: SocketEntry[] = [];
    let code = '';
    const answered = await helper.ask([number, toPort, ...fromPorts].map(digits).join(' '), (line) => {
      const end = /^= (\d+) (\d+)$/.exec(line);
      if (end?.[1] === number.toString()) {
        code = end[2] ?? '';
        return true;
      }
      const entry = parseSsLine(line);
      if (entry !== null) entries.push(entry);
      return false;
    });
    return answered && code === '0' ? entries : null;
  }

  return {
    isCheap: false,
    read: async (connections) => {
      const all: SocketEntry[] = [];
      for (const [toPort, fromPorts] of portsByListener(connections)) {
        const entries = await ask(toPort, fromPorts);
        if (entries === null) return null;
        all.push(...entries);
      }
      return all;
    },
    close: helper.close,
  };
}

function portsByListener(connections: readonly ClientConnection[]): ReadonlyMap<number, readonly number[]> {
  const byPort = new Map<number, number[]>();
  for (const { localPort, remotePort } of connections) {
    const ports = byPort.get(localPort);
    if (ports === undefined) byPort.set(localPort, [remotePort]);
    else ports.push(remotePort);
  }
  return byPort;
}

function digits(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${value} is no port.`);
  return value.toString();
}
