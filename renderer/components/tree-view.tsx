import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { foundRows, holdsOthers, openAtFirst, openToLevel, visibleRows } from '../format/tree-rows.ts';
import type { TreeSource } from '../format/tree-source.ts';
import { useWindowState } from '../state/window-state.ts';
import { BigLines, type BigLinesHandle } from './big-lines.tsx';
import { copyText } from './clipboard.ts';
import { TreeBar } from './tree-bar.tsx';
import { useTreeFilter } from './use-tree-filter.ts';
import { useTypeAhead } from './use-type-ahead.ts';
import { ValueMenu } from './value-menu.tsx';
import './tree-view.css';

interface TreeViewProps {
  readonly label: string;
  readonly tree: TreeSource;
  readonly pathName: string;
}

/** A tree of any size: folding, filtering, copying, all of it by keyboard too. */
export function TreeView({ label, tree, pathName }: TreeViewProps) {
  const id = useId();
  const lines = useRef<BigLinesHandle>(null);
  const [open, setOpen] = useState(() => openAtFirst(tree));
  const [current, setCurrent] = useState(0);
  const [wanted, setWanted] = useState('');
  const filter = useTreeFilter(tree, wanted);
  const rows = useMemo(
    () => (filter.found === null ? visibleRows(tree, open) : foundRows(tree, filter.found)),
    [tree, open, filter.found],
  );
  const { encodeBox } = useWindowState();
  const typeAhead = useTypeAhead();
  const at = rowPosition(rows, current);

  const toggle = (index: number, to?: boolean) => {
    const next = open.slice();
    next[index] = (to ?? next[index] !== 1) ? 1 : 0;
    setOpen(next);
  };
  const go = (position: number) => {
    const bounded = Math.max(0, Math.min(rows.length - 1, position));
    setCurrent(rows[bounded] ?? 0);
    lines.current?.show(bounded);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === 'c' && String(getSelection()) === '') {
      void copyText(tree.copyValue(current));
      return true;
    }
    if (command) return false;
    const folder = holdsOthers(tree, current);
    switch (event.key) {
      case 'ArrowDown':
        go(at + 1);
        return true;
      case 'ArrowUp':
        go(at - 1);
        return true;
      case 'PageDown':
        go(at + (lines.current?.pageLines() ?? 1));
        return true;
      case 'PageUp':
        go(at - (lines.current?.pageLines() ?? 1));
        return true;
      case 'Home':
        go(0);
        return true;
      case 'End':
        go(rows.length - 1);
        return true;
      case 'Enter':
      case ' ':
        if (folder) toggle(current);
        return folder;
      case 'ArrowRight':
        if (folder && open[current] === 1) go(at + 1);
        else if (folder) toggle(current, true);
        return true;
      case 'ArrowLeft':
        if (folder && open[current] === 1 && filter.found === null) toggle(current, false);
        else go(holderPosition(tree, rows, at));
        return true;
      default: {
        const typed = typeAhead(event.key);
        const found = typed === null ? -1 : rowNamed(tree, rows, at, typed);
        if (found !== -1) go(found);
        return found !== -1;
      }
    }
  };

  return (
    <div className="viewer" data-find>
      <TreeBar
        wanted={wanted}
        onWanted={setWanted}
        filter={filter}
        onOpen={(level) => setOpen(openToLevel(tree, level))}
      />
      <ValueMenu
        items={() => [
          { label: 'Copy value', run: () => void copyText(tree.copyValue(current)) },
          { label: 'Copy name', run: () => void copyText(tree.copyName(current)) },
          { label: `Copy ${pathName}`, run: () => void copyText(tree.path(current)) },
          { label: 'Encode or decode', run: () => encodeBox.open(tree.copyValue(current)) },
        ]}
      >
        <div className="viewer">
          <BigLines
            ref={lines}
            label={label}
            role="tree"
            count={rows.length}
            activeId={`${id}-${current}`}
            onKey={onKey}
            onPointer={(event) => {
              const row = (event.target as Element).closest('[data-row]');
              if (row instanceof HTMLElement) setCurrent(Number(row.dataset['row']));
            }}
            line={(position) => {
              const index = rows[position] ?? 0;
              return (
                <TreeLine
                  id={`${id}-${index}`}
                  tree={tree}
                  index={index}
                  open={filter.found !== null || open[index] === 1}
                  current={index === current}
                  onToggle={() => toggle(index)}
                />
              );
            }}
          />
        </div>
      </ValueMenu>
    </div>
  );
}

interface TreeLineProps {
  readonly id: string;
  readonly tree: TreeSource;
  readonly index: number;
  readonly open: boolean;
  readonly current: boolean;
  readonly onToggle: () => void;
}

function TreeLine({ id, tree, index, open, current, onToggle }: TreeLineProps) {
  const { label, labelKind, text, look, note } = tree.row(index);
  const depth = tree.depths[index] ?? 0;
  const folder = holdsOthers(tree, index);
  return (
    <div
      id={id}
      data-row={index}
      className="tree-line"
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={current}
      aria-expanded={folder ? open : undefined}
      style={{ '--depth': depth }}
      title={note === '' ? undefined : note}
      onDoubleClick={folder ? onToggle : undefined}
    >
      <span className="tree-fold" aria-hidden="true" onClick={folder ? onToggle : undefined}>
        {folder ? (open ? '▾' : '▸') : ''}
      </span>
      {label !== '' && (
        <>
          <span className={`tree-${labelKind}`}>{labelKind === 'element' ? `<${label}>` : label}</span>
          {labelKind !== 'element' && <span className="muted">: </span>}
        </>
      )}
      <span className={`tree-${look}`}>{text}</span>
      {note !== '' && <span className="tree-aside">{note}</span>}
    </div>
  );
}

/** Where a row stands among those in sight, or the last one before it. */
function rowPosition(rows: Uint32Array, index: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function holderPosition(tree: TreeSource, rows: Uint32Array, at: number): number {
  const depth = tree.depths[rows[at] ?? 0] ?? 0;
  let position = at;
  while (position > 0 && (tree.depths[rows[position] ?? 0] ?? 0) >= depth) position -= 1;
  return position;
}

const lookedAtMax = 20_000;

function rowNamed(tree: TreeSource, rows: Uint32Array, at: number, typed: string): number {
  for (let step = typed.length === 1 ? 1 : 0; step < Math.min(rows.length, lookedAtMax); step += 1) {
    const position = (at + step) % rows.length;
    if (
      tree
        .name(rows[position] ?? 0)
        .toLowerCase()
        .startsWith(typed)
    )
      return position;
  }
  return -1;
}
