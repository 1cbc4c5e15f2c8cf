import { branchLabel } from '../../../format/branch-filter.ts';
import { branchKey } from '../../../state/tree.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** What was hidden, with the way back. */
export function HiddenBranches() {
  const { tree } = useWindowState();
  const { hidden } = useStore(tree.state);
  if (hidden.length === 0) return null;
  return (
    <section className="hidden-branches" aria-label="Hidden branches">
      <h3>Hidden</h3>
      <ul>
        {hidden.map((path) => (
          <li key={`${path.by}${branchKey(path.names)}`}>
            <span className="ellipsis" title={branchLabel(path)}>
              {branchLabel(path)}
            </span>
            <button type="button" className="button quiet" onClick={() => tree.showAgain(path)}>
              Show again
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
