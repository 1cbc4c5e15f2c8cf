/** An address of this machine as the system lists it. */
export interface ListedAddress {
  readonly interfaceName: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly address: string;
  /** `192.168.1.5/24`; null where the system does not say. */
  readonly cidr: string | null;
  readonly internal: boolean;
}

export interface NetworkOffer {
  readonly address: string;
  readonly name: string;
  readonly kind: 'wifi' | 'ethernet' | 'vpn' | 'bridge' | 'virtual' | 'other';
  readonly prefix: number;
  readonly caution: string | null;
}

/** Networks that are offered at most. */
export const networksMax = 32;

/** The networks that phones may be in, the likeliest first. IPv4 only: phones are told an address to type, and every Wi-Fi has one. */
export function lanNetworks(listed: readonly ListedAddress[], platform: string): readonly NetworkOffer[] {
  const offers = listed
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ interfaceName, address, cidr }): NetworkOffer => {
      const kind = kindOf(interfaceName, platform);
      const prefix = Number(/\/(\d{1,2})$/.exec(cidr ?? '')?.[1] ?? 24);
      return { address, name: interfaceName, kind, prefix, caution: cautionOf(kind, address) };
    });
  return offers
    .map((offer, at) => ({ offer, at }))
    .sort((a, b) => rank(a.offer) - rank(b.offer) || a.at - b.at)
    .map(({ offer }) => offer)
    .slice(0, networksMax);
}

/** Whether an IPv4 address is in the network of another one. */
export function isInNetwork(address: string, { address: own, prefix }: NetworkOffer): boolean {
  const [a, b] = [numberOf(address), numberOf(own)];
  if (a === null || b === null) return false;
  const bits = Math.max(0, Math.min(32, prefix));
  return bits === 0 || a >>> (32 - bits) === b >>> (32 - bits);
}

/** The first address of the network that an IPv4 address is in; itself where it is none. */
export function networkOf(address: string, prefix: number): string {
  const number = numberOf(address);
  if (number === null) return address;
  const bits = 32 - Math.max(0, Math.min(32, prefix));
  const first = bits === 32 ? 0 : ((number >>> bits) << bits) >>> 0;
  return [24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join('.');
}

function numberOf(address: string): number | null {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

const vpn = /^(?:tun|tap|utun|ppp|wg|ipsec|tailscale|zt|nordlynx|proton|gpd)\d*/i;
const bridge = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|podman|bridge|vnet|vEthernet)/i;

function kindOf(name: string, platform: string): NetworkOffer['kind'] {
  if (bridge.test(name)) return 'bridge';
  if (vpn.test(name) || /\bVPN\b|WireGuard|OpenVPN|Tailscale/i.test(name)) return 'vpn';
  if (/^(?:wl|wifi|ath)|Wi-?Fi|WLAN|Wireless/i.test(name)) return 'wifi';
  // The first one of a Mac is nearly always its Wi-Fi; those of Linux are wired.
  if (platform === 'darwin' && name === 'en0') return 'wifi';
  if (/^(?:en|eth|em)\w*\d|Ethernet/i.test(name)) return 'ethernet';
  return 'other';
}

function cautionOf(kind: NetworkOffer['kind'], address: string): string | null {
  if (address.startsWith('169.254.'))
    return 'This network gave the computer no address: phones in it have none either. Look whether its router works.';
  switch (kind) {
    case 'vpn':
      return 'This is a VPN: only devices in the same VPN reach it.';
    case 'bridge':
    case 'virtual':
      return 'This network is inside the computer, for containers and virtual machines: phones are not in it.';
    case 'wifi':
    case 'ethernet':
    case 'other':
      return null;
    default:
      return kind satisfies never;
  }
}

function rank({ kind, address }: NetworkOffer): number {
  if (address.startsWith('169.254.')) return 10;
  const isPrivate = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(address);
  return { wifi: 0, ethernet: 1, other: 2, vpn: 6, bridge: 7, virtual: 7 }[kind] + (isPrivate ? 0 : 3);
}
