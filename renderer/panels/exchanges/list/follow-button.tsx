import { Icon } from '../../../components/icon.tsx';
import { formatCount } from '../../../format/duration.ts';

interface FollowButtonProps {
  readonly following: boolean;
  readonly unseen: number;
  readonly onFollow: () => void;
}

/** The way back to the newest rows, shown while new ones arrive out of sight. */
export function FollowButton({ following, unseen, onFollow }: FollowButtonProps) {
  if (following || unseen === 0) return null;
  return (
    <button
      type="button"
      className="button follow-button"
      title="Go to the newest and stay there (f)"
      onClick={onFollow}
    >
      <Icon name="down" size={12} /> Follow {formatCount(unseen)} new
    </button>
  );
}
