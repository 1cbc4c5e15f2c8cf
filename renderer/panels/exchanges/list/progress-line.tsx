import { formatCount } from '../../../format/duration.ts';
import { useField } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** How far a filter that reads heads or bodies has come, and that the list is not complete where it was stopped. */
export function ProgressLine() {
  const { view } = useWindowState();
  const progress = useField(view.state, 'progress');
  if (progress === null) return null;
  const { done, total, isStopped } = progress;
  const looked = `${formatCount(done)} of ${formatCount(total)}`;
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
        {isStopped
          ? `Not complete: stopped after ${looked}. New exchanges are not looked at either.`
          : `Looked at ${looked}`}
      </span>
      <button type="button" className="button" onClick={() => void view.setLooking(isStopped)}>
        {isStopped ? 'Continue' : 'Stop'}
      </button>
    </div>
  );
}
