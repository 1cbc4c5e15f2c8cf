import { useState, type ReactNode } from 'react';
import { Icon } from '../components/icon.tsx';
import { ToneSign } from '../components/tone-sign.tsx';
import type { Tone } from '../format/tone.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

/** What an operation, the recording or the session has to say, until it is dismissed. */
export function NoticeLines({ onDismissed }: { readonly onDismissed: () => void }) {
  const { notices, session, recording } = useWindowState();
  const list = useStore(notices.list);
  const notice = useStore(session.state)?.notice ?? null;
  const problem = useStore(recording.state)?.problem ?? null;
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const dismiss = (text: string) => {
    setDismissed([...dismissed, text]);
    onDismissed();
  };
  return (
    <>
      {problem !== null && !dismissed.includes(problem) && (
        <Line tone="problem" onDismiss={() => dismiss(problem)}>
          {problem}
        </Line>
      )}
      {notice !== null && !dismissed.includes(notice) && (
        <Line tone="note" onDismiss={() => dismiss(notice)}>
          {notice}
        </Line>
      )}
      {list.map(({ id, text }) => (
        <Line
          key={id}
          tone="warning"
          onDismiss={() => {
            notices.dismiss(id);
            onDismissed();
          }}
        >
          {text}
        </Line>
      ))}
    </>
  );
}

interface LineProps {
  readonly tone: Tone;
  readonly onDismiss: () => void;
  readonly children: ReactNode;
}

function Line({ tone, onDismiss, children }: LineProps) {
  return (
    <div className={`banner ${tone}`} role="status">
      <ToneSign tone={tone} />
      <p className="grow">{children}</p>
      <button type="button" className="button quiet" title="Dismiss" aria-label="Dismiss" onClick={onDismiss}>
        <Icon name="close" size={12} />
      </button>
    </div>
  );
}
