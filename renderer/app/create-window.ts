import { startChannels } from '../state/channel.ts';
import { createConnection, type Connection } from '../state/connection.ts';
import { createDetail, type DetailState } from '../state/detail.ts';
import { createEngine, type Engine } from '../state/engine.ts';
import { createExchangeView, type ExchangeView } from '../state/exchange-view.ts';
import { createLayout, type Layout } from '../state/layout.ts';
import { createNotices, type Notices } from '../state/notices.ts';
import { createRecording, type Recording } from '../state/recording.ts';
import { createSelection, type Selection } from '../state/selection.ts';
import { createSession, type Session } from '../state/session.ts';
import type { Store } from '../state/store.ts';

/** Everything the window knows, wired by hand. */
export interface WindowState {
  readonly connection: Connection;
  readonly notices: Notices;
  readonly recording: Recording;
  readonly session: Session;
  readonly engine: Engine;
  readonly layout: Layout;
  readonly view: ExchangeView;
  readonly selection: Selection;
  readonly detail: Store<DetailState | null>;
}

export function createWindow(): WindowState {
  const connection = createConnection(startChannels);
  const notices = createNotices();
  const view = createExchangeView(connection, notices);
  const selection = createSelection(view);
  return {
    connection,
    notices,
    recording: createRecording(connection, notices),
    session: createSession(connection, notices),
    engine: createEngine(connection),
    layout: createLayout(),
    view,
    selection,
    detail: createDetail(connection, view, selection),
  };
}
