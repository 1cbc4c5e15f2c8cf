import { describe, expect, it } from 'vitest';
import {
  isInNetwork,
  lanNetworks,
  networkOf,
  networksMax,
  type ListedAddress,
} from '../../../core/devices/lan-networks.ts';

function listed(interfaceName: string, address: string, more: Partial<ListedAddress> = {}): ListedAddress {
  const family = address.includes(':') ? 'IPv6' : 'IPv4';
  return { interfaceName, address, family, cidr: `${address}/24`, internal: false, ...more };
}

const names = (all: readonly ListedAddress[], platform = 'linux'): readonly string[] =>
  lanNetworks(all, platform).map(({ name, kind }) => `${name} ${kind}`);

describe('the network that phones are in', () => {
  it('is most likely a Wi-Fi, then a cable, and never a container', () => {
    expect(
      names([
        listed('lo', '127.0.0.1', { internal: true }),
        listed('docker0', '172.17.0.1'),
        listed('tun0', '10.8.0.2'),
        listed('enp3s0', '192.168.1.7'),
        listed('wlp2s0', 'fe80::1'),
        listed('wlp2s0', '192.168.1.8'),
        listed('eth1', '203.0.113.9'),
      ]),
    ).toEqual(['wlp2s0 wifi', 'enp3s0 ethernet', 'eth1 ethernet', 'tun0 vpn', 'docker0 bridge']);
    expect(names([listed('en1', '192.168.1.7'), listed('en0', '192.168.1.8')], 'darwin')).toEqual([
      'en0 wifi',
      'en1 ethernet',
    ]);
    expect(
      names(
        [
          listed('vEthernet (WSL)', '172.20.0.1'),
          listed('Ethernet 2', '10.0.0.4'),
          listed('Wi-Fi', '10.0.0.5'),
        ],
        'win32',
      ),
    ).toEqual(['Wi-Fi wifi', 'Ethernet 2 ethernet', 'vEthernet (WSL) bridge']);
  });

  it('says why phones may not be in one', () => {
    const caution = (name: string, address: string): string | null =>
      lanNetworks([listed(name, address)], 'linux')[0]?.caution ?? null;
    expect(caution('wlan0', '192.168.1.5')).toBeNull();
    expect(caution('wg0', '10.0.0.1')).toContain('VPN');
    expect(caution('virbr0', '192.168.122.1')).toContain('inside the computer');
    expect(caution('wlan0', '169.254.3.4')).toContain('gave the computer no address');
  });

  it('is one of at most so many', () => {
    const many = Array.from({ length: 100 }, (_, at) => listed(`eth${at}`, `10.0.${at}.1`));
    expect(lanNetworks(many, 'linux')).toHaveLength(networksMax);
    expect(lanNetworks([], 'linux')).toEqual([]);
  });

  it('has a first address', () => {
    expect(networkOf('192.168.1.77', 24)).toBe('192.168.1.0');
    expect(networkOf('172.20.130.9', 20)).toBe('172.20.128.0');
    expect(networkOf('200.1.2.3', 0)).toBe('0.0.0.0');
    expect(networkOf('255.255.255.255', 32)).toBe('255.255.255.255');
    expect(networkOf('fe80::1', 64)).toBe('fe80::1');
  });

  it('has the addresses of its prefix', () => {
    const network = (address: string, prefix: number): Parameters<typeof isInNetwork>[1] => ({
      ...{ address, prefix, name: 'wlan0', caution: null },
      kind: 'wifi',
    });
    expect(isInNetwork('192.168.1.200', network('192.168.1.5', 24))).toBe(true);
    expect(isInNetwork('192.168.2.200', network('192.168.1.5', 24))).toBe(false);
    expect(isInNetwork('192.168.2.200', network('192.168.1.5', 22))).toBe(true);
    expect(isInNetwork('200.1.2.3', network('192.168.1.5', 0))).toBe(true);
    expect(isInNetwork('192.168.1.5', network('192.168.1.5', 32))).toBe(true);
    expect(isInNetwork('fe80::1', network('192.168.1.5', 24))).toBe(false);
    expect(isInNetwork('1.2.3', network('192.168.1.5', 24))).toBe(false);
  });
});
