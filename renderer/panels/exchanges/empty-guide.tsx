import { CopyButton } from '../../components/copy-button.tsx';
import { curlCommand } from '../../format/curl-command.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

/** A session without exchanges: what this place shows and the one thing to do next. */
export function EmptyGuide() {
  const { recording, engine } = useWindowState();
  const state = useStore(recording.state);
  const authority = useStore(engine.authority);
  if (state === null) return null;
  if (state.listener === null) {
    return (
      <div className="guide">
        <h2>Nothing is recorded yet</h2>
        <p>
          This place lists every request that passes Plumbline, with the time it took on both sides of the
          proxy. The proxy is stopped.
        </p>
        {state.problem !== null && <p className="problem">{state.problem}</p>}
        <button type="button" className="button primary" onClick={() => void recording.start()}>
          Start recording
        </button>
      </div>
    );
  }
  const command = authority === null ? null : curlCommand(state.listener, authority.certificatePath);
  return (
    <div className="guide">
      <h2>Waiting for the first request</h2>
      <p>
        Every request that passes the proxy appears here, with the time it took on both sides. Send a first
        one from a terminal:
      </p>
      {command !== null && (
        <div className="command">
          <code>{command}</code>
          <CopyButton text={command} what="command" />
        </div>
      )}
      <p className="muted">
        For an application of your own, set its HTTP and HTTPS proxy to{' '}
        <span className="mono">{state.listener}</span>
        <CopyButton text={state.listener} what="proxy address" /> and let it trust the certificate
        {authority !== null && (
          <>
            {' '}
            in <span className="mono">{authority.certificatePath}</span>
            <CopyButton text={authority.certificatePath} what="path of the certificate" />
          </>
        )}
      </p>
    </div>
  );
}
