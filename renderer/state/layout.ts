import {
  packetTimeFormats,
  packetTimePrecisions,
  type PacketTimeFormat,
  type PacketTimePrecision,
} from '../format/packet-time.ts';
import { recentMax } from '../format/display-filter.ts';
import { createPreference, flag, numberBetween, oneOf } from './preference.ts';
import type { WritableStore } from './store.ts';

export const detailTabs = [
  'overview',
  'statement',
  'headers',
  'query',
  'cookies',
  'messages',
  'body',
  'timing',
  'connection',
  'packets',
] as const;
export type DetailTab = (typeof detailTabs)[number];

/** What the lower half of the packets shows. */
export const packetTabs = ['packet', 'stream', 'expert', 'graph'] as const;
export type PacketTab = (typeof packetTabs)[number];

/** What the lower half of the conversations shows. */
export const conversationTabs = ['facts', 'sequence', 'stevens', 'window', 'throughput', 'rtt'] as const;
export type ConversationTab = (typeof conversationTabs)[number];

export const waterfallModes = ['relative', 'absolute'] as const;
export type WaterfallMode = (typeof waterfallModes)[number];
/** `either`: the request where only that has a body, else the response. */
export type BodySides = 'either' | 'request' | 'response' | 'both';

export type Dock = 'bottom' | 'right';

/** How the person arranged the window; kept between runs. */
export interface Layout {
  /** Id of the panel that is shown; empty for the first. */
  readonly panel: WritableStore<string>;
  readonly dock: WritableStore<Dock>;
  readonly detailOpen: WritableStore<boolean>;
  readonly detailTab: WritableStore<DetailTab>;
  /** Size of the detail pane, px: height at the bottom, width at the right. */
  readonly detailHeight: WritableStore<number>;
  readonly detailWidth: WritableStore<number>;
  /** The view last chosen, by kind of body. */
  readonly bodyModes: WritableStore<Readonly<Record<string, string>>>;
  readonly bodySides: WritableStore<BodySides>;
  readonly wrapText: WritableStore<boolean>;
  readonly prettyText: WritableStore<boolean>;
  /** Width, or height where they stand one below the other, of the message beside the list of messages, px. */
  readonly messageWidth: WritableStore<number>;
  readonly messageHeight: WritableStore<number>;
  /** Header lines by name instead of as they were sent. */
  readonly sortHeaders: WritableStore<boolean>;
  /** Widths by column, px, where they differ from the usual. */
  readonly columnWidths: WritableStore<Readonly<Record<string, number>>>;
  /** Ids of the list's columns as they stand, null for the usual ones. */
  readonly columns: WritableStore<readonly string[] | null>;
  readonly treeOpen: WritableStore<boolean>;
  readonly treeWidth: WritableStore<number>;
  readonly treeBy: WritableStore<'host' | 'app'>;
  /** µs across the waterfall column; 0 follows the rows in sight. */
  readonly waterfallScale: WritableStore<number>;
  /** Each row from its own first moment, or all rows on one time axis. */
  readonly waterfallMode: WritableStore<WaterfallMode>;
  /** Requests over time, above the list. */
  readonly stripShown: WritableStore<boolean>;
  /** Section of the settings that was shown last. */
  readonly settingsSection: WritableStore<string>;
  readonly packetTime: WritableStore<PacketTimeFormat>;
  readonly packetPrecision: WritableStore<PacketTimePrecision>;
  /** Names instead of addresses, where they are known. */
  readonly packetNames: WritableStore<boolean>;
  readonly packetTab: WritableStore<PacketTab>;
  /** Height of what is below the packets or the conversations, px. */
  readonly packetHeight: WritableStore<number>;
  readonly conversationHeight: WritableStore<number>;
  /** Width of the bytes beside the protocol tree, px. */
  readonly packetBytesWidth: WritableStore<number>;
  /** Display filters that were used, the last one first. */
  readonly packetFilters: WritableStore<readonly string[]>;
  readonly conversationTab: WritableStore<ConversationTab>;
}

