import { useLayoutEffect, useRef, type FocusEvent } from 'react';

/** Keeps the keyboard in the panel that is shown: where it was in it before, else on the panel itself. */
export interface PanelFocus {
  /** For the element of each panel, which can have the focus but is no stop of Tab. */
  readonly panelProps: (id: string) => {
    readonly ref: (element: HTMLElement | null) => void;
    readonly tabIndex: -1;
    readonly onFocus: (event: FocusEvent) => void;
  };
  /** After what had the focus is gone. */
  readonly focusPanel: () => void;
}

export function usePanelFocus(shown: string): PanelFocus {
  const elements = useRef(new Map<string, HTMLElement>());
  const lastFocused = useRef(new Map<string, HTMLElement>());

  function focusPanel(): void {
    const panel = elements.current.get(shown);
    const last = lastFocused.current.get(shown);
    const target = last !== undefined && panel?.contains(last) === true ? last : panel;
    target?.focus({ preventScroll: true });
  }

  useLayoutEffect(() => {
    const active = document.activeElement;
    const hidden = [...elements.current].some(([id, panel]) => id !== shown && panel.contains(active));
    if (hidden) focusPanel();
    // The functions of this render belong to what is shown now.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shown]);

  return {
    panelProps: (id) => ({
      ref: (element) => {
        if (element !== null) elements.current.set(id, element);
      },
      tabIndex: -1,
      onFocus: ({ target }) => {
        if (target instanceof HTMLElement) lastFocused.current.set(id, target);
      },
    }),
    focusPanel,
  };
}
