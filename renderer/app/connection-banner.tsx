import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

/** Said while the engine is away. What was on screen stays. */
export function ConnectionBanner() {
  const { connection } = useWindowState();
  if (useStore(connection.state) !== 'lost') return null;
  return (
    <div className="banner warning connection-banner" role="alert">
      <p>
        The engine stopped and is restarting. What was recorded is on disk; requests are not recorded until it
        is back.
      </p>
    </div>
  );
}
