import { ContextMenu } from 'radix-ui';
import { MenuItem } from '../../../components/menu-item.tsx';
import type { Column } from './columns.ts';
import { useColumnChoice } from './use-column-choice.ts';

/** What can be done with a column. */
export function HeaderMenu({ column }: { readonly column: Column | null }) {
  const choice = useColumnChoice();
  if (column === null) return null;
  return (
    <>
      <ContextMenu.Label>{column.label}</ContextMenu.Label>
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
      <MenuItem onSelect={() => choice.resize(column, null)}>Usual width</MenuItem>
      <MenuItem keys="Delete" onSelect={() => choice.hide(column)}>
        Hide this column
      </MenuItem>
      <ContextMenu.Separator />
      <MenuItem onSelect={() => requestAnimationFrame(openChooser)}>Choose columns…</MenuItem>
      <MenuItem onSelect={choice.reset}>Usual columns and widths</MenuItem>
    </>
  );
}

function openChooser(): void {
  document.querySelector<HTMLElement>('.column-button')?.click();
}
