import type { CaptureState } from '../../../core/contract/capture.ts';
import { Term } from '../../components/term.tsx';
import { useNow } from '../../components/use-now.ts';
import { dropWords, droppedCount, sourceText } from '../../format/capture-form.ts';
import { formatCount, formatElapsed } from '../../format/duration.ts';
import { formatSize } from '../../format/size.ts';
import { isRunning } from '../../state/capture.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

/** A line for each capture that runs: how much came, how much was lost, and a way to stop it. */
export function CaptureLines() {
  const { capture } = useWindowState();
  const running = useStore(capture.list).filter(isRunning);
  if (running.length === 0) return null;
  return (
    <div className="capture-lines" data-part>
      {running.map((state) => (
        <Line key={state.captureId} state={state} />
      ))}
    </div>
  );
}

function Line({ state }: { readonly state: CaptureState }) {
  const { capture } = useWindowState();
  const nowUs = useNow(true, 1000);
  const dropped = dropWords(state);
  const name = sourceText(state.source);
  return (
    <div className="capture-line" role="group" aria-label={`Capture on ${name}`}>
      <span className="record-dot on" aria-hidden="true" />
      <span>
        {state.state === 'starting' ? 'Starting on' : 'Capturing on'} <span className="mono">{name}</span>
      </span>
      {state.filter !== '' && <span className="mono muted ellipsis">{state.filter}</span>}
      <span className="mono">{formatElapsed(nowUs - state.startedAtUs)}</span>
      <span>
        {formatCount(state.packets)} packet{state.packets === 1 ? '' : 's'}, {formatSize(state.bytes)}
      </span>
      {dropped !== '' && (
        <span className={droppedCount(state) > 0 ? 'warning' : 'muted'}>
          <Term meaning="Packets that were on the wire and are not here: the kernel’s buffer was full, the interface lost them, or Plumbline could not store them in time. What looks like loss may be only that.">
            dropped
          </Term>
          : {dropped}
        </span>
      )}
      {state.problem !== null && <span className="warning ellipsis">{state.problem}</span>}
      <span className="spacer" />
      <button type="button" className="button" onClick={() => void capture.stop(state.captureId)}>
        Stop
      </button>
    </div>
  );
}
