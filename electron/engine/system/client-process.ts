import { normalizeAddress } from '../proxy/destination.ts';

/** A TCP connection as our listener sees it. */
export interface ClientConnection {
  /** Our end. */
  readonly localAddress: string;
  readonly localPort: number;
  /** The client's end. */
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** The process at the other end of a connection from this machine. */
export interface ClientProcess {
  /** Null: it belongs to another user, whose processes we may not look at. */
  readonly id: number | null;
  /** As the system calls it, such as `chrome` or `python3`; for another user's, a few words that name the user. */
  readonly name: string;
  /** What an interpreter runs, such as `crawl.py`; null for every other program. */
  readonly detail: string | null;
  /** The program file. */
  readonly path: string | null;
  /** What people call it, such as `Chrome`; null for another user's. */
  readonly app: string | null;
}

/** One spelling for one connection, seen from the side that is named first. */
export function connectionKey(address: string, port: number, toAddress: string, toPort: number): string {
  return `${normalizeAddress(address)} ${port} ${normalizeAddress(toAddress)} ${toPort}`;
}

/** The key of the client's socket: its end first. */
export function clientKey(connection: ClientConnection): string {
  const { localAddress, localPort, remoteAddress, remotePort } = connection;
  return connectionKey(remoteAddress, remotePort, localAddress, localPort);
}

/** Splits `127.0.0.1:80`, `[::1]:80` and `[fe80::1]%eth0:80`; null when it is neither. */
export function splitEndpoint(text: string): { readonly address: string; readonly port: number } | null {
  const colon = text.lastIndexOf(':');
  const port = text.slice(colon + 1);
  if (colon < 1 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) return null;
  const address = text.slice(0, colon).replace(/\]%.*$/, ']');
  const bare = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
  return bare === '' ? null : { address: bare, port: Number(port) };
}
