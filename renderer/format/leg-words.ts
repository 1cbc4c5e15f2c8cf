import type { Tier } from '../../core/model/exchange-record.ts';

export type Leg = 'client' | 'server';

export interface LegWords {
  readonly name: string;
  readonly meaning: string;
}

const proxyLegs: Readonly<Record<Leg, LegWords>> = {
  server: { name: 'Server leg', meaning: 'Between Plumbline and the server.' },
  client: { name: 'Client leg', meaning: 'Between the application and Plumbline.' },
};

const packetLegs: typeof proxyLegs = {
  ...proxyLegs,
  server: { name: 'Connection', meaning: 'Between client and server, as its packets show it.' },
};

export function legWords(leg: Leg, tier: Tier): LegWords {
  return tier === 'proxy' ? proxyLegs[leg] : packetLegs[leg];
}

/** The legs that an exchange can have: what was read from packets went over one connection, and Plumbline was no part of it. */
export function legsOf(tier: Tier): readonly Leg[] {
  return tier === 'proxy' ? ['server', 'client'] : ['server'];
}
