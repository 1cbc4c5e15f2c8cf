import { useId, useState, type ReactNode } from 'react';
import { useModal } from './use-modal.ts';
import './ask-dialog.css';

interface AskDialogProps {
  readonly title: string;
  readonly action: string;
  /** Null closes the dialog; a line says why it stays. */
  readonly onConfirm: () => Promise<string | null>;
  readonly onClose: () => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** Asks before something is done; Escape and Cancel leave everything as it is. Shown while it is mounted. */
export function AskDialog(props: AskDialogProps) {
  const { title, action, onConfirm, onClose, disabled = false, children } = props;
  const id = useId();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const modal = useModal(onClose);

  const confirm = async () => {
    setBusy(true);
    const refused = await onConfirm();
    setBusy(false);
    setProblem(refused);
    if (refused === null) modal.onClose();
  };
  return (
    <dialog {...modal} className="ask-dialog" aria-labelledby={id}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        <p className="problem" role="alert" hidden={problem === null}>
          {problem}
        </p>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={disabled || busy}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
