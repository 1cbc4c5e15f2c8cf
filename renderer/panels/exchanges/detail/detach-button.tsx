import { Icon } from '../../../components/icon.tsx';
import { useCommandKeys } from '../../../components/use-command-keys.ts';
import { useCommand } from '../../../components/use-keys.ts';
import { detachedUrl } from '../../../state/detached.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** Shows this exchange in a window of its own, which stays while others are looked at here. */
export function DetachButton({ exchangeId }: { readonly exchangeId: number }) {
  const { session } = useWindowState();
  const keys = useCommandKeys('detail.detach');
  const open = () => {
    const sessionPath = session.state.get()?.path;
    if (sessionPath === undefined) return false;
    window.open(
      detachedUrl(location.href, { exchangeId, sessionPath }),
      '_blank',
      'popup,noopener,width=900,height=640',
    );
    return true;
  };
  useCommand('detail.detach', open);
  const label = 'Open in a window of its own';
  return (
    <button
      type="button"
      className="button quiet"
      title={[label, ...keys.slice(0, 1).map((key) => `(${key})`)].join(' ')}
      aria-label={label}
      onClick={open}
    >
      <Icon name="detach" size={14} />
    </button>
  );
}
