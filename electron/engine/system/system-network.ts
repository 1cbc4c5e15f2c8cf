import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** What a program's own network takes over from the machine's. */
export interface SystemNetwork {
  readonly resolver: { readonly address: string; readonly port: number };
  /**
   * Whether the program gets IPv6. Its connections are accepted before anybody knows whether their destination can be
   * reached; with IPv6 where the machine has none, it would prefer addresses that never answer.
   */
  readonly ipv6: boolean;
}

const dnsPort = 53;

/** Of this Linux machine, as it is now. */
export function systemNetwork(): SystemNetwork {
  return {
    resolver: { address: firstNameserver(read('/etc/resolv.conf')), port: dnsPort },
    ipv6: hasDefaultIpv6Route(read('/proc/net/ipv6_route')),
  };
}

/** Of a resolv.conf(5): the first `nameserver`, and the local machine when none is listed. */
export function firstNameserver(resolvConf: string): string {
  for (const line of resolvConf.split('\n')) {
    const address = /^\s*nameserver\s+(\S+)/.exec(line)?.[1];
    if (address !== undefined && isIP(address) !== 0) return address;
  }
  return '127.0.0.1';
}

/** Of /proc/net/ipv6_route: destination, its prefix length, source, its length, next hop, metric, …, device. */
export function hasDefaultIpv6Route(routes: string): boolean {
  return routes.split('\n').some((line) => {
    const [destination, bits] = line.split(/\s+/);
    return destination === '0'.repeat(32) && bits === '00' && !/\slo$/.test(line.trimEnd());
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
