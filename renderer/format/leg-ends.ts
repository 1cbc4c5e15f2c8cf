import type { ConversationRecord, ExchangeRecord } from '../../core/model/exchange-record.ts';

/** One fact about where a leg goes; a null value: not known, or not so. */
export interface LegEnd {
  readonly name: string;
  readonly value: string | null;
  readonly meaning?: string;
}

/**
 * What is at both ends of a leg. Through an upstream proxy, the address that Plumbline reached is that of the proxy, and
 * the server is known by the name and port that the proxy was asked for.
 */
export function legEnds(
  leg: ConversationRecord,
  { port: serverPort, tier }: Pick<ExchangeRecord, 'port' | 'tier'>,
): readonly LegEnd[] {
  const address = endpoint(leg.remoteAddress, leg.remotePort);
  const own = {
    name: tier === 'packets' ? 'Client' : 'Plumbline',
    value: endpoint(leg.localAddress, leg.localPort),
  };
  if (leg.via !== null) {
    return [
      {
        name: 'Server',
        value: endpoint(leg.hostName ?? '', serverPort),
        meaning: 'What the upstream proxy was asked for. It alone knows the address.',
      },
      {
        name: 'Upstream proxy',
        value: leg.via,
        meaning: 'The proxy that Plumbline went through to the server.',
      },
      {
        name: 'Proxy address',
        value: address,
        meaning: 'The address of the upstream proxy that Plumbline connected to.',
      },
      own,
    ];
  }
  return leg.role === 'client'
    ? [{ name: 'Application', value: address }, own]
    : [{ name: 'Server', value: address }, own, { name: 'Name looked up', value: leg.hostName }];
}

/** Null without an address: nothing was tried. */
function endpoint(address: string, port: number): string | null {
  if (address === '') return null;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
