import type { DevicesState, PairedDevice } from '../../../core/contract/devices.ts';
import { useWindowState } from '../../state/window-state.ts';
import { CheckList } from './check-list.tsx';
import { PairingNetworks } from './pairing-networks.tsx';
import { useShowRequests } from './use-show-requests.ts';

interface PairingDeviceProps {
  readonly state: DevicesState;
  readonly device: PairedDevice;
  /** All steps are done. */
  readonly works: boolean;
}

/** The phone that was just paired: its steps turn by themselves as it does them. */
export function PairingDevice({ state, device, works }: PairingDeviceProps) {
  const { devices } = useWindowState();
  const isElsewhere = device.checks.some(({ diagnosis }) => diagnosis === 'other-network');
  const showRequests = useShowRequests();
  const leave = () => {
    devices.selected.set(device.id);
    void devices.endPairing();
  };
  return (
    <div className="pairing-side">
      <header>
        <h3 className="pairing-title">{works ? 'It works' : `${device.name} is paired`}</h3>
        <p className={works ? '' : 'muted'}>
          {works
            ? `${device.name} sends its traffic through Plumbline, and what it encrypts can be read.`
            : `${device.system === null ? '' : `${device.system}. `}Follow the steps on its screen; they are ticked off here as they are done.`}
        </p>
      </header>
      <div className="device-actions">
        <button
          type="button"
          className={`button ${works ? 'primary' : ''}`}
          onClick={() => {
            leave();
            showRequests(device.name);
          }}
        >
          Show its requests
        </button>
        <button type="button" className="button" onClick={() => void devices.addAnother()}>
          Add another
        </button>
        <button type="button" className="button" title="Esc" onClick={leave}>
          {works ? 'Done' : 'Finish later'}
        </button>
      </div>
      <CheckList checks={device.checks} />
      {isElsewhere && <PairingNetworks networks={state.networks} chosen={state.chosen} />}
    </div>
  );
}
