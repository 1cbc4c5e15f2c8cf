import { fail, succeed, type Result } from './result.ts';

/** How an upstream proxy is spoken to. `socks5` hands names over to be looked up there, as `socks4a` does. */
export const upstreamKinds = ['http', 'https', 'socks4', 'socks4a', 'socks5'] as const;
export type UpstreamKind = (typeof upstreamKinds)[number];

/** A proxy that we go through ourselves. */
export interface UpstreamProxy {
  readonly kind: UpstreamKind;
  /** Lower case, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Null: it is asked without a password. */
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

/** One way towards a server: through a proxy, or straight to it. */
export type Hop = UpstreamProxy | { readonly kind: 'direct' };
export const direct: Hop = { kind: 'direct' };

/** Longest address of a proxy, user and password included. */
export const upstreamUrlMax = 1000;
/** Ways that one PAC answer may name; further ones are passed over. */
export const pacHopsMax = 16;
/** Longest PAC answer that is read. */
export const pacAnswerMax = 4000;

const defaultPorts: Readonly<Record<UpstreamKind, number>> = {
  http: 80,
  https: 443,
  socks4: 1080,
  socks4a: 1080,
  socks5: 1080,
};

/** Other spellings in use; `socks5h` is curl's for what `socks5` means here. */
const kindsByScheme: Readonly<Record<string, UpstreamKind>> = {
  http: 'http',
  https: 'https',
  socks4: 'socks4',
  socks4a: 'socks4a',
  socks5: 'socks5',
  socks5h: 'socks5',
  socks: 'socks5',
};

const addressPattern =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:(.*)@)?(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?\/?$/i;

/**
 * Reads `http://user:password@proxy.example:3128`; without a scheme it is an HTTP proxy. User and password may be
 * percent-encoded (RFC 3986 section 2.1). Failure: `bad-upstream`.
 */
export function parseUpstream(text: string): Result<UpstreamProxy> {
  const match = text.length > upstreamUrlMax ? null : addressPattern.exec(text.trim());
  const kind = kindsByScheme[(match?.[1] ?? 'http').toLowerCase()];
  if (match === null || kind === undefined) {
    return fail(
      'bad-upstream',
      'Write an upstream proxy as http://proxy.example:3128; https://, socks4://, socks4a:// and socks5:// are possible too.',
    );
  }
  const port = match[4] === undefined ? defaultPorts[kind] : Number(match[4]);
  if (port < 1 || port > 65_535)
    return fail('bad-upstream', 'The port of an upstream proxy is from 1 to 65535.');
  const credentials = match[2] === undefined ? null : readCredentials(match[2]);
  if (credentials !== null && new RegExp(controls).test(credentials.user + credentials.password))
    return fail('bad-upstream', 'User and password of an upstream proxy hold no control characters.');
  if ((kind === 'http' || kind === 'https') && credentials?.user.includes(':') === true)
    return fail('bad-upstream', 'The user of an HTTP proxy holds no colon (RFC 7617).');
  const host = (match[3] ?? '').toLowerCase().replace(/^\[|\]$/g, '');
  return succeed({ kind, host, port, credentials });
}

const controls = '[\\u0000-\\u001f\\u007f]';

function readCredentials(text: string): { user: string; password: string } {
  const colon = text.indexOf(':');
  return {
    user: percentDecoded(colon === -1 ? text : text.slice(0, colon)),
    password: colon === -1 ? '' : percentDecoded(text.slice(colon + 1)),
  };
}

/** What is no percent-encoding stays as it was written. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `http://proxy.example:3128`, never with user and password: for rows, messages and the window. */
export function upstreamName({ kind, host, port }: UpstreamProxy): string {
  return `${kind}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** `DIRECT`, or the name of the proxy. */
export function hopName(hop: Hop): string {
  return hop.kind === 'direct' ? 'DIRECT' : upstreamName(hop);
}

const pacKinds: Readonly<Record<string, UpstreamKind>> = {
  proxy: 'http',
  http: 'http',
  https: 'https',
  socks: 'socks4',
  socks4: 'socks4',
  socks5: 'socks5',
};

/**
 * The ways in what `FindProxyForURL` gave, such as `PROXY a:3128; SOCKS5 b; DIRECT`, in order. As in browsers an
 * empty answer means `DIRECT`, `SOCKS` means version 4, and entries nobody knows are passed over; null when no entry is known.
 */
export function parsePacAnswer(answer: string): readonly Hop[] | null {
  if (answer.trim() === '') return [direct];
  const hops: Hop[] = [];
  for (const entry of answer.slice(0, pacAnswerMax).split(';')) {
    const [word = '', address, ...rest] = entry.trim().split(/\s+/);
    if (hops.length >= pacHopsMax) break;
    if (word.toLowerCase() === 'direct' && address === undefined) hops.push(direct);
    const kind = pacKinds[word.toLowerCase()];
    if (kind === undefined || address === undefined || rest.length > 0) continue;
    const proxy = parseUpstream(`${kind}://${address}`);
    if (proxy.ok) hops.push(proxy.value);
  }
  return hops.length === 0 ? null : hops;
}
