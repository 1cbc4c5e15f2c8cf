import { useNow } from '../components/use-now.ts';
import { useKeys } from '../components/use-keys.ts';
import { formatElapsed } from '../format/duration.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

/** Whether and for how long the proxy records, and the button that changes it. */
export function RecordControl() {
  const { recording, connection } = useWindowState();
  const state = useStore(recording.state);
  const ready = useStore(connection.state) === 'ready';
  const startedAtUs = state?.startedAtUs ?? null;
  const nowUs = useNow(startedAtUs !== null, 1000);
  const on = state?.recording === true;
  const toggle = () => void (on ? recording.stop() : recording.start());
  useKeys((event) => {
    if (event.key !== 'r' || event.ctrlKey || event.metaKey || state === null) return false;
    toggle();
    return true;
  });

  if (state === null) return <div className="record muted">Connecting</div>;
  return (
    <div className="record">
      <span className={`record-dot ${on && ready ? 'on' : ''}`} aria-hidden="true" />
      <span>{!ready ? 'Interrupted' : on ? 'Recording' : 'Stopped'}</span>
      {on && ready && startedAtUs !== null && (
        <span className="record-clock" title="Since this recording began">
          {formatElapsed(nowUs - startedAtUs)}
        </span>
      )}
      <button
        type="button"
        className={`button ${on ? '' : 'primary'}`}
        disabled={!ready}
        title="r"
        onClick={toggle}
      >
        {on ? 'Stop' : 'Start'}
      </button>
    </div>
  );
}
