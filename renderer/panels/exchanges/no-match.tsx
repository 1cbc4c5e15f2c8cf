import { quicWords } from '../../../core/model/redirect-words.ts';
import { asksForHttp3 } from '../../format/asks-for-http3.ts';
import { formatCount } from '../../format/duration.ts';
import { useField, useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

/** A filter that lets nothing through. */
export function NoMatch() {
  const { filter, session, tree, view } = useWindowState();
  const narrowing = useField(view.state, 'narrowing');
  const text = useField(view.state, 'filter');
  const progress = useField(view.state, 'progress');
  const total = useStore(session.state)?.exchanges ?? 0;
  return (
    <div className="guide">
      <h2>
        No exchange {progress === null ? 'matches' : 'found yet that matches'}{' '}
        {text.length > 0 ? 'the filter' : 'what the tree shows'}
      </h2>
      {progress !== null && (
        <p>
          {progress.isStopped
            ? `Looking was stopped after ${formatCount(progress.done)} of ${formatCount(progress.total)} exchanges.`
            : `Their heads and bodies are being read: ${formatCount(progress.done)} of ${formatCount(progress.total)} so far. What matches appears here.`}
        </p>
      )}
      {progress === null && (
        <p>
          {total === 1
            ? 'The one exchange of this session is'
            : `All ${formatCount(total)} exchanges of this session are`}{' '}
          hidden. New ones appear here as soon as they match.
        </p>
      )}
      {asksForHttp3(text) && <p>{quicWords}</p>}
      {text.length > 0 && (
        <button type="button" className="button" onClick={filter.clear}>
          Clear the filter
        </button>
      )}
      {narrowing.length > 0 && (
        <button type="button" className="button" onClick={tree.showAll}>
          Show all branches of the tree
        </button>
      )}
    </div>
  );
}
