import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createWindowState, WindowContext } from '../state/window-state.ts';
import { App } from './app.tsx';
import '../theme/tokens.css';
import '../theme/base.css';
import '../theme/controls.css';
import '../theme/menus.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <WindowContext value={createWindowState()}>
      <App />
    </WindowContext>
  </StrictMode>,
);
