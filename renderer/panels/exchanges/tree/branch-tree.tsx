import { useRef, useState, type KeyboardEvent } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { branchLabel } from '../../../format/branch-filter.ts';
import { formatCount } from '../../../format/duration.ts';
import { branchKey } from '../../../state/tree.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { HiddenBranches } from './hidden-branches.tsx';
import { BranchLine } from './branch-line.tsx';
import { branchMove, branchRows } from './branch-rows.ts';
import './branch-tree.css';

/** Hosts or applications beside the list: focus one to see only it, hide one to leave it out. */
export function BranchTree() {
  const { tree, layout } = useWindowState();
  const state = useStore(tree.state);
  const by = useStore(layout.treeBy);
  const [search, setSearch] = useState('');
  const [activeKey, setActiveKey] = useState('');
  const element = useRef<HTMLDivElement>(null);
  const rows = branchRows(state, search);
  const at = Math.max(
    0,
    rows.findIndex(({ names }) => branchKey(names) === activeKey),
  );
  const active = rows[at];
  const more = state.branches.get(branchKey([]))?.more ?? 0;
  const focusedKey = state.focused === null ? null : branchKey(state.focused.names);

  const toggleFocus = (names: readonly string[]) =>
    tree.focus(branchKey(names) === focusedKey && state.focused?.by === by ? null : { by, names });
  const isHidden = (names: readonly string[]) =>
    state.hidden.some((each) => each.by === by && branchKey(each.names) === branchKey(names));
  const toggleHidden = (names: readonly string[]) =>
    isHidden(names) ? tree.showAgain({ by, names }) : tree.hide({ by, names });
  const onKeyDown = (event: KeyboardEvent) => {
    if (active === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = branchMove(rows, at, event.key);
    if (move !== null) {
      if ('open' in move) tree.setOpen(active.names, move.open);
      else {
        setActiveKey(branchKey(rows[move.to]?.names ?? []));
        element.current?.querySelector(`[data-at="${move.to}"]`)?.scrollIntoView({ block: 'nearest' });
      }
    } else if (event.key === 'Enter' || event.key === ' ') toggleFocus(active.names);
    else if (event.key === 'Delete' || event.key === 'h') toggleHidden(active.names);
    else return;
    event.preventDefault();
    event.stopPropagation();
    event.nativeEvent.stopImmediatePropagation();
  };

  return (
    <aside className="branch-tree" aria-label="Hosts and applications" data-part>
      <header>
        <Segmented
          label="Branches of the tree"
          value={by}
          segments={[
            { value: 'host', label: 'Hosts' },
            { value: 'app', label: 'Apps' },
          ]}
          onChange={layout.treeBy.set}
        />
        <input
          className="field"
          aria-label="Search the tree"
          placeholder="Search"
          spellCheck={false}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && search !== '') setSearch('');
            else if (event.key === 'ArrowDown') element.current?.focus();
            else return;
            event.preventDefault();
          }}
        />
        <button
          type="button"
          className="button quiet"
          title="Close (t)"
          aria-label="Close the tree"
          onClick={() => layout.treeOpen.set(false)}
        >
          <Icon name="close" size={12} />
        </button>
      </header>
      {state.focused !== null && (
        <p className="branch-note">
          <span className="ellipsis" title={branchLabel(state.focused)}>
            Only {branchLabel(state.focused)}
          </span>
          <button type="button" className="button quiet" onClick={() => tree.focus(null)}>
            Show all
          </button>
        </p>
      )}
      <div
        ref={element}
        className="branch-lines"
        role="tree"
        tabIndex={0}
        aria-label={by === 'host' ? 'Hosts and paths' : 'Applications'}
        aria-activedescendant={active === undefined ? undefined : `branch-line-${at}`}
        onKeyDown={onKeyDown}
      >
        {rows.map((row, index) => (
          <BranchLine
            key={branchKey(row.names)}
            row={row}
            at={index}
            by={by}
            active={index === at}
            focused={branchKey(row.names) === focusedKey && state.focused?.by === by}
            hidden={isHidden(row.names)}
            onActivate={() => setActiveKey(branchKey(row.names))}
            onFocus={() => toggleFocus(row.names)}
          />
        ))}
        {rows.length === 0 && (
          <p className="branch-empty muted">
            {search === ''
              ? 'Hosts appear here with their first request.'
              : 'No open branch contains this text.'}
          </p>
        )}
        {more > 0 && <p className="branch-empty muted">{formatCount(more)} more; filter to see them.</p>}
      </div>
      <HiddenBranches />
    </aside>
  );
}
