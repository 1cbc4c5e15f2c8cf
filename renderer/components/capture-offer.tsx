import { useState } from 'react';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import { CommandWords } from './command-words.tsx';
import { CopyButton } from './copy-button.tsx';
import './capture-offer.css';

/** Whether packets can be captured here, what installs the helper, and what takes it away again. */
export function CaptureOffer({ withRemoval = false }: { readonly withRemoval?: boolean }) {
  const { capture } = useWindowState();
  const ability = useStore(capture.ability);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  if (ability === null) return null;
  const change = async (wanted: boolean) => {
    setBusy(true);
    setProblem(await capture.install(wanted));
    setBusy(false);
  };
  const isReady = ability.state === 'ready';
  const steps = isReady ? (withRemoval ? ability.removeSteps : []) : ability.steps;
  return (
    <div className="capture-offer">
      <p>{ability.explanation}</p>
      {steps.length > 0 && (
        <>
          <p className="muted">
            {isReady
              ? 'These commands take it away again:'
              : 'These commands do it; they can be taken back in Settings → Packet capture.'}
          </p>
          <ul aria-label={isReady ? 'Commands to remove the helper' : 'Commands to install the helper'}>
            {steps.map((step) => (
              <li key={step} className="capture-command">
                <CommandWords text={step} />
                <CopyButton text={step} what="command" />
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="capture-buttons">
        {ability.canInstall && !isReady && (
          <button
            type="button"
            className="button primary"
            disabled={isBusy}
            onClick={() => void change(true)}
          >
            Install, asking for the password
          </button>
        )}
        {isReady && withRemoval && ability.removeSteps.length > 0 && (
          <button type="button" className="button" disabled={isBusy} onClick={() => void change(false)}>
            Remove the helper
          </button>
        )}
        {!isReady && (
          <button type="button" className="button" disabled={isBusy} onClick={() => void capture.lookAgain()}>
            Look again
          </button>
        )}
      </p>
      {problem !== null && (
        <p className="capture-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
