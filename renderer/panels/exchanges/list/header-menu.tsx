import { ContextMenu } from 'radix-ui';
import { MenuItem } from '../../../components/menu-item.tsx';
import type { Column } from './columns.ts';
import { contentWidth, useColumnChoice } from './use-column-choice.ts';

interface HeaderMenuProps {
  readonly column: Column | null;
  readonly onChooseColumns: () => void;
}

/** What can be done with a column. */
export function HeaderMenu({ column, onChooseColumns }: HeaderMenuProps) {
  const choice = useColumnChoice();
  if (column === null) return null;
  return (
    <>
      <ContextMenu.Label className="menu-meaning">
        <strong>{column.label}</strong> {column.meaning}
      </ContextMenu.Label>
      {column.sort !== null && (
        <>
          <MenuItem onSelect={() => choice.sortBy(column, false)}>Sort ascending</MenuItem>
          <MenuItem onSelect={() => choice.sortBy(column, true)}>Sort descending</MenuItem>
          <ContextMenu.Separator />
        </>
      )}
      <MenuItem keys="Ctrl ←" onSelect={() => choice.move(column, -1)}>
        Move left
      </MenuItem>
      <MenuItem keys="Ctrl →" onSelect={() => choice.move(column, 1)}>
        Move right
      </MenuItem>
      <MenuItem onSelect={() => choice.resize(column, contentWidth(placeOf(column)))}>
        Fit the content
      </MenuItem>
      <MenuItem onSelect={() => choice.resize(column, null)}>Usual width</MenuItem>
      <MenuItem keys="Delete" onSelect={() => choice.hide(column)}>
        Hide this column
      </MenuItem>
      <ContextMenu.Separator />
      <MenuItem onSelect={onChooseColumns}>Choose columns …</MenuItem>
      <MenuItem onSelect={choice.reset}>Usual columns and widths</MenuItem>
    </>
  );
}

/** Where the column stands in the list, from 1. */
function placeOf({ id }: Column): number {
  const head = document.querySelector(`.list-header [data-column="${id}"]`);
  return Number(head?.getAttribute('aria-colindex') ?? 0);
}
