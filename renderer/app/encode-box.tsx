import { useEffect, useLayoutEffect, useState } from 'react';
import { transformInput } from '../../core/decoders/transforms.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { Icon } from '../components/icon.tsx';
import { useModal } from '../components/use-modal.ts';
import { steps, type Step } from '../format/runtime-transforms.ts';
import { runSteps, type StepsOutcome } from '../format/run-steps.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import './encode-box.css';

const groups = ['Decode', 'Encode', 'Explain', 'Digest'] as const;
const inputCharsMax = 4_194_304;

/** Encodes and decodes what is typed or was selected, several steps one after another. */
export function EncodeBox() {
  const { encodeBox } = useWindowState();
  const opened = useStore(encodeBox.input);
  return opened !== null && <Dialog first={opened} onClose={encodeBox.close} />;
}

interface DialogProps {
  readonly first: string;
  readonly onClose: () => void;
}

function Dialog({ first, onClose }: DialogProps) {
  const modal = useModal(onClose);
  useLayoutEffect(() => modal.ref.current?.querySelector('textarea')?.focus(), [modal.ref]);
  return (
    <dialog
      {...modal}
      className="encode-box"
      aria-label="Encode and decode"
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <Contents first={first} onClose={onClose} />
    </dialog>
  );
}

function Contents({ first, onClose }: DialogProps) {
  const [input, setInput] = useState(first.slice(0, inputCharsMax));
  const [chain, setChain] = useState<readonly Step[]>([]);
  const [outcome, setOutcome] = useState<StepsOutcome>({ text: '', bytes: 0, note: null, problem: null });
  useEffect(() => {
    let current = true;
    void runSteps(transformInput(input, Date.now()), chain).then((next) => {
      if (current) setOutcome(next);
    });
    return () => {
      current = false;
    };
  }, [input, chain]);
  const swap = () => {
    setInput(outcome.text);
    const undo = chain.map(({ inverse }) => steps.find(({ id }) => id === inverse)).reverse();
    setChain(undo.filter((step): step is Step => step !== undefined));
  };
  return (
    <>
      <header>
        <h2>Encode and decode</h2>
        <button type="button" className="button quiet" aria-label="Close" onClick={onClose}>
          <Icon name="close" size={14} />
        </button>
      </header>
      <label className="encode-label" htmlFor="encode-input">
        Input
      </label>
      <textarea
        id="encode-input"
        className="mono"
        spellCheck={false}
        maxLength={inputCharsMax}
        value={input}
        placeholder="Type or paste here, then choose what to do with it. Steps are applied one after another."
        onChange={(event) => setInput(event.target.value)}
      />
      <div className="encode-groups">
        {groups.map((group) => (
          <div key={group} role="group" aria-label={group}>
            <span className="muted">{group}</span>
            {steps
              .filter((step) => step.group === group)
              .map((step) => (
                <button
                  key={step.id}
                  type="button"
                  className="button"
                  onClick={() => setChain([...chain, step])}
                >
                  {step.name}
                </button>
              ))}
          </div>
        ))}
      </div>
      <div className="encode-chain">
        {chain.length === 0 && <span className="muted">No steps yet: the output is the input.</span>}
        {chain.map((step, index) => (
          <button
            key={index}
            type="button"
            className="button"
            title="Take this step out"
            onClick={() => setChain(chain.filter((_, at) => at !== index))}
          >
            {index + 1}. {step.group === 'Digest' ? step.name : `${step.group} ${step.name}`}
            <Icon name="close" size={14} />
          </button>
        ))}
        <span className="spacer" />
        <button
          type="button"
          className="button"
          title="The output becomes the input, the steps their inverses"
          onClick={swap}
        >
          Swap
        </button>
        <button type="button" className="button" disabled={chain.length === 0} onClick={() => setChain([])}>
          Clear steps
        </button>
      </div>
      <div className="encode-label">
        Output
        <CopyButton text={outcome.text} what="output" />
        <span className="muted">{outcome.note}</span>
      </div>
      {outcome.problem !== null && (
        <p className="problem" role="alert">
          {outcome.problem}
        </p>
      )}
      <textarea className="mono" aria-label="Output" readOnly value={outcome.text} />
    </>
  );
}
