import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { loadCodeView } from '../components/lazy-code-view.tsx';
import { WindowContext, type WindowState } from '../state/window-state.ts';
import { App } from './app.tsx';
import { DetachedWindow } from './detached-window.tsx';

/** The text editor is read so long after the first rows, when nobody has asked for it before. */
const editorAfterMs = 500;

/** Puts the window into the page. `isDetached`: it shows one exchange alone. */
export function drawWindow(root: HTMLElement, state: WindowState, isDetached: boolean): void {
  createRoot(root).render(
    <StrictMode>
      <WindowContext value={state}>{isDetached ? <DetachedWindow /> : <App />}</WindowContext>
    </StrictMode>,
  );
  const stop = state.view.state.subscribe(() => {
    if (!state.view.state.get().loaded) return;
    stop();
    setTimeout(() => void loadCodeView().catch(() => undefined), editorAfterMs);
  });
}
