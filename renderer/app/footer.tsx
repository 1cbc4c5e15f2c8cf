import { Icon } from '../components/icon.tsx';
import { Term } from '../components/term.tsx';
import { sourceText } from '../format/capture-form.ts';
import { formatCount } from '../format/duration.ts';
import { formatBytes, formatSize } from '../format/size.ts';
import { isRunning } from '../state/capture.ts';
import type { ConnectionState } from '../state/connection.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

const engineWords: Readonly<Record<ConnectionState, string>> = {
  connecting: 'connecting',
  ready: 'engine ok',
  lost: 'engine restarting',
  refused: 'not let in',
};

/** Whether packets are captured, and how fast they come. */
function CaptureState() {
  const { capture, layout } = useWindowState();
  const running = useStore(capture.list).filter(isRunning);
  const perSecond = useStore(capture.perSecond);
  const names = running.map(({ source }) => sourceText(source));
  return (
    <button
      type="button"
      className="footer-capture"
      title={
        running.length === 0
          ? 'No packets are captured. Open the packets'
          : `${names.join(', ')}. Open the packets`
      }
      onClick={() => layout.panel.set('packets')}
    >
      {running.length === 0
        ? 'capture off'
        : `${names.length === 1 ? names[0] : `${names.length} captures`} ${formatCount(perSecond)} packets/s`}
    </button>
  );
}

/** How the engine is. */
export function Footer() {
  const { connection, engine, session } = useWindowState();
  const connected = useStore(connection.state);
  const status = useStore(engine.status);
  const file = useStore(session.state);
  const index = file?.bodyIndex ?? null;
  return (
    <footer className="footer" data-part>
      <span className={`engine-state ${connected}`}>{engineWords[connected]}</span>
      {file !== null && (
        <span title={`${formatBytes(file.diskBytes)}: the session file and its log`}>
          {formatSize(file.diskBytes)} on disk
        </span>
      )}
      {index !== null && (
        <span>
          <Term meaning="How far the bodies are prepared for text search. Those that are not yet are searched too, only more slowly.">
            text index
          </Term>{' '}
          {Math.floor((100 * index.done) / Math.max(1, index.total))} %
        </span>
      )}
      {status !== null && (
        <>
          <span>
            <Term meaning="How late the engine comes to its work (99th percentile of the last second). Time measured while it is high is less exact.">
              loop delay
            </Term>{' '}
            {status.loopDelayMs.toFixed(1)} ms
          </span>
          <span title={formatBytes(status.memoryBytes)}>memory {formatSize(status.memoryBytes)}</span>
          {status.queueBytes > 0 && (
            <span>
              <Term meaning="What waits to be written. When it is full, bodies are no longer recorded; rows and times still are.">
                disk queue
              </Term>{' '}
              {formatSize(status.queueBytes)} of {formatSize(status.queueBytesMax)}
            </span>
          )}
        </>
      )}
      <CaptureState />
      {file !== null && (
        <button
          type="button"
          className="session-name"
          title={`${file.path}\nOpen another session, or copy this one`}
          onClick={() => session.dialogOpen.set(true)}
        >
          {file.readOnly && <Icon name="lock" size={12} />}
          <span className="ellipsis">{file.name}</span>
          {file.readOnly && <span>· read only</span>}
        </button>
      )}
    </footer>
  );
}
