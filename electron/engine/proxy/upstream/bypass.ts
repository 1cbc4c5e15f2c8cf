import { BlockList, isIP, isIPv6 } from 'node:net';
import { normalizeAddress } from '../destination.ts';
import { createHostSet, normalizeHost } from '../host-policy.ts';

/** Which destinations go past the upstream proxy. */
export interface Bypass {
  readonly has: (host: string, port: number) => boolean;
  /** `<-loopback>` is listed: this machine is no exception. */
  readonly loopbackToo: boolean;
}

/** `entries` as in the setting `noProxy`: hosts, `*.example.com`, networks, `host:port`, `*` for all. */
export function createBypass(entries: readonly string[]): Bypass {
  const hosts = createHostSet([]);
  const withPort = new Set<string>();
  const networks = new BlockList();
  for (const entry of entries.map((each) => each.trim().toLowerCase())) {
    const [address = '', bits] = entry.split('/');
    if (bits !== undefined) addNetwork(networks, address, Number(bits));
    else if (/^[^:]+:\d+$/.test(entry)) withPort.add(entry);
    else if (entry !== '') hosts.add(entry);
  }
  const all = hosts.has('*');
  return {
    has: (host, port) => {
      const name = normalizeHost(host);
      if (all || hosts.has(name) || withPort.has(`${name}:${port}`)) return true;
      return isIP(name) !== 0 && networks.check(name, isIPv6(name) ? 'ipv6' : 'ipv4');
    },
    loopbackToo: hosts.has('<-loopback>'),
  };
}

/**
 * `NO_PROXY` as curl reads it: names separated by commas or spaces, each for the hosts below it as well, a leading
 * dot for nothing, `*` for all.
 */
export function bypassOfEnvironment(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .flatMap((entry) => {
      const name = entry.replace(/^\*?\./, '');
      return name === '*' || name.includes('/') || isIP(name) !== 0 ? [name] : [name, `*.${name}`];
    });
}

/** This machine by name or address (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3). */
export function isLoopback(host: string): boolean {
  const name = normalizeHost(host);
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (isIP(name) === 0) return false;
  const address = normalizeAddress(name);
  return address.startsWith('127.') || address === '::1' || address === '0.0.0.0' || address === '::';
}

function addNetwork(networks: BlockList, address: string, bits: number): void {
  const family = isIP(address);
  if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) return;
  networks.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
}
