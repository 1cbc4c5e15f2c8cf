import { isIPv6 } from 'node:net';

/** Where a proxy request wants to go. */
export interface Destination {
  /** Lower case, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `host:port` or `[v6]:port` (RFC 9110 section 7.2, authority-form); null if it is neither. */
export function parseAuthority(text: string, defaultPort: number | null): Destination | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/?#@[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return null;
  const host = (match[1] ?? match[2] ?? '').toLowerCase();
  if (match[1] !== undefined && !isIPv6(host)) return null;
  const port = match[3] === undefined ? defaultPort : Number(match[3]);
  return port === null || port < 1 || port > 65535 ? null : { host, port };
}

/** An absolute-form request target (RFC 9112 section 3.2.2): its parts, the path exactly as sent. */
export interface AbsoluteTarget extends Destination {
  readonly scheme: string;
  /** `host:port`. */
  readonly authority: string;
  /** Origin-form of the same target; `*` for an OPTIONS request without a path. */
  readonly path: string;
}

export function parseAbsoluteTarget(target: string, method: string): AbsoluteTarget | null {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)(.*)$/s.exec(target);
  if (match === null) return null;
  const scheme = (match[1] ?? '').toLowerCase();
  const authority = (match[2] ?? '').replace(/^[^@]*@/, '');
  const destination = parseAuthority(authority, scheme === 'https' ? 443 : 80);
  if (destination === null) return null;
  const rest = match[3] ?? '';
  const path = rest === '' ? (method === 'OPTIONS' ? '*' : '/') : rest.startsWith('/') ? rest : `/${rest}`;
  const { host, port } = destination;
  return { host, port, authority: formatAuthority(host, port), scheme, path };
}

/**
 * `parseAbsoluteTarget` for the requests of one connection, which mostly go to one place: what a target has in common
 * with the one before is not read again.
 */
export function createTargetReader(): typeof parseAbsoluteTarget {
  let last: AbsoluteTarget | null = null;
  /** Scheme and authority of the last target, as sent; empty when it had no path. */
  let prefix = '';
  return (target, method) => {
    if (last !== null && prefix !== '' && target[prefix.length] === '/' && target.startsWith(prefix)) {
      const { host, port, authority, scheme } = last;
      return { host, port, authority, scheme, path: target.slice(prefix.length) };
    }
    const read = parseAbsoluteTarget(target, method);
    const hasPath = read !== null && target.endsWith(read.path) && read.path.startsWith('/');
    prefix = hasPath ? target.slice(0, -read.path.length) : '';
    last = read;
    return read;
  };
}

/** `host:port` with brackets where an IPv6 address needs them. */
export function formatAuthority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** One spelling for one address: IPv4-mapped IPv6 as IPv4, no zone, lower case. */
export function normalizeAddress(address: string): string {
  // Most are plain IPv4 ones, which need nothing done.
  if (!/[:%]/.test(address)) return address.toLowerCase();
  const bare = address.toLowerCase().replace(/%.*$/, '');
  const mapped = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  if (mapped?.[1] !== undefined) return mapped[1];
  const hexMapped = /^(?:0*:)*:?ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(bare);
  if (hexMapped?.[1] === undefined || hexMapped[2] === undefined) return canonicalIpv6(bare);
  const high = parseInt(hexMapped[1], 16);
  const low = parseInt(hexMapped[2], 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function canonicalIpv6(address: string): string {
  if (!isIPv6(address)) return address;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}
