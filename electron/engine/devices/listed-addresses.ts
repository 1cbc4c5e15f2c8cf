import { networkInterfaces } from 'node:os';
import type { ListedAddress } from '../../../core/devices/lan-networks.ts';

/** The addresses of this machine, as the system lists them now. */
export function listedAddresses(): readonly ListedAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, list]) =>
    (list ?? []).map(({ family, address, cidr, internal }) => ({
      ...{ interfaceName, family, address, cidr, internal },
    })),
  );
}
