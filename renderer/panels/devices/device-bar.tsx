import type { DevicesState } from '../../../core/contract/devices.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { ToneSign } from '../../components/tone-sign.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

/** Where phones reach the proxy, or why they do not. */
export function DeviceBar({ state }: { readonly state: DevicesState }) {
  const { devices } = useWindowState();
  return (
    <div className="device-bar" data-part>
      <Listener {...state} />
      {state.saveProblem !== null && (
        <div className="device-listener">
          <ToneSign tone="warning" />
          <p>{state.saveProblem}</p>
        </div>
      )}
      <button type="button" className="button primary" data-start onClick={() => void devices.beginPairing()}>
        Add a phone
      </button>
    </div>
  );
}

function Listener({ listener, problem, devices }: DevicesState) {
  const { recording } = useWindowState();
  const isRecording = useStore(recording.state)?.recording;
  if (listener !== null) {
    return (
      <p className="device-listener">
        Phones reach the proxy at <span className="mono">{listener}</span>
        <CopyButton text={listener} what="address of the proxy" />
      </p>
    );
  }
  if (problem === null && (isRecording !== false || devices.length === 0)) {
    return <p className="device-listener muted">The proxy is closed to phones until one is added.</p>;
  }
  return (
    <div className="device-listener">
      <ToneSign tone="warning" />
      <p>
        {isRecording === false
          ? 'Recording is off. Phones that have the proxy set reach nothing until it is on.'
          : problem}
      </p>
      {isRecording === false && (
        <button type="button" className="button" onClick={() => void recording.start()}>
          Start recording
        </button>
      )}
    </div>
  );
}
