import type { PairedDevice } from '../../../core/contract/devices.ts';
import { Facts } from '../../components/facts.tsx';
import { systemWords, trafficWords } from '../../format/device-words.ts';
import { formatInstant } from '../../format/duration.ts';
import { CheckList } from './check-list.tsx';
import { Copyable } from './copyable.tsx';
import type { DeviceAction } from './device-action.ts';
import { DeviceName } from './device-name.tsx';
import { useShowRequests } from './use-show-requests.ts';

interface DeviceDetailsProps {
  readonly device: PairedDevice;
  readonly isRenaming: boolean;
  readonly onAction: (action: DeviceAction) => void;
  readonly onRenamed: () => void;
}

/** What is known of a device, and what can be done with it. */
export function DeviceDetails({ device, isRenaming, onAction, onRenamed }: DeviceDetailsProps) {
  const showRequests = useShowRequests();
  return (
    <section className="device-details" aria-label={device.name} data-part>
      <header className="device-head">
        {isRenaming ? (
          <DeviceName device={device} onEnd={onRenamed} />
        ) : (
          <>
            <h2 className="ellipsis">{device.name}</h2>
            <p className="muted">{systemWords(device)}</p>
          </>
        )}
      </header>
      <div className="device-actions">
        <button type="button" className="button primary" onClick={() => showRequests(device.name)}>
          Show its requests
        </button>
        <button type="button" className="button" title="F2" onClick={() => onAction('rename')}>
          Rename
        </button>
        <button type="button" className="button" title="Delete" onClick={() => onAction('remove')}>
          Remove …
        </button>
      </div>
      <CheckList checks={device.checks} />
      <Facts
        facts={[
          { name: 'Now', value: trafficWords(device) },
          { name: 'Address', value: <Copyable text={device.address} what="address" /> },
          {
            name: 'Hardware address',
            meaning:
              'The MAC address of its Wi-Fi. Phones use another one in every network, unless that is switched off.',
            value:
              device.hardware === null ? null : <Copyable text={device.hardware} what="hardware address" />,
          },
          { name: 'Paired', value: instantWords(device.pairedAtUs) },
          { name: 'Last seen', value: instantWords(device.seenAtUs) },
        ]}
      />
    </section>
  );
}

/** To the second: `2026-11-21 14:03:12`. */
function instantWords(us: number): string {
  return formatInstant(us).slice(0, -4);
}
