import { ToneSign } from '../../components/tone-sign.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { AdbDeviceCard } from './adb-device.tsx';
import './adb-devices.css';

/** Devices by cable and emulators: looked for when somebody asks, and what can be done with each. */
export function AdbDevices() {
  const { adb } = useWindowState();
  const state = useStore(adb.state);
  const isLooking = useStore(adb.looking);
  const problem = useStore(adb.problem);
  const hasAdb = state?.program != null;
  return (
    <section className="device-cards adb-devices" aria-label="By cable or emulator">
      <div className="adb-head">
        <h3>By cable or emulator (adb)</h3>
        <button
          type="button"
          className="button"
          aria-disabled={isLooking}
          title="Runs adb, which starts its server if there is none"
          onClick={() => void adb.look()}
        >
          {isLooking ? 'Looking …' : hasAdb ? 'Look again' : 'Look for devices'}
        </button>
      </div>
      <div role="status" className="adb-told">
        {problem !== null && (
          <p className="adb-said">
            <ToneSign tone="problem" />
            <span>{problem}</span>
          </p>
        )}
        {state === null && problem === null && (
          <p className="muted">
            Android devices on USB and emulators need no code and no Wi-Fi: the proxy and the certificate are
            set through adb, a program of Android’s SDK.
          </p>
        )}
        {state?.program === null && (
          <p>
            adb was not found. It sets up Android devices on USB and emulators: install the “SDK
            Platform-Tools” from developer.android.com, or put adb where PATH or ANDROID_HOME finds it.
          </p>
        )}
        {hasAdb && state.devices.length === 0 && problem === null && (
          <p className="muted">
            adb reaches no device. Turn on “USB debugging” in its developer options and plug it in, or start
            an emulator.
          </p>
        )}
      </div>
      {state !== null && state.devices.length > 0 && (
        <ul>
          {state.devices.map((device) => (
            <AdbDeviceCard key={device.serial} device={device} />
          ))}
        </ul>
      )}
    </section>
  );
}
