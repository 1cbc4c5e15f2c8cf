import { Icon } from '../../../components/icon.tsx';
import { branchLabel } from '../../../format/branch-filter.ts';
import { formatCount } from '../../../format/duration.ts';
import { useWindowState } from '../../../state/window-state.ts';
import type { BranchRow } from './branch-rows.ts';
import { problemWords } from '../../../format/problem-words.ts';

interface BranchLineProps {
  readonly row: BranchRow;
  readonly at: number;
  readonly by: 'host' | 'app';
  readonly active: boolean;
  readonly focused: boolean;
  readonly hidden: boolean;
  readonly onActivate: () => void;
  readonly onFocus: () => void;
}

/** A branch: a click on it focuses it, on the arrow opens it, on the eye hides it. */
export function BranchLine({ row, at, by, active, focused, hidden, onActivate, onFocus }: BranchLineProps) {
  const { tree } = useWindowState();
  const { names, branch, isOpen } = row;
  const name = branch.name === '' ? branchLabel({ by, names: [''] }) : branch.name;
  return (
    <div
      id={`branch-line-${at}`}
      data-at={at}
      className={`branch-line${active ? ' active' : ''}${focused ? ' focused' : ''}${hidden ? ' hidden-branch' : ''}`}
      role="treeitem"
      aria-level={names.length}
      aria-expanded={branch.hasBranches ? isOpen : undefined}
      aria-selected={focused}
      style={{ paddingLeft: 4 + (names.length - 1) * 12 }}
      title={names.join('')}
      onMouseDown={onActivate}
      onClick={onFocus}
    >
      <span
        className={`branch-arrow${branch.hasBranches ? '' : ' none'}${isOpen ? ' open' : ''}`}
        onClick={(event) => {
          event.stopPropagation();
          if (branch.hasBranches) tree.setOpen(names, !isOpen);
        }}
      >
        <Icon name="chevron" size={12} />
      </span>
      <span className="ellipsis branch-name">
        {name}
        {hidden && <span className="visually-hidden">, hidden</span>}
      </span>
      {branch.problems > 0 && (
        <span className="problem branch-count" title={problemWords}>
          {formatCount(branch.problems)}
          <span className="visually-hidden"> problem{branch.problems === 1 ? '' : 's'}</span>
        </span>
      )}
      <span className="branch-count muted">
        {formatCount(branch.count)}
        <span className="visually-hidden"> exchange{branch.count === 1 ? '' : 's'}</span>
      </span>
      <button
        type="button"
        className="branch-hide"
        tabIndex={-1}
        title={hidden ? 'Show again (h)' : 'Hide (h)'}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          if (hidden) tree.showAgain({ by, names });
          else tree.hide({ by, names });
        }}
      >
        <Icon name={hidden ? 'eye' : 'hide'} size={12} />
      </button>
    </div>
  );
}
