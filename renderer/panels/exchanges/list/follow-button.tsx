import { Icon } from '../../../components/icon.tsx';
import { formatCount } from '../../../format/duration.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface FollowButtonProps {
  /** How many rows there were when following stopped; null while nothing is to be told. */
  readonly seenCount: number | null;
  readonly onFollow: () => void;
}

/** The way back to the newest rows, shown while new ones arrive out of sight. */
export function FollowButton({ seenCount, onFollow }: FollowButtonProps) {
  const count = useStore(useWindowState().view.calmCount);
  if (seenCount === null || count <= seenCount) return null;
  return (
    <button
      type="button"
      className="button follow-button"
      title="Go to the newest and stay there (f)"
      onClick={onFollow}
    >
      <Icon name="down" size={12} /> Follow {formatCount(count - seenCount)} new
    </button>
  );
}
