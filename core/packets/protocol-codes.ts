/** Names of protocols as packet lists show them. Their places rest in session files: new ones go to the end. */
export const protocolNames = [
  '',
  'Ethernet',
  'ARP',
  'IPv4',
  'IPv6',
  'ICMP',
  'ICMPv6',
  'IGMP',
  'TCP',
  'UDP',
  'SCTP',
  'HTTP',
  'HTTP2',
  'WebSocket',
  'TLS',
  'PGSQL',
  'MySQL',
  'MONGO',
  'RESP',
  'DNS',
  'MDNS',
  'QUIC',
  'STUN',
  'DTLS',
  'DHCP',
  'NTP',
  'GRE',
  'ESP',
  'LLMNR',
] as const;
export type ProtocolName = (typeof protocolNames)[number];

const codes: Readonly<Record<string, number>> = Object.fromEntries(
  protocolNames.map((name, code) => [name, code]),
);

export function protocolCode(name: ProtocolName): number {
  return codes[name] as number;
}

/** Empty for a code that is not known. */
export function protocolName(code: number): string {
  return protocolNames[code] ?? '';
}
