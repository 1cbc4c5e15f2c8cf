import { useState, type ReactNode } from 'react';
import { CopyButton } from '../components/copy-button.tsx';
import { Icon } from '../components/icon.tsx';
import { ToneSign } from '../components/tone-sign.tsx';
import type { Tone } from '../format/tone.ts';
import type { Notice } from '../state/notices.ts';
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
  const dismissNotice = (id: number) => {
    notices.dismiss(id);
    onDismissed();
  };
  return (
    // It is there before the first line is: what is put into it later is read out.
    <div className="notice-lines" role="status" data-part>
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
      {list.map((each) => (
        <Line
          key={each.id}
          tone={each.tone}
          details={each.details}
          action={<NoticeButtons notice={each} onDone={() => dismissNotice(each.id)} />}
          onDismiss={() => dismissNotice(each.id)}
        >
          {each.text}
        </Line>
      ))}
    </div>
  );
}

function NoticeButtons({ notice, onDone }: { readonly notice: Notice; readonly onDone: () => void }) {
  const { action, copy } = notice;
  return (
    <>
      {copy !== null && <CopyButton text={copy.text} what={copy.what} />}
      {action !== null && (
        <button
          type="button"
          className="button"
          onClick={() => {
            onDone();
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
    </>
  );
}

interface LineProps {
  readonly tone: Tone;
  readonly details?: readonly string[];
  readonly action?: ReactNode;
  readonly onDismiss: () => void;
  readonly children: ReactNode;
}

function Line({ tone, details = [], action, onDismiss, children }: LineProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={`banner ${tone}`}>
      <ToneSign tone={tone} />
      <p className="grow">{children}</p>
      {details.length > 0 && (
        <button type="button" className="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Details
        </button>
      )}
      {action}
      <button type="button" className="button quiet" title="Dismiss" aria-label="Dismiss" onClick={onDismiss}>
        <Icon name="close" size={12} />
      </button>
      {isOpen && (
        <ul className="notice-details">
          {details.map((line, at) => (
            <li key={at}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
