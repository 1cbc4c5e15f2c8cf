/**
 * A proxy auto-configuration file (Netscape's, as browsers and phones read it) that sends everything through the proxy, but for names without a dot
 * and loopback. Without the proxy it goes on directly, so that nobody is cut off once Plumbline has ended.
 */
export function pacFile(host: string, port: number): string {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return `function FindProxyForURL(url, host) {
  if (isPlainHostName(host) || host === '127.0.0.1' || host === '::1') return 'DIRECT';
  return 'PROXY ${place.replaceAll(/[^\w.:[\]-]/g, '')}; DIRECT';
}
`;
}
