import type { ExchangeRecord } from './exchange-record.ts';

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** The URL a person would write: default ports left out, IPv6 in brackets; `host:port` for a tunnel. */
export function exchangeUrl({
  scheme,
  host,
  port,
  path,
}: Pick<ExchangeRecord, 'scheme' | 'host' | 'port' | 'path'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  const defaultPort = defaultPorts[scheme];
  if (defaultPort === undefined) return `${name}:${port}`;
  const authority = defaultPort === port ? name : `${name}:${port}`;
  return `${scheme}://${authority}${path === '*' ? '' : path}`;
}
