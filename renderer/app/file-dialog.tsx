import { useId, type ReactNode } from 'react';
import { useModal } from '../components/use-modal.ts';
import './transfers.css';

interface FileDialogProps {
  readonly title: string;
  /** The button that does it; Enter in a field presses it too. */
  readonly action: string;
  readonly busy: boolean;
  readonly disabled: boolean;
  /** Why it was not done, in one line. */
  readonly problem: string | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Shown while it is mounted; Escape and Cancel leave everything as it is. */
export function FileDialog(props: FileDialogProps) {
  const { title, action, busy, disabled, problem, onConfirm, onClose, children } = props;
  const id = useId();
  const modal = useModal(onClose);
  return (
    <dialog {...modal} className="file-dialog" aria-labelledby={id}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && !disabled) onConfirm();
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        {problem !== null && (
          <p className="file-problem" role="alert">
            {problem}
          </p>
        )}
        <div className="file-buttons">
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
