/** Where a command works; also how the help and the settings group them. */
export const commandScopes = [
  'list',
  'head',
  'tree',
  'detail',
  'packets',
  'devices',
  'filter',
  'window',
] as const;
export type CommandScope = (typeof commandScopes)[number];

export const scopeNames: Readonly<Record<CommandScope, string>> = {
  list: 'List',
  head: 'Head of the list',
  tree: 'Tree of hosts',
  detail: 'Details',
  packets: 'Packets and pictures',
  devices: 'Devices',
  filter: 'Filter',
  window: 'Window',
};

/** Something a key does. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly scope: CommandScope;
  /** As `keyOf` names them; the first is the one its handler may know it by. */
  readonly keys: readonly string[];
  /** Belongs to how a list, a field or a dialog works everywhere: its keys stay. */
  readonly fixed?: true;
}

/** Every key of the window. A new one is one line here and a `useCommand` where it works. */
const commandList = [
  {
    id: 'list.move',
    label: 'Previous, next exchange',
    scope: 'list',
    keys: ['ArrowUp', 'ArrowDown'],
    fixed: true,
  },
  { id: 'list.page', label: 'A page up, down', scope: 'list', keys: ['PageUp', 'PageDown'], fixed: true },
  { id: 'list.ends', label: 'First, last exchange', scope: 'list', keys: ['Home', 'End'], fixed: true },
  { id: 'list.open', label: 'Open the details', scope: 'list', keys: ['Enter'], fixed: true },
  { id: 'list.follow', label: 'Follow the newest', scope: 'list', keys: ['f'] },
  {
    id: 'list.range',
    label: 'Select a range',
    scope: 'list',
    keys: ['Shift+ArrowUp', 'Shift+ArrowDown'],
    fixed: true,
  },
  {
    id: 'list.look',
    label: 'Previous, next without selecting',
    scope: 'list',
    keys: ['Mod+ArrowUp', 'Mod+ArrowDown'],
    fixed: true,
  },
  {
    id: 'list.pick',
    label: 'Select the exchange too, or no longer',
    scope: 'list',
    keys: [' '],
    fixed: true,
  },
  { id: 'list.all', label: 'Select all rows', scope: 'list', keys: ['Mod+A'], fixed: true },
  { id: 'list.menu', label: 'Menu of the selected', scope: 'list', keys: ['Shift+F10'], fixed: true },
  {
    id: 'list.color',
    label: 'Colour, red … grey; 0 for none',
    scope: 'list',
    keys: ['1', '7', '0'],
    fixed: true,
  },
  { id: 'list.comment', label: 'Comment', scope: 'list', keys: ['m'] },
  { id: 'list.pin', label: 'Pin, unpin', scope: 'list', keys: ['p'] },
  { id: 'list.remove', label: 'Remove from the list', scope: 'list', keys: ['Delete'], fixed: true },
  { id: 'list.removeAll', label: 'Remove everything', scope: 'list', keys: ['Mod+K'] },
  { id: 'list.undo', label: 'Bring back what was removed', scope: 'list', keys: ['Mod+Z'], fixed: true },
  {
    id: 'head.sort',
    label: 'Sort by the column, reverse, no longer',
    scope: 'head',
    keys: ['Enter'],
    fixed: true,
  },
  {
    id: 'head.size',
    label: 'Column narrower, wider',
    scope: 'head',
    keys: ['Shift+ArrowLeft', 'Shift+ArrowRight'],
    fixed: true,
  },
  {
    id: 'head.move',
    label: 'Column to the left, right',
    scope: 'head',
    keys: ['Mod+ArrowLeft', 'Mod+ArrowRight'],
    fixed: true,
  },
  { id: 'head.menu', label: 'Menu of the column', scope: 'head', keys: ['Shift+F10'], fixed: true },
  { id: 'head.hide', label: 'Hide the column', scope: 'head', keys: ['Delete'], fixed: true },
  { id: 'tree.toggle', label: 'Show, hide the tree', scope: 'tree', keys: ['t'] },
  {
    id: 'tree.open',
    label: 'Close, open a branch',
    scope: 'tree',
    keys: ['ArrowLeft', 'ArrowRight'],
    fixed: true,
  },
  { id: 'tree.focus', label: 'Only this branch, all', scope: 'tree', keys: ['Enter'], fixed: true },
  { id: 'tree.hide', label: 'Hide this branch, show it again', scope: 'tree', keys: ['h'], fixed: true },
  { id: 'list.copyUrl', label: 'Copy the URL', scope: 'list', keys: ['c'] },
  { id: 'axis.zoomIn', label: 'Zoom into the time axis of all rows', scope: 'list', keys: ['+'] },
  { id: 'axis.zoomOut', label: 'Zoom out of it', scope: 'list', keys: ['-'] },
  { id: 'axis.earlier', label: 'Move it to earlier times', scope: 'list', keys: [','] },
  { id: 'axis.later', label: 'Move it to later times', scope: 'list', keys: ['.'] },
  { id: 'axis.fit', label: 'Fit it to the rows in sight', scope: 'list', keys: ['='] },
  { id: 'strip.toggle', label: 'Show or hide requests over time', scope: 'list', keys: ['o'] },
  { id: 'detail.previousTab', label: 'Previous tab', scope: 'detail', keys: ['['] },
  { id: 'detail.nextTab', label: 'Next tab', scope: 'detail', keys: [']'] },
  { id: 'detail.nextExchange', label: 'Next exchange', scope: 'detail', keys: ['j'] },
  { id: 'detail.previousExchange', label: 'Previous exchange', scope: 'detail', keys: ['k'] },
  {
    id: 'detail.step',
    label: 'Next, previous exchange, also from a tree',
    scope: 'detail',
    keys: ['Alt+ArrowDown', 'Alt+ArrowUp'],
    fixed: true,
  },
  { id: 'detail.dock', label: 'Details at the bottom or right', scope: 'detail', keys: ['b'] },
  { id: 'detail.detach', label: 'Open in a window of its own', scope: 'detail', keys: ['w'] },
  { id: 'packets.nextTrouble', label: 'Next trouble', scope: 'packets', keys: ['n'] },
  { id: 'packets.previousTrouble', label: 'Previous trouble', scope: 'packets', keys: ['Shift+N'] },
  { id: 'packets.mark', label: 'Mark the packet, or no longer', scope: 'packets', keys: ['x'] },
  { id: 'packets.nextMarked', label: 'Next marked packet', scope: 'packets', keys: ['d'] },
  { id: 'packets.previousMarked', label: 'Previous marked packet', scope: 'packets', keys: ['Shift+D'] },
  { id: 'packets.reference', label: 'Count times from this packet', scope: 'packets', keys: ['e'] },
  { id: 'packets.names', label: 'Names or addresses', scope: 'packets', keys: ['a'] },
  { id: 'packets.goTo', label: 'Go to a packet by its number', scope: 'packets', keys: ['g'] },
  { id: 'packets.stream', label: 'Follow the stream of the packet', scope: 'packets', keys: ['s'] },
  { id: 'packets.capture', label: 'Start a capture', scope: 'packets', keys: ['Shift+R'] },
  {
    id: 'picture.zoom',
    label: 'Picture: zoom in, out, show all',
    scope: 'packets',
    keys: ['+', '-', '0'],
    fixed: true,
  },
  {
    id: 'picture.move',
    label: 'Picture: read the point before, behind',
    scope: 'packets',
    keys: ['ArrowLeft', 'ArrowRight'],
    fixed: true,
  },
  {
    id: 'devices.move',
    label: 'Previous, next device',
    scope: 'devices',
    keys: ['ArrowUp', 'ArrowDown'],
    fixed: true,
  },
  { id: 'devices.requests', label: 'Show its requests', scope: 'devices', keys: ['Enter'], fixed: true },
  { id: 'devices.rename', label: 'Rename it', scope: 'devices', keys: ['F2'], fixed: true },
  { id: 'devices.remove', label: 'Remove it', scope: 'devices', keys: ['Delete'], fixed: true },
  { id: 'filter.focus', label: 'Go to the filter', scope: 'filter', keys: ['Mod+F', '/'] },
  {
    id: 'filter.complete',
    label: 'Take the first completion',
    scope: 'filter',
    keys: ['Tab'],
    fixed: true,
  },
  {
    id: 'filter.saved',
    label: 'Apply the first … ninth saved filter',
    scope: 'filter',
    keys: ['Alt+1', 'Alt+9'],
    fixed: true,
  },
  { id: 'panel.exchanges', label: 'Show the exchanges', scope: 'window', keys: ['Mod+1'] },
  { id: 'panel.packets', label: 'Show the packets', scope: 'window', keys: ['Mod+2'] },
  { id: 'panel.conversations', label: 'Show the conversations', scope: 'window', keys: ['Mod+3'] },
  { id: 'panel.statistics', label: 'Show the statistics', scope: 'window', keys: ['Mod+4'] },
  { id: 'panel.devices', label: 'Show the devices', scope: 'window', keys: ['Mod+5'] },
  { id: 'panel.settings', label: 'Show the settings', scope: 'window', keys: ['Mod+6', 'Mod+,'] },
  { id: 'session.open', label: 'Open a session', scope: 'window', keys: ['Mod+O'] },
  { id: 'session.create', label: 'New session', scope: 'window', keys: ['Mod+N'], fixed: true },
  { id: 'session.close', label: 'Close the session shown', scope: 'window', keys: ['Mod+W'], fixed: true },
  {
    id: 'session.step',
    label: 'Previous, next session',
    scope: 'window',
    keys: ['Mod+PageUp', 'Mod+PageDown', 'Mod+Tab'],
    fixed: true,
  },
  { id: 'record.toggle', label: 'Start or stop recording', scope: 'window', keys: ['r'] },
  { id: 'window.encode', label: 'Encode and decode the selection', scope: 'window', keys: ['Mod+E'] },
  { id: 'file.import', label: 'Open or import a file', scope: 'window', keys: ['Mod+I'] },
  { id: 'file.export', label: 'Export to a file', scope: 'window', keys: ['Mod+Shift+E'] },
  {
    id: 'window.part',
    label: 'Next, previous part of the window',
    scope: 'window',
    keys: ['F6', 'Shift+F6'],
    fixed: true,
  },
  { id: 'window.back', label: 'Back one step', scope: 'window', keys: ['Escape'], fixed: true },
  { id: 'window.help', label: 'Show the keys', scope: 'window', keys: ['?'] },
] as const satisfies readonly Command[];

