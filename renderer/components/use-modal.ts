import { useLayoutEffect, type RefObject } from 'react';

/**
 * Shows a dialog as long as it is mounted. It is closed before it leaves the document: only then does the browser give
 * the focus back to what had it.
 */
export function useModal(dialog: RefObject<HTMLDialogElement | null>): void {
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, [dialog]);
}
