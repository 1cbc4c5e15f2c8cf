import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { PacketDetail, TreeNode } from '../../../../core/contract/packets.ts';
import { BigLines, type BigLinesHandle } from '../../../components/big-lines.tsx';
import { copyText } from '../../../components/clipboard.ts';
import { Notes } from '../../../components/notes.tsx';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { useTypeAhead } from '../../../components/use-type-ahead.ts';
import { holderOf, openRows, valueOfLabel, type FlatTree } from '../../../format/packet-tree.ts';
import type { Tone } from '../../../format/tone.ts';
import { holdsOthers, visibleRows } from '../../../format/tree-rows.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { useGoTo } from '../use-go-to.ts';
import { FieldMenu } from './field-menu.tsx';

interface ProtocolTreeProps {
  readonly detail: PacketDetail;
  readonly tree: FlatTree;
  readonly current: number | null;
  /** The row whose bytes are pointed at. */
  readonly hovered: number | null;
  readonly onSelect: (index: number | null) => void;
}

const tones: Readonly<Record<NonNullable<TreeNode['severity']>, Tone>> = {
  ...{ chat: 'note', note: 'note', warning: 'warning', error: 'problem' },
};

export function ProtocolTree({ detail, tree, current, hovered, onSelect }: ProtocolTreeProps) {
  const { packets } = useWindowState();
  const id = useId();
  const lines = useRef<BigLinesHandle>(null);
  const openPaths = useStore(packets.open);
  const open = useMemo(() => openRows(tree, openPaths), [tree, openPaths]);
  const rows = useMemo(() => visibleRows(tree, open), [tree, open]);
  const [focused, setFocused] = useState(0);
  const typeAhead = useTypeAhead();
  const goTo = useGoTo();
  const at = Math.max(0, rows.indexOf(current ?? rows[focused] ?? 0));

  const toggle = (index: number, to = open[index] !== 1) => {
    const next = new Set(openPaths);
    if (to) next.add(tree.paths[index] ?? '');
    else next.delete(tree.paths[index] ?? '');
    packets.open.set(next);
  };
  const go = (position: number) => {
    const bounded = Math.max(0, Math.min(rows.length - 1, position));
    setFocused(bounded);
    onSelect(rows[bounded] ?? null);
    lines.current?.show(bounded);
  };
  const index = rows[at] ?? 0;
  useEffect(() => {
    const place = current === null ? -1 : rows.indexOf(current);
    if (place >= 0) lines.current?.show(place);
  }, [current, rows]);

  const onKey = (event: KeyboardEvent): boolean => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'c' || String(getSelection()) !== '') return false;
      void copyText(valueOfLabel(tree.nodes[index]?.label ?? ''));
      return true;
    }
    const isFolder = holdsOthers(tree, index);
    const page = lines.current?.pageLines() ?? 1;
    const to = {
      ...{ ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page },
      ...{ Home: 0, End: rows.length - 1 },
    }[event.key];
    if (to !== undefined) {
      // The first press takes the first row.
      go(current === null && event.key === 'ArrowDown' ? 0 : to);
      return true;
    }
    const named = tree.nodes[index]?.packet;
    if (event.key === 'Enter' && named !== undefined) {
      goTo(named);
      return true;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      if (isFolder) toggle(index);
      return isFolder;
    }
    if (event.key === 'ArrowRight') {
      if (isFolder && open[index] === 1) go(at + 1);
      else if (isFolder) toggle(index, true);
      return true;
    }
    if (event.key === 'ArrowLeft') {
      if (isFolder && open[index] === 1) toggle(index, false);
      else go(rows.indexOf(holderOf(tree, index) ?? index));
      return true;
    }
    const typed = event.shiftKey || /^[a-z]$/.test(event.key) ? null : typeAhead(event.key);
    const found =
      typed === null
        ? -1
        : rows.findIndex((row) => tree.nodes[row]?.label.toLowerCase().startsWith(typed) === true);
    if (found >= 0) go(found);
    return found >= 0;
  };
  return (
    <div className="protocol-tree viewer">
      {detail.problem !== null && <Notes notes={[`${detail.dissectedBy}: ${detail.problem}`]} />}
      <FieldMenu detail={detail} node={current === null ? undefined : tree.nodes[current]}>
        <div className="viewer">
          <BigLines
            ref={lines}
            label={`Protocols of packet ${detail.row.number}, read by ${detail.dissectedBy}`}
            role="tree"
            count={rows.length}
            activeId={`${id}-${index}`}
            onKey={onKey}
            onPointer={(event) => {
              const line = (event.target as Element).closest<HTMLElement>('[data-row]');
              if (line === null) return;
              const row = Number(line.dataset['row']);
              const isFold = (event.target as Element).closest('.tree-fold') !== null;
              setFocused(rows.indexOf(row));
              if (!isFold) onSelect(row);
            }}
            line={(position) => {
              const row = rows[position] ?? 0;
              const node = tree.nodes[row];
              return node === undefined ? null : (
                <Line
                  id={`${id}-${row}`}
                  row={row}
                  node={node}
                  depth={tree.depths[row] ?? 0}
                  fold={holdsOthers(tree, row) ? (open[row] === 1 ? 'open' : 'closed') : 'none'}
                  isCurrent={row === current}
                  isHovered={row === hovered}
                  onToggle={() => toggle(row)}
                  onGoTo={goTo}
                />
              );
            }}
          />
        </div>
      </FieldMenu>
    </div>
  );
}

interface LineProps {
  readonly id: string;
  readonly row: number;
  readonly node: TreeNode;
  readonly depth: number;
  readonly fold: 'open' | 'closed' | 'none';
  readonly isCurrent: boolean;
  readonly isHovered: boolean;
  readonly onToggle: () => void;
  readonly onGoTo: (number: number) => void;
}

function Line({ id, row, node, depth, fold, isCurrent, isHovered, onToggle, onGoTo }: LineProps) {
  return (
    <div
      id={id}
      data-row={row}
      className={`protocol-line${depth === 0 ? ' is-layer' : ''}${isHovered ? ' is-hovered' : ''}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isCurrent}
      aria-expanded={fold === 'none' ? undefined : fold === 'open'}
      style={{ '--depth': depth }}
      title={titleOf(node)}
      onDoubleClick={() => {
        if (node.packet !== undefined) onGoTo(node.packet);
        else if (fold !== 'none') onToggle();
      }}
    >
      <span className="tree-fold" aria-hidden="true" onClick={fold === 'none' ? undefined : onToggle}>
        {fold === 'none' ? '' : fold === 'open' ? '▾' : '▸'}
      </span>
      {node.severity !== null && (
        <>
          <ToneSign tone={tones[node.severity]} />{' '}
        </>
      )}
      {node.packet === undefined ? node.label : <span className="protocol-link">{node.label}</span>}
    </div>
  );
}

function titleOf({ field, packet }: TreeNode): string | undefined {
  if (packet !== undefined) return `${field}\nA double click, or Enter, goes to packet ${packet}`;
  return field === '' ? undefined : field;
}
