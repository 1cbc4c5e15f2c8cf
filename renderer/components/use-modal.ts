import { useLayoutEffect, useRef, type RefObject, type SyntheticEvent } from 'react';

/** What the dialog is given. */
interface ModalProps {
  readonly ref: RefObject<HTMLDialogElement | null>;
  readonly onCancel: (event: SyntheticEvent) => void;
  /** Does nothing any more once the dialog is gone: what takes long may end when another one is open. */
  readonly onClose: () => void;
}

/**
 * Shows a dialog as long as it is mounted. It is closed before it leaves the document: only then does the browser give
 * the focus back to what had it. Escape is told at once: by itself the browser closes first and tells later, and
 * whatever is asked in between would be closed with it.
 */
export function useModal(onClose: () => void): ModalProps {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const close = () => {
    if (ref.current !== null) onClose();
  };
  const onCancel = (event: SyntheticEvent) => {
    // A file field within tells of its own, too.
    if (event.target !== ref.current) return;
    event.preventDefault();
    close();
  };
  return { ref, onCancel, onClose: close };
}
