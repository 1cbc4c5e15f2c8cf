import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followDetached, readDetached } from '../state/detached.ts';
import { createWindowState, WindowContext } from '../state/window-state.ts';
import { App } from './app.tsx';
import { DetachedWindow } from './detached-window.tsx';
import '../theme/tokens.css';
import '../theme/base.css';
import '../theme/controls.css';
import '../theme/menus.css';
import '../theme/forced-colors.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
const state = createWindowState();
const detached = readDetached(location.search);
if (detached !== null) followDetached(detached, state.connection, state.session, state.selection);
createRoot(root).render(
  <StrictMode>
    <WindowContext value={state}>{detached === null ? <App /> : <DetachedWindow />}</WindowContext>
  </StrictMode>,
);
