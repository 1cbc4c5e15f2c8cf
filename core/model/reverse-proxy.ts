import { ipBytes } from './ip-address.ts';
import { fail, succeed, type Result } from './result.ts';

/** A port of ours that stands for a server: whoever connects to it is passed on there. */
export interface ReverseProxy {
  /** `host:port`, IPv6 in brackets; port 0 picks a free one. */
  readonly listen: string;
  /** As `readUpstream` reads it. */
  readonly upstream: string;
  /** Whether requests keep their Host field, or get the upstream's. */
  readonly host: 'keep' | 'rewrite';
}

/** Where a reverse proxy passes on to, and how it speaks there. */
export interface Upstream {
  /** `http` and `https` speak HTTP there, `tcp` and `tls` any protocol; `https` and `tls` within TLS. */
  readonly scheme: UpstreamScheme;
  /** A name in lower case, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

export type UpstreamScheme = 'http' | 'https' | 'tcp' | 'tls';
const defaultPorts: Readonly<Record<UpstreamScheme, number | null>> = {
  http: 80,
  https: 443,
  tcp: null,
  tls: null,
};

/** Longest text of an upstream, characters. */
export const upstreamCharsMax = 300;

/** Reads `http://127.0.0.1:9000`. Error: `bad-upstream`, saying what to write instead. */
export function readUpstream(text: string): Result<Upstream> {
  const bad = (sentence: string): Result<never> => fail('bad-upstream', sentence);
  if (text.length > upstreamCharsMax) return bad(`An upstream has at most ${upstreamCharsMax} characters.`);
  const match = /^([a-z]+):\/\/([^/?#]*)(.*)$/is.exec(text.trim());
  const scheme = match?.[1]?.toLowerCase();
  if (match === null || !isScheme(scheme)) {
    return bad('Begin the upstream with http://, https://, tcp:// or tls://, such as http://127.0.0.1:9000.');
  }
  const [, , authority = '', rest = ''] = match;
  if (rest !== '' && rest !== '/') {
    return bad(
      `An upstream has no path: requests keep the path they came with. Leave "${rest.slice(0, 80)}" out.`,
    );
  }
  if (authority.includes('@')) return bad('An upstream has no user and no password. Leave them out.');
  const place = /^(?:\[([0-9a-f:.]+)\]|([^\s:@[\]]+))(?::(\d{1,5}))?$/i.exec(authority);
  const host = (place?.[1] ?? place?.[2] ?? '').toLowerCase();
  if (host === '' || (place?.[1] !== undefined && ipBytes(host)?.length !== 16)) {
    return bad('Name a host, or an address, in the upstream, such as http://127.0.0.1:9000.');
  }
  const port = place?.[3] === undefined ? defaultPorts[scheme] : Number(place[3]);
  if (port === null) return bad(`Give the port, too: ${scheme}://${host}:5432, for example.`);
  if (port < 1 || port > 65_535) return bad('A port is a number from 1 to 65535.');
  return succeed({ scheme, host, port });
}

function isScheme(text: string | undefined): text is UpstreamScheme {
  return text === 'http' || text === 'https' || text === 'tcp' || text === 'tls';
}

/** The Host field of a request to the upstream (RFC 9110 section 7.2): without the port that its scheme has anyway. */
export function upstreamHostField({ scheme, host, port }: Upstream): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === defaultPorts[scheme] ? name : `${name}:${port}`;
}

/** Whether the upstream is spoken to within TLS. */
export function speaksTls({ scheme }: Upstream): boolean {
  return scheme === 'https' || scheme === 'tls';
}

/** `host:port`, with IPv6 in brackets and a port of at most 65535. */
export function isListenAddress(text: string): boolean {
  const match = /^(?:\[[0-9A-Fa-f:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/.exec(text);
  return match !== null && Number(match[1]) <= 65_535;
}

/** Reads `LISTEN=UPSTREAM`, a bare port being one of 127.0.0.1. Errors: `bad-reverse`, `bad-upstream`. */
export function readReverse(text: string, host: ReverseProxy['host']): Result<ReverseProxy> {
  const at = text.indexOf('=');
  const given = text.slice(0, Math.max(0, at)).trim();
  const listen = /^\d{1,5}$/.test(given) ? `127.0.0.1:${given}` : given;
  if (at === -1 || !isListenAddress(listen)) {
    return fail(
      'bad-reverse',
      `Write a reverse proxy as LISTEN=UPSTREAM, such as 9000=http://127.0.0.1:9001; this one is "${text.slice(0, 200)}".`,
    );
  }
  const upstream = readUpstream(text.slice(at + 1));
  if (!upstream.ok) return upstream;
  const speaksHttp = upstream.value.scheme === 'http' || upstream.value.scheme === 'https';
  return succeed({ listen, upstream: text.slice(at + 1).trim(), host: speaksHttp ? host : 'keep' });
}
