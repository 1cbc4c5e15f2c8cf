import { connectionKey, splitEndpoint } from '../client-process.ts';

/** Who holds a socket, as lsof tells it. */
export interface SocketHolder {
  readonly processId: number;
  /** lsof's beginning of the process name; characters that do not print are written as `\x09`. */
  readonly processName: string;
}

/**
 * Output of `lsof -nP -iTCP -F pcn` (lsof(8), "output for other programs"): a line `pPID` begins a process, `cNAME`
 * names it, and each `nOWN->PEER` is a socket. Holders by `connectionKey`, the socket's own end first; of several that
 * hold one socket the one with the lowest id, which forked the others. Everything else is passed over.
 */
export function parseLsof(text: string): ReadonlyMap<string, SocketHolder> {
  const holders = new Map<string, SocketHolder>();
  let processId: number | null = null;
  let processName = '';
  for (const line of text.split('\n')) {
    const value = line.slice(1);
    switch (line[0]) {
      case 'p':
        processId = /^\d{1,10}$/.test(value) ? Number(value) : null;
        processName = '';
        break;
      case 'c':
        processName = value.slice(0, 256).replace(/\\x([0-9a-f]{2})/g, unescape);
        break;
      case 'n': {
        const key = socketKey(value);
        if (key === null || processId === null) break;
        const before = holders.get(key);
        if (before === undefined || processId < before.processId)
          holders.set(key, { processId, processName });
        break;
      }
      default:
    }
  }
  return holders;
}

function unescape(_: string, digits: string): string {
  return String.fromCharCode(parseInt(digits, 16));
}

function socketKey(text: string): string | null {
  const arrow = text.indexOf('->');
  if (arrow < 0) return null;
  const own = splitEndpoint(text.slice(0, arrow));
  const peer = splitEndpoint(text.slice(arrow + 2));
  return own === null || peer === null ? null : connectionKey(own.address, own.port, peer.address, peer.port);
}
