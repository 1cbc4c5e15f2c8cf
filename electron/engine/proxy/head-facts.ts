import { appFromUserAgent } from '../../../core/model/app-name.ts';
import { deviceFromUserAgent } from '../../../core/model/client-device.ts';
import { normalizeAddress } from './destination.ts';
import type { SeenLeg } from './leg.ts';

type Headers = readonly (readonly [name: string, value: string])[];

/**
 * The program that the requests of one connection name; a client says the same on every request. A client on another
 * machine says what device that is, too: it is noted with the leg.
 */
export function createAppReader(client: SeenLeg): (headers: Headers) => string | null {
  let lastUserAgent: string | null = null;
  let lastApp: string | null = null;
  return (headers) => {
    const userAgent = fieldOf(headers, 'user-agent');
    if (userAgent !== lastUserAgent) {
      lastUserAgent = userAgent;
      lastApp = userAgent === null ? null : appFromUserAgent(userAgent);
      // A paired device has the name that it was given.
      const isUnnamed = client.visitor === null && isElsewhere(client);
      const device = userAgent === null || !isUnnamed ? null : deviceFromUserAgent(userAgent);
      if (device !== null) client.note({ device });
    }
    return lastApp;
  };
}

/** What comes in by loopback is of this machine: redirected connections keep the address that they left from. */
function isElsewhere({ local, remote }: SeenLeg): boolean {
  const [own, address] = [normalizeAddress(local.address), normalizeAddress(remote.address)];
  return !isLoopback(own) && !isLoopback(address) && address !== own;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** What a row says of HTTP/3 that a server offers (RFC 7838, RFC 9114 section 3.1) and that is refused here. */
export function refusedHttp3(client: SeenLeg, headers: Headers): string | null {
  if (!client.quicRefused || !/(?:^|,)\s*h3(?:-\d+)?\s*=/.test(fieldOf(headers, 'alt-svc') ?? ''))
    return null;
  return 'The server offers HTTP/3; UDP port 443 is refused here, so the client stays on TCP.';
}

/** Whether a request asks for HTTP/2 without TLS in place of HTTP/1.1 (RFC 7540 section 3.2). */
export function asksHttp2(headers: Headers): boolean {
  return /(?:^|,)\s*h2c\s*(?:,|$)/i.test(fieldOf(headers, 'upgrade') ?? '');
}

/** The media type, lower case, without parameters; null if the head has none. */
export function contentTypeOf(headers: Headers): string | null {
  const value = fieldOf(headers, 'content-type');
  if (value === null) return null;
  const end = value.indexOf(';');
  return (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
}

/** The first value of a field; `wanted` is lower case. */
export function fieldOf(headers: Headers, wanted: string): string | null {
  for (const [name, value] of headers) {
    if (name.length === wanted.length && name.toLowerCase() === wanted) return value;
  }
  return null;
}
