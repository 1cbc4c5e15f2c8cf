import type { CaptureInterfaceView } from '../../../core/contract/capture.ts';

const kindWords: Readonly<Record<CaptureInterfaceView['kind'], string>> = {
  any: 'All interfaces at once',
  loopback: 'Loopback: this computer to itself',
  ethernet: 'Ethernet',
  wifi: 'Wi-Fi',
  bridge: 'Bridge, of containers or virtual machines',
  virtual: 'Virtual',
  vpn: 'VPN',
  other: 'Other',
};

type Told = Omit<CaptureInterfaceView, 'description'>;

/** With words for a person; those that are up first, the system's order else. */
export function describeInterfaces(interfaces: readonly Told[]): CaptureInterfaceView[] {
  const described = interfaces.map((each) => ({ ...each, description: kindWords[each.kind] }));
  return [...described.filter(({ up }) => up), ...described.filter(({ up }) => !up)];
}
