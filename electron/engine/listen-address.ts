import { parseAuthority } from './proxy/destination.ts';

/** `host:port` to listen on, where port 0 is any free one; null if it is none. */
export function parseListenAddress(text: string): { host: string; port: number } | null {
  const port = /:(\d+)$/.exec(text)?.[1];
  if (port === '0') {
    const host = parseAuthority(text.replace(/:0$/, ':1'), null)?.host;
    return host === undefined ? null : { host, port: 0 };
  }
  return parseAuthority(text, null);
}
