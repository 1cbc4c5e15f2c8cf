import { followDetached, readDetached } from '../state/detached.ts';
import { createWindowState } from '../state/window-state.ts';
import '../theme/tokens.css';
import '../theme/base.css';
import '../theme/controls.css';
import '../theme/menus.css';
import '../theme/forced-colors.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
// The engine is asked for the first rows while the larger part of the window, what draws them, is still being read.
const state = createWindowState();
const detached = readDetached(location.search);
if (detached !== null) followDetached(detached, state.connection, state.session, state.selection);
import('./draw-window.tsx').then(
  ({ drawWindow }) => drawWindow(root, state, detached !== null),
  () => {
    root.textContent = 'A part of this window could not be loaded. Reload the page to try again.';
  },
);
