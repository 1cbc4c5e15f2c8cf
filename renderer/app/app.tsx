import { useEffect, useRef } from 'react';
import { PhasePatterns } from '../components/phase-patterns.tsx';
import { KeysActive, useCommand, useCommands, useKeys } from '../components/use-keys.ts';
import { selectedText } from '../components/selected-text.ts';
import { panels } from '../panels/index.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import { CaptureDialog } from './capture-dialog.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { DropTarget } from './drop-target.tsx';
import { EncodeBox } from './encode-box.tsx';
import { FileDialogs } from './file-dialogs.tsx';
import { Footer } from './footer.tsx';
import { HelpOverlay } from './help-overlay.tsx';
import { keepFocus } from './kept-focus.ts';
import { NoticeLines } from './notice-lines.tsx';
import { Rail } from './rail.tsx';
import { Refused } from './refused.tsx';
import { SessionDialog } from './session-dialog.tsx';
import { SessionTabs } from './session-tabs.tsx';
import { TopLine } from './top-line.tsx';
import { TransferLines } from './transfer-lines.tsx';
import { usePanelFocus } from './use-panel-focus.ts';
import { followPartKeys } from './window-parts.ts';
import './app.css';

export function App() {
  const { capture, connection, encodeBox, layout } = useWindowState();
  const refused = useStore(connection.state) === 'refused';
  const kept = useStore(layout.panel);
  const shown = (panels.find(({ id }) => id === kept) ?? panels[0])?.id ?? '';
  const help = useRef<HTMLDialogElement>(null);
  const { panelProps, focusPanel } = usePanelFocus(shown);
  useEffect(keepFocus, []);
  useEffect(followPartKeys, []);

  useCommand('window.help', () => {
    help.current?.showModal();
    return true;
  });
  useCommand('window.encode', () => {
    encodeBox.open(selectedText());
    return true;
  });
  useCommand('packets.capture', () => {
    capture.dialogOpen.set(true);
    return true;
  });
  useCommands((id) => {
    const panel = panels.find((each) => `panel.${each.id}` === id);
    if (panel !== undefined) layout.panel.set(panel.id);
    return panel !== undefined;
  });
  useKeys((event) => {
    // Escape leaves any other place for the exchanges.
    if (event.key !== 'Escape' || shown === panels[0]?.id) return false;
    layout.panel.set('');
    return true;
  });

  if (refused) return <Refused />;
  const Toolbar = panels.find((panel) => panel.id === shown)?.Toolbar;
  return (
    <div className="window">
      <PhasePatterns />
      <Rail shown={shown} onShow={layout.panel.set} onHelp={() => help.current?.showModal()} />
      <div className="main">
        <SessionTabs />
        <TopLine>{Toolbar !== undefined && <Toolbar />}</TopLine>
        <div className="stack">
          {panels.map(({ id, label, Content }) => (
            // A hidden panel keeps its scroll position and its state.
            <main key={id} className="panel" aria-label={label} inert={id !== shown} {...panelProps(id)}>
              <KeysActive value={id === shown}>
                <Content />
              </KeysActive>
            </main>
          ))}
          <ConnectionBanner />
        </div>
        <NoticeLines onDismissed={focusPanel} />
        <TransferLines />
        <Footer />
      </div>
      <EncodeBox />
      <FileDialogs />
      <CaptureDialog />
      <DropTarget />
      <SessionDialog />
      <HelpOverlay ref={help} />
    </div>
  );
}