/** The least that the details have at first, px, and their share of a larger window. */
const usualDetail = { height: 320, width: 560, heightShare: 0.4, widthShare: 0.34 } as const;

/** `inner`: the window, px. */
export function createLayout(inner: { readonly width: number; readonly height: number }): Layout {
  const detailHeight = Math.max(usualDetail.height, Math.round(inner.height * usualDetail.heightShare));
  const detailWidth = Math.max(usualDetail.width, Math.round(inner.width * usualDetail.widthShare));
  return {
    panel: createPreference('panel', '', shortText),
    dock: createPreference('dock', 'bottom', oneOf(['bottom', 'right'])),
    detailOpen: createPreference('detailOpen', false, flag),
    detailTab: createPreference('detailTab', 'overview', oneOf(detailTabs)),
    detailHeight: createPreference('detailHeight', detailHeight, numberBetween(120, 4000)),
    detailWidth: createPreference('detailWidth', detailWidth, numberBetween(280, 4000)),
    bodyModes: createPreference('bodyModes', {}, shortTexts),
    bodySides: createPreference('bodySides', 'either', oneOf(['either', 'request', 'response', 'both'])),
    wrapText: createPreference('wrapText', true, flag),
    prettyText: createPreference('prettyText', true, flag),
    messageWidth: createPreference('messageWidth', 420, numberBetween(200, 4000)),
    messageHeight: createPreference('messageHeight', 200, numberBetween(80, 4000)),
    sortHeaders: createPreference('sortHeaders', false, flag),
    columnWidths: createPreference('columnWidths', {}, widths),
    columns: createPreference('columns', null, columnIds),
    treeOpen: createPreference('treeOpen', false, flag),
    treeWidth: createPreference('treeWidth', 240, numberBetween(140, 1200)),
    treeBy: createPreference('treeBy', 'host', oneOf(['host', 'app'])),
    waterfallScale: createPreference('waterfallScale', 0, numberBetween(0, 3_600_000_000)),
    waterfallMode: createPreference('waterfallMode', 'relative', oneOf(waterfallModes)),
    stripShown: createPreference('stripShown', true, flag),
    settingsSection: createPreference('settingsSection', '', shortText),
    packetTime: createPreference('packetTime', 'start', oneOf(packetTimeFormats)),
    packetPrecision: createPreference('packetPrecision', 'us', oneOf(packetTimePrecisions)),
    packetNames: createPreference('packetNames', false, flag),
    packetTab: createPreference('packetTab', 'packet', oneOf(packetTabs)),
    packetHeight: createPreference('packetHeight', detailHeight, numberBetween(120, 4000)),
    conversationHeight: createPreference('conversationHeight', detailHeight, numberBetween(120, 4000)),
    packetBytesWidth: createPreference('packetBytesWidth', 604, numberBetween(200, 4000)),
    packetFilters: createPreference('packetFilters', [], filters),
    conversationTab: createPreference('conversationTab', 'facts', oneOf(conversationTabs)),
  };
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 100 ? value : null;
}

function widths(value: unknown): Readonly<Record<string, number>> | null {
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= 24 && entry[1] <= 2000,
  );
  return Object.fromEntries(entries);
}

/** More columns than this are not kept. */
const columnsMax = 64;

function columnIds(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const ids = value.filter((id): id is string => typeof id === 'string' && id.length <= 300);
  return ids.length === 0 ? null : [...new Set(ids)].slice(0, columnsMax);
}

function filters(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  return value
    .filter((each): each is string => typeof each === 'string' && each.length <= 8192)
    .slice(0, recentMax);
}

/** As many kinds of bodies are not known. */
const textsMax = 100;

function shortTexts(value: unknown): Readonly<Record<string, string>> | null {
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length < 100,
  );
  return Object.fromEntries(entries.slice(0, textsMax));
}