export type CommandId = (typeof commandList)[number]['id'];

export const commands: readonly (Command & { readonly id: CommandId })[] = commandList;

/** The keys of each command, the person's own where they were set. */
export type Bindings = ReadonlyMap<CommandId, readonly string[]>;

/** `own` as in the settings: fixed commands and unknown ones in it are passed over. */
export function bindingsOf(own: Readonly<Record<string, readonly string[]>>): Bindings {
  return new Map(
    commands.map(({ id, keys, fixed }) => [
      id,
      fixed === true || !Object.hasOwn(own, id) ? keys : (own[id] ?? keys),
    ]),
  );
}

/** The command a key belongs to; one whose keys can be changed, since fixed ones stand beside them. */
export function commandOf(bindings: Bindings, key: string): CommandId | null {
  return (
    commands.find(({ id, fixed }) => fixed !== true && bindings.get(id)?.includes(key) === true)?.id ?? null
  );
}

/**
 * The key that handlers know what was pressed by: that of its command as it is by default, itself if it belongs to
 * none, null if it was taken away from its command.
 */
export function usualKey(bindings: Bindings, key: string): string | null {
  const bound = commandOf(bindings, key);
  if (bound !== null) {
    const usual = commands.find(({ id }) => id === bound)?.keys ?? [];
    return usual.includes(key) ? key : (usual[0] ?? null);
  }
  return commands.some(({ keys, fixed }) => fixed !== true && keys.includes(key)) ? null : key;
}

/** Keys that the system, the browser or a field needs. */
const reserved = [
  ...['Mod+A', 'Mod+C', 'Mod+V', 'Mod+X', 'Mod+Z', 'Mod+N', 'Mod+T', 'Mod+W', 'Mod+Q', 'Mod+R'],
  ...['Tab', 'Shift+Tab', ' ', 'Enter', 'Backspace', 'Delete', 'Escape', 'F5', 'F11', 'F12'],
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End'],
];

/** Why a key cannot be given to any command, in one line; null if it can. */
export function keyRefusal(key: string): string | null {
  if (!reserved.includes(key)) return null;
  return 'This key belongs to the system, to lists or to fields. Press another one.';
}
