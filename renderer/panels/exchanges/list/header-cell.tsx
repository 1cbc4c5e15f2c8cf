import type { KeyboardEvent, PointerEvent } from 'react';
import { isMenuKey, openMenuAt } from '../../../components/menu-key.ts';
import { hasCommand } from '../../../components/use-keys.ts';
import { useField, type Store } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { ColumnBorder } from './column-border.tsx';
import { borderSide, type Column } from './columns.ts';
import { ScaleChooser } from './scale-chooser.tsx';
import { contentWidth, useColumnChoice } from './use-column-choice.ts';

interface HeaderCellProps {
  readonly column: Column;
  readonly shown: readonly Column[];
  /** µs across the waterfall column. */
  readonly scaleUs: Store<number>;
  /** Tab stops at it; arrows go on to the others. */
  readonly isStop: boolean;
  readonly onFocus: () => void;
}

/** Steps of a width that is changed by keys, px. */
const widthStep = 16;
/** A press that moves less is a click, px. */
const dragLeast = 5;

/** Head of a column: a click sorts, dragging moves it, its border sizes it; Shift and Ctrl with arrows do the same. */
export function HeaderCell({ column, shown, scaleUs, isStop, onFocus }: HeaderCellProps) {
  const { view } = useWindowState();
  const sort = useField(view.state, 'sort');
  const choice = useColumnChoice();
  const at = shown.indexOf(column);
  const side = borderSide(column, shown);
  const isSorted = column.sort !== null && sort.column === column.sort;
  const order = isSorted ? (sort.descending ? 'descending' : 'ascending') : undefined;
  const arrow = sort.descending ? '▼' : '▲';

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Enter' || event.key === ' ') choice.sort(column);
    else if (event.key === 'Delete') {
      focusBeside(event.currentTarget, at === shown.length - 1 ? -1 : 1);
      choice.hide(column);
    } else if (isMenuKey(event)) openMenuAt(event.currentTarget);
    else if (by === undefined) return;
    else if (hasCommand(event)) choice.move(column, by);
    else if (event.shiftKey)
      choice.resize(column, event.currentTarget.getBoundingClientRect().width + by * widthStep);
    else focusBeside(event.currentTarget, by);
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className={`header-cell ${column.align ?? ''}${isSorted ? ' sorted' : ''}`}
      role="columnheader"
      tabIndex={isStop ? 0 : -1}
      onFocus={onFocus}
      aria-colindex={at + 1}
      aria-sort={order}
      data-column={column.id}
      title={column.id === 'waterfall' ? undefined : column.meaning}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => startDrag(event, column.id, () => choice.sort(column), choice.put)}
    >
      {column.id === 'waterfall' ? <ScaleChooser scaleUs={scaleUs} /> : column.label}
      {isSorted && !(column.id === 'number' && !sort.descending) && (
        <span className="sort-arrow" aria-hidden="true">
          {arrow}
        </span>
      )}
      {side !== null && (
        <ColumnBorder
          side={side}
          onResize={(width) => choice.resize(column, width)}
          onReset={() => choice.resize(column, contentWidth(at + 1))}
        />
      )}
    </div>
  );
}

function focusBeside(cell: HTMLElement, by: number): void {
  const beside = by < 0 ? cell.previousElementSibling : cell.nextElementSibling;
  if (beside instanceof HTMLElement && beside.matches('[data-column]')) beside.focus();
}

/** Follows the pointer until it is let go: a click where it hardly moved, else the column goes to where it is. */
function startDrag(
  event: PointerEvent<HTMLElement>,
  id: string,
  click: () => void,
  put: (id: string, before: string | null) => void,
): void {
  if (event.button !== 0 || !(event.target instanceof Element)) return;
  if (event.target.closest('.column-border, select, button') !== null) return;
  const cell = event.currentTarget;
  const header = cell.parentElement;
  if (header === null) return;
  const cells = [...header.querySelectorAll<HTMLElement>('[data-column]')];
  const boxes = cells.map((each) => each.getBoundingClientRect());
  const startX = event.clientX;
  let isDragged = false;
  let before: string | null = id;
  cell.setPointerCapture(event.pointerId);
  const mark = (at: number | null) => {
    for (const [index, each] of cells.entries()) {
      each.classList.toggle('drop-before', index === at);
      each.classList.toggle('drop-after', at === cells.length && index === cells.length - 1);
    }
  };
  const onMove = (move: globalThis.PointerEvent) => {
    if (!isDragged && Math.abs(move.clientX - startX) < dragLeast) return;
    isDragged = true;
    cell.classList.add('dragged');
    const found = boxes.findIndex((box) => move.clientX < box.left + box.width / 2);
    const at = found < 0 ? cells.length : found;
    before = cells[at]?.dataset['column'] ?? null;
    mark(at);
  };
  const end = (up: globalThis.PointerEvent) => {
    cell.removeEventListener('pointermove', onMove);
    cell.removeEventListener('pointerup', end);
    cell.removeEventListener('pointercancel', end);
    cell.classList.remove('dragged');
    mark(null);
    if (up.type === 'pointercancel') return;
    if (!isDragged) click();
    else if (before !== id) put(id, before);
  };
  cell.addEventListener('pointermove', onMove);
  cell.addEventListener('pointerup', end);
  cell.addEventListener('pointercancel', end);
}
