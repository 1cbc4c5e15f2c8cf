import { createContext, useContext } from 'react';
import { startChannels } from './channel.ts';
import { applyLook } from '../theme/apply-look.ts';
import { createAuthority, type AuthorityStore } from './authority.ts';
import { createCapture, type Capture } from './capture.ts';
import { createConnection, type Connection } from './connection.ts';
import { createFileDialogs, type FileDialogs } from './file-dialogs.ts';
import { createDroppedFiles, type DroppedFiles } from './dropped-files.ts';
import { createTransfers, type Transfers } from './transfers.ts';
import { createConversations, type Conversations } from './conversations.ts';
import { createDetail, type DetailState } from './detail.ts';
import { createAdb, type Adb } from './adb.ts';
import { createDevices, type Devices } from './devices.ts';
import { createEncodeBox, type EncodeBox } from './encode-box.ts';
import { createEngine, type Engine } from './engine.ts';
import { createExchangeActions, type ExchangeActions } from './exchange-actions.ts';
import { createExchangeView, type ExchangeView } from './exchange-view.ts';
import { createFilterInput, type FilterInput } from './filter-input.ts';
import { createFilterValues, type FilterValues } from './filter-values.ts';
import { createLayout, type Layout } from './layout.ts';
import { createMedianOf, type MedianOf } from './median.ts';
import { createNotices, type Notices } from './notices.ts';
import { createPackets, type Packets } from './packets.ts';
import { createPlaces, type Places } from './places.ts';
import { createRecording, type Recording } from './recording.ts';
import { createSelection, type Selection } from './selection.ts';
import { createSession, type Session } from './session.ts';
import { createStatistics, type Statistics } from './statistics.ts';
import { createSettings, type SettingsStore } from './settings.ts';
import type { Store } from './store.ts';
import { createTree, type Tree } from './tree.ts';
import { createTabMemory, type TabMemory } from './tab-memory.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { createWaterfallAxis, type WaterfallAxis } from './waterfall-axis.ts';

/** Everything the window knows, wired by hand. */
export interface WindowState {
  readonly connection: Connection;
  readonly notices: Notices;
  readonly recording: Recording;
  readonly session: Session;
  readonly engine: Engine;
  readonly settings: SettingsStore;
  readonly authority: AuthorityStore;
  readonly encodeBox: EncodeBox;
  readonly layout: Layout;
  readonly view: ExchangeView;
  readonly filter: FilterInput;
  readonly filterValues: FilterValues;
  readonly selection: Selection;
  readonly actions: ExchangeActions;
  readonly tree: Tree;
  readonly transfers: Transfers;
  readonly fileDialogs: FileDialogs;
  readonly droppedFiles: DroppedFiles;
  readonly detail: Store<DetailState | null>;
  readonly timeline: Timeline;
  readonly statistics: Statistics;
  readonly waterfallAxis: WaterfallAxis;
  readonly medianOf: MedianOf;
  readonly tabMemory: TabMemory;
  readonly packets: Packets;
  readonly capture: Capture;
  readonly conversations: Conversations;
  readonly devices: Devices;
  readonly adb: Adb;
  readonly places: Places;
}

export function createWindowState(): WindowState {
  const connection = createConnection(startChannels);
  const notices = createNotices();
  const session = createSession(connection, notices);
  const view = createExchangeView(connection, session, notices);
  const selection = createSelection(view, notices.say);
  const layout = createLayout({ width: innerWidth, height: innerHeight });
  const transfers = createTransfers(connection, session, notices);
  const fileDialogs = createFileDialogs();
  const filter = createFilterInput(view);
  const packets = createPackets(connection, session, layout, notices);
  return {
    connection,
    notices,
    recording: createRecording(connection, notices),
    session,
    engine: createEngine(connection),
    settings: createSettings(connection, applyLook),
    authority: createAuthority(connection),
    encodeBox: createEncodeBox(),
    layout,
    view,
    filter,
    filterValues: createFilterValues(connection, session),
    selection,
    actions: createExchangeActions(connection, view, selection, session, notices),
    transfers,
    fileDialogs,
    droppedFiles: createDroppedFiles(transfers, session, fileDialogs, notices),
    tree: createTree(connection, view, session, layout),
    detail: createDetail(connection, view, selection, session),
    timeline: createTimeline(connection, session, view),
    statistics: createStatistics(connection, session, view),
    waterfallAxis: createWaterfallAxis(),
    medianOf: createMedianOf(connection, session),
    tabMemory: createTabMemory(session, view, filter, selection),
    packets,
    conversations: createConversations(connection, session),
    capture: createCapture(connection, notices),
    devices: createDevices(connection, notices),
    adb: createAdb(connection),
    places: createPlaces(layout, view, selection, packets, notices),
  };
}

export const WindowContext = createContext<WindowState | null>(null);

export function useWindowState(): WindowState {
  const state = useContext(WindowContext);
  if (state === null) throw new Error('A component stands outside the window.');
  return state;
}
