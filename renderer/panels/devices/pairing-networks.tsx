import { useId } from 'react';
import type { LanNetwork } from '../../../core/contract/devices.ts';
import { ToneSign } from '../../components/tone-sign.tsx';
import { networkName } from '../../format/device-words.ts';
import { useWindowState } from '../../state/window-state.ts';

interface PairingNetworksProps {
  readonly networks: readonly LanNetwork[];
  readonly chosen: string | null;
}

/** The network that the phone must be in, where there is more than one to choose from. */
export function PairingNetworks({ networks, chosen }: PairingNetworksProps) {
  const { devices } = useWindowState();
  const id = useId();
  return (
    <fieldset className="pairing-networks">
      <legend>The phone must be in this network</legend>
      {networks.map((network) => (
        <label key={network.address}>
          <input
            type="radio"
            name={id}
            checked={network.address === chosen}
            onChange={() => void devices.chooseNetwork(network.address)}
          />
          <span>{networkName(network)}</span>
          <span className="mono muted">{network.address}</span>
          {network.caution !== null && (
            <span className="pairing-caution">
              <ToneSign tone="warning" /> {network.caution}
            </span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
