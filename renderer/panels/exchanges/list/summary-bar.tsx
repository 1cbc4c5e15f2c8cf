import { useEffect, useState } from 'react';
import type { SelectionSummary } from '../../../../core/contract/exchanges.ts';
import { Duration, Size } from '../../../components/measure.tsx';
import { Term } from '../../../components/term.tsx';
import { formatCount, formatDuration, formatInstant } from '../../../format/duration.ts';
import { chosenCount } from '../../../state/selection.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { problemWords } from '../../../format/problem-words.ts';

const settleMs = 80;
const refreshMs = 1000;

/** What the selected exchanges sum up to, when there is more than one. */
export function SummaryBar({ onComment }: { readonly onComment: () => void }) {
  const { view, selection, actions } = useWindowState();
  const chosen = useStore(selection.chosen);
  const rows = useStore(view.calmCount);
  const count = chosenCount(chosen, rows);
  const isShown = count > 1;
  const [summary, setSummary] = useState<SelectionSummary | null>(null);

  useEffect(() => {
    if (!isShown) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const answer = await actions.summary();
      if (!isOver) setSummary(answer);
    };
    const later = (ms: number) => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void ask();
      }, ms);
    };
    later(settleMs);
    const stop = view.onChanged(() => later(refreshMs));
    return () => {
      isOver = true;
      clearTimeout(timer);
      stop();
    };
  }, [actions, view, chosen, isShown]);

  if (!isShown) return null;
  return (
    <div className="summary-bar" role="region" aria-label="Selected exchanges">
      <strong>{formatCount(summary?.count ?? count)} selected</strong>
      {summary !== null && <Figures summary={summary} />}
      <span className="grow" />
      <button type="button" className="button quiet" title="Comment (m)" onClick={onComment}>
        Comment
      </button>
      <button
        type="button"
        className="button quiet"
        title="Remove (Delete)"
        onClick={() => void actions.remove()}
      >
        Remove
      </button>
      <button type="button" className="button quiet" title="Escape" onClick={selection.clear}>
        Clear selection
      </button>
    </div>
  );
}

function Figures({ summary }: { readonly summary: SelectionSummary }) {
  const { fromUs, toUs, time, problems } = summary;
  return (
    <>
      <span>
        <span className="muted">up</span> <Size bytes={summary.requestBytes} meaning="request bodies" />
      </span>
      <span>
        <span className="muted">down</span> <Size bytes={summary.responseBytes} meaning="response bodies" />
      </span>
      {fromUs !== null && toUs !== null && (
        <span title={`${formatInstant(fromUs)} to ${formatInstant(toUs)}`}>
          <span className="muted">over</span> {formatDuration(toUs - fromUs)}
        </span>
      )}
      {time !== null && (
        <span>
          <Term meaning="Half of them took no longer than p50; 95 and 99 of a hundred no longer than p95 and p99.">
            time
          </Term>{' '}
          <span className="muted">p50</span> <Duration us={time.p50} /> <span className="muted">p95</span>{' '}
          <Duration us={time.p95} /> <span className="muted">p99</span> <Duration us={time.p99} />
        </span>
      )}
      {problems > 0 && (
        <span className="problem" title={problemWords}>
          {formatCount(problems)} problem{problems === 1 ? '' : 's'}
        </span>
      )}
    </>
  );
}
