import { useNow } from '../components/use-now.ts';
import { useCommandKeys } from '../components/use-command-keys.ts';
import { useCommand } from '../components/use-keys.ts';
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
  const keys = useCommandKeys('record.toggle');
  useCommand('record.toggle', () => {
    if (state === null) return false;
    toggle();
    return true;
  });

  if (state === null) return <div className="record muted">Connecting</div>;
  const isPaused = on && ready && state.paused;
  return (
    <div className="record">
      <span className={`record-dot ${isPaused ? 'paused' : on && ready ? 'on' : ''}`} aria-hidden="true" />
      <span className={isPaused ? 'warning' : ''}>
        {!ready ? 'Interrupted' : !on ? 'Stopped' : state.paused ? 'Paused' : 'Recording'}
      </span>
      {on && ready && startedAtUs !== null && (
        <span className="record-clock" title="Since this recording began">
          {formatElapsed(nowUs - startedAtUs)}
        </span>
      )}
      <button
        type="button"
        className={`button ${on ? '' : 'primary'}`}
        disabled={!ready}
        title={keys.join(', ')}
        onClick={toggle}
      >
        {on ? 'Stop' : 'Start'}
      </button>
    </div>
  );
}
