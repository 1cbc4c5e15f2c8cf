import { formatCount } from '../format/duration.ts';
import type { TreeFilter } from './use-tree-filter.ts';

interface TreeBarProps {
  readonly wanted: string;
  readonly onWanted: (wanted: string) => void;
  readonly filter: TreeFilter;
  readonly onOpen: (level: number) => void;
}

/** Filtering a tree and folding all of it. */
export function TreeBar({ wanted, onWanted, filter, onOpen }: TreeBarProps) {
  return (
    <div className="viewer-bar">
      <input
        className="field viewer-find"
        type="search"
        placeholder="Find name or value"
        aria-label="Find in names and values"
        value={wanted}
        onChange={(event) => onWanted(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || wanted === '') return;
          event.preventDefault();
          onWanted('');
        }}
      />
      {wanted !== '' && (
        <span className="muted" role="status">
          {filter.progress < 1
            ? `Looking, ${Math.round(filter.progress * 100)} %`
            : filter.count === 0
              ? 'Nothing found'
              : `${formatCount(filter.count)} found`}
        </span>
      )}
      <span className="spacer" />
      <span className="muted">Unfold</span>
      {[1, 2, 3].map((level) => (
        <button
          key={level}
          type="button"
          className="button quiet"
          title={`Show ${level} level${level === 1 ? '' : 's'}`}
          onClick={() => onOpen(level)}
        >
          {level}
        </button>
      ))}
      <button type="button" className="button quiet" onClick={() => onOpen(Infinity)}>
        All
      </button>
      <button type="button" className="button quiet" onClick={() => onOpen(0)}>
        None
      </button>
    </div>
  );
}
