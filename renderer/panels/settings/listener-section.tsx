import { CopyButton } from '../../components/copy-button.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { OneLineForm } from './one-line-form.tsx';
import { Section } from './section.tsx';

export function ListenerSection() {
  const { recording } = useWindowState();
  const state = useStore(recording.state);
  const listener = state?.listener ?? null;
  return (
    <Section
      title="Proxy address"
      explanation="Applications use this address as their HTTP and HTTPS proxy. On 127.0.0.1 only this computer can reach it."
    >
      <div className="setting-line">
        {listener === null ? (
          <>
            <span className="muted">Stopped</span>
            <button type="button" className="button" onClick={() => void recording.start()}>
              Start recording
            </button>
          </>
        ) : (
          <>
            <span className="mono">{listener}</span>
            <CopyButton text={listener} what="proxy address" />
          </>
        )}
      </div>
      {state?.problem != null && <p className="problem">{state.problem}</p>}
      <OneLineForm
        label="Another address"
        placeholder="for example 127.0.0.1:9090"
        action="Listen there"
        onSubmit={(listen) => recording.start(listen)}
      />
    </Section>
  );
}
