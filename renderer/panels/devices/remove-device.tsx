import type { PairedDevice } from '../../../core/contract/devices.ts';
import { AskDialog } from '../../components/ask-dialog.tsx';
import { useWindowState } from '../../state/window-state.ts';

interface RemoveDeviceProps {
  readonly device: PairedDevice;
  readonly onClose: () => void;
}

export function RemoveDevice({ device, onClose }: RemoveDeviceProps) {
  const { devices } = useWindowState();
  return (
    <AskDialog
      title={`Remove ${device.name}`}
      action="Remove"
      onConfirm={() => devices.remove(device.id)}
      onClose={onClose}
    >
      <ul className="consequences">
        <li>Its connections are cut at once, and the proxy refuses it until it is added again.</li>
        <li>
          The proxy and the certificate stay on the phone: take both off there, or it has no network in this
          Wi-Fi. This place reminds you how.
        </li>
        <li>What was recorded of it stays in the session.</li>
      </ul>
    </AskDialog>
  );
}
