import { describe, expect, it } from 'vitest';
import { firstNameserver, hasDefaultIpv6Route } from '../../../../electron/engine/system/system-network.ts';

describe('the name server of this machine', () => {
  it('is the first one that resolv.conf lists by its address', () => {
    expect(
      firstNameserver('# nameserver 9.9.9.9\nsearch example\nnameserver 10.0.0.2\nnameserver 1.1.1.1\n'),
    ).toBe('10.0.0.2');
    expect(firstNameserver('nameserver\tfe80::1%eth0')).toBe('fe80::1%eth0');
    expect(firstNameserver('nameserver dns.example\nnameserver ::1')).toBe('::1');
  });

  it('is the machine itself where none is listed', () => {
    expect(firstNameserver('')).toBe('127.0.0.1');
    expect(firstNameserver('options edns0\n')).toBe('127.0.0.1');
  });
});

describe('IPv6 of this machine', () => {
  const route = (destination: string, bits: string, device: string): string =>
    `${destination} ${bits} ${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00000400 00000001 00000000 00000003     ${device}\n`;
  const anywhere = '0'.repeat(32);

  it('is there with a default route, not with local ones only', () => {
    expect(hasDefaultIpv6Route(route('fe80'.padEnd(32, '0'), '40', 'eth0'))).toBe(false);
    expect(
      hasDefaultIpv6Route(route('fe80'.padEnd(32, '0'), '40', 'eth0') + route(anywhere, '00', 'eth0')),
    ).toBe(true);
  });

  it('is not there with the unreachable default of a machine without it, which lies on loopback', () => {
    expect(hasDefaultIpv6Route(route(anywhere, '00', 'lo'))).toBe(false);
    expect(hasDefaultIpv6Route('')).toBe(false);
  });
});
