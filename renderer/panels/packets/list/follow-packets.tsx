import { Icon } from '../../../components/icon.tsx';
import { formatCount } from '../../../format/duration.ts';
import { isRunning } from '../../../state/capture.ts';
import { useSelected, useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface FollowPacketsProps {
  readonly seenCount: number | null;
  readonly onFollow: () => void;
}

/** The way back to the newest packets, while some arrive out of sight. */
export function FollowPackets({ seenCount, onFollow }: FollowPacketsProps) {
  const { packets, capture } = useWindowState();
  const count = useStore(packets.view.calmCount);
  const isCapturing = useSelected(capture.list, (list) => list.some(isRunning));
  if (seenCount === null || !isCapturing || count <= seenCount) return null;
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
