import { useEffect, useRef, type KeyboardEvent } from 'react';
import { Icon } from '../components/icon.tsx';
import { useCommand, useKeys } from '../components/use-keys.ts';
import type { SessionState } from '../../core/contract/session.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import { useKeptScroll } from './use-kept-scroll.ts';
import './session-tabs.css';

/** The open sessions, when there is more than one. */
export function SessionTabs() {
  const { session } = useWindowState();
  const list = useStore(session.list);
  const shownId = useStore(session.shownId);
  useKeptScroll();
  useCommand('session.open', () => {
    session.dialogOpen.set(true);
    return true;
  });
  useKeys((event) => {
    if (!event.ctrlKey && !event.metaKey) return false;
    if (event.key.toLowerCase() === 'n' && !event.shiftKey) {
      void session.create();
      return true;
    }
    if (list.length < 2) return false;
    if (event.key.toLowerCase() === 'w') {
      if (shownId !== null) void session.close(shownId);
      return true;
    }
    if (event.key === 'PageDown' || (event.key === 'Tab' && !event.shiftKey)) session.step(1);
    else if (event.key === 'PageUp' || event.key === 'Tab') session.step(-1);
    else return false;
    return true;
  });

  if (list.length < 2) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === 1 || by === -1) session.step(by);
    else if (event.key === 'Delete' && shownId !== null) void session.close(shownId);
    else return;
    event.preventDefault();
    const shown = session.state.get()?.sessionId;
    document.getElementById(`session-tab-${shown}`)?.focus();
  };
  return (
    <section className="session-tabs" aria-label="Sessions" data-part>
      <div className="session-tab-list" role="tablist" aria-label="Open sessions" onKeyDown={onKeyDown}>
        {list.map((each) => (
          <SessionTab key={each.sessionId} state={each} selected={each.sessionId === shownId} />
        ))}
      </div>
      <button
        type="button"
        className="button quiet"
        title="Open a session"
        aria-label="Open a session"
        onClick={() => session.dialogOpen.set(true)}
      >
        <Icon name="plus" size={14} />
      </button>
    </section>
  );
}

interface SessionTabProps {
  readonly state: SessionState;
  readonly selected: boolean;
}

function SessionTab({ state, selected }: SessionTabProps) {
  const { session } = useWindowState();
  const tab = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selected) tab.current?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [selected]);
  const { sessionId, name, path, recorded, readOnly } = state;
  const sign = recorded ? 'recorded into' : readOnly ? 'read-only' : '';
  return (
    <div
      ref={tab}
      className={`session-tab ${selected ? 'selected' : ''}`}
      role="presentation"
      onAuxClick={(event) => {
        if (event.button === 1) void session.close(sessionId);
      }}
    >
      <button
        type="button"
        id={`session-tab-${sessionId}`}
        role="tab"
        aria-selected={selected}
        aria-keyshortcuts={recorded ? undefined : 'Delete'}
        tabIndex={selected ? 0 : -1}
        title={sign === '' ? path : `${path}\n${sign}`}
        onClick={() => session.show(sessionId)}
      >
        {recorded && <span className="record-dot on" aria-hidden="true" />}
        {readOnly && <Icon name="lock" size={12} />}
        <span className="ellipsis">{name}</span>
        {sign !== '' && <span className="visually-hidden">, {sign}</span>}
      </button>
      {!recorded && (
        <button
          type="button"
          className="session-tab-close"
          tabIndex={-1}
          title="Close the session (Delete on its tab)"
          // A list of tabs holds tabs alone; what this does is done by a key there.
          aria-hidden="true"
          onClick={() => void session.close(sessionId)}
        >
          <Icon name="close" size={10} />
        </button>
      )}
    </div>
  );
}
