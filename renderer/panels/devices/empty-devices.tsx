import { useWindowState } from '../../state/window-state.ts';
import { AdbDevices } from './adb-devices.tsx';

/** No phone yet: what this place is for, and the one thing to do next. */
export function EmptyDevices() {
  const { devices } = useWindowState();
  return (
    <div className="devices-empty">
      <h2>See what a phone sends</h2>
      <p>
        Phones and tablets in the same network can send their traffic through Plumbline. Their requests then
        stand among the exchanges, with the name of the device and the time each part took, the encrypted ones
        too.
      </p>
      <ol>
        <li>Scan a code with the camera of the phone. No cable and no app is needed.</li>
        <li>Follow the steps on its screen: a proxy for its Wi-Fi, and a certificate to trust.</li>
        <li>Watch here whether each step has worked. All of it takes about two minutes.</li>
      </ol>
      <button type="button" className="button primary" data-start onClick={() => void devices.beginPairing()}>
        Add a phone
      </button>
      <p className="muted">
        Until then the proxy is closed to other devices. Only those that give the code, or that you allow,
        come in.
      </p>
      <AdbDevices />
    </div>
  );
}
