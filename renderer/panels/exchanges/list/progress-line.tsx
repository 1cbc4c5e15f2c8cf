import { formatCount } from '../../../format/duration.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** How far a filter that reads heads or bodies has come. */
export function ProgressLine() {
  const { view } = useWindowState();
  const { progress } = useStore(view.state);
  if (progress === null) return null;
  const { done, total } = progress;
  return (
    <div className="list-progress">
      <div className="list-progress-bar" style={{ width: `${(100 * done) / Math.max(1, total)}%` }} />
      <span
        role="progressbar"
        aria-label="Exchanges looked at"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        Looked at {formatCount(done)} of {formatCount(total)}
      </span>
      <button type="button" className="button quiet" onClick={view.stopLooking}>
        Stop
      </button>
    </div>
  );
}
