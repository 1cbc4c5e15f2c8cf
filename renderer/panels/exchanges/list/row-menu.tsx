import { useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { ContextMenu } from 'radix-ui';
import { useWindowState } from '../../../state/window-state.ts';
import { isChosen } from '../../../state/selection.ts';
import { columnOf, columnsOf } from './columns.ts';
import { ExchangeMenu } from './exchange-menu.tsx';
import { HeaderMenu } from './header-menu.tsx';
import { rowIndexAt } from './row-place.ts';

interface RowMenuProps {
  readonly onComment: () => void;
  readonly children: ReactNode;
}

interface Target {
  readonly place: 'row' | 'header';
  /** The column that was pointed at. */
  readonly columnId: string | null;
}

/** The menu of the rows and, over the header, of a column. */
export function RowMenu({ onComment, children }: RowMenuProps) {
  const { view, selection, layout } = useWindowState();
  const [target, setTarget] = useState<Target>({ place: 'row', columnId: null });

  const open = (event: MouseEvent) => {
    const element = event.target instanceof Element ? event.target : null;
    const header = element?.closest<HTMLElement>('.list-header');
    if (header != null) {
      const id = element?.closest<HTMLElement>('[data-column]')?.dataset['column'] ?? null;
      setTarget({ place: 'header', columnId: id });
      return;
    }
    const pointedAt = rowIndexAt(element);
    const index = pointedAt ?? selection.state.get()?.index ?? null;
    const record = index === null ? undefined : view.row(index);
    if (index === null || record === undefined) {
      event.preventDefault();
      return;
    }
    if (!isChosen(selection.chosen.get(), record.id)) selection.select(record.id, index);
    else if (pointedAt !== null && selection.chosen.get().ids?.size === 1) selection.select(record.id, index);
    const at = Number(element?.closest('[aria-colindex]')?.getAttribute('aria-colindex') ?? 0);
    const scroller = element?.closest<HTMLElement>('[role="grid"]');
    const head = scroller?.querySelector<HTMLElement>(`[data-column][aria-colindex="${at}"]`);
    setTarget({ place: 'row', columnId: head?.dataset['column'] ?? null });
  };
  /** Instead of going back to where the menu was opened. */
  const afterwards = useRef<(() => void) | null>(null);
  const goBack = () => {
    // The menu may be open again already: this comes a moment after it was closed.
    if (document.activeElement?.closest('[role="menu"]') != null) return;
    const { place, columnId } = target;
    const head = place === 'row' ? null : document.querySelector<HTMLElement>(`[data-column="${columnId}"]`);
    const field = document.querySelector<HTMLElement>('#comment-text');
    (head ?? field ?? document.querySelector<HTMLElement>('[role="grid"]'))?.focus();
  };
  const column = target.columnId === null ? null : columnOf(target.columnId);
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild onContextMenuCapture={open}>
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content
          className="menu"
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            (afterwards.current ?? goBack)();
            afterwards.current = null;
          }}
        >
          {target.place === 'header' ? (
            <HeaderMenu
              column={column ?? columnsOf(layout.columns.get())[0] ?? null}
              onChooseColumns={() => {
                afterwards.current = openChooser;
              }}
            />
          ) : (
            <ExchangeMenu column={column} onComment={onComment} />
          )}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function openChooser(): void {
  document.querySelector<HTMLElement>('.column-button')?.click();
}
