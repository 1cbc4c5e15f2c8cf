/** What of a keyboard event names the key. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly getModifierState?: (modifier: 'AltGraph') => boolean;
}

const modifierKeys = [
  'Control',
  'Shift',
  'Alt',
  'AltGraph',
  'Meta',
  'CapsLock',
  'Dead',
  'Unidentified',
  'Process',
];

/**
 * The name of what was pressed, as settings keep it: `f`, `?`, `Mod+F`, `Shift+F`, `Mod+Shift+F`, `F2`. `Mod` is Ctrl
 * or ⌘. Letters without `Mod` and Shift are lower case, whatever Caps Lock says; other characters are what they give.
 * Null for modifiers alone and for combinations with Alt, which write characters or open menus.
 */
export function keyOf(press: KeyPress): string | null {
  if (modifierKeys.includes(press.key)) return null;
  const altGraph = press.getModifierState?.('AltGraph') === true;
  if (press.altKey && !altGraph) return null;
  const mod = (press.ctrlKey || press.metaKey) && !altGraph;
  const isCharacter = /^.$/su.test(press.key);
  const isLetter = isCharacter && press.key.toLowerCase() !== press.key.toUpperCase();
  const shift = press.shiftKey && (!isCharacter || isLetter);
  const name = !isLetter ? press.key : mod || shift ? press.key.toUpperCase() : press.key.toLowerCase();
  return `${mod ? 'Mod+' : ''}${shift ? 'Shift+' : ''}${name}`;
}

const shown: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Escape: 'Esc',
  ' ': 'Space',
};

/** How a key is written for a person: `Ctrl F`, `⌘ F`, `↑`. */
export function keyLabel(key: string, isMac: boolean): string {
  const parts = /^(Mod\+)?(Alt\+)?(Shift\+)?(.+)$/s.exec(key);
  const name = parts?.[4] ?? key;
  const modifiers = [
    ...(parts?.[1] === undefined ? [] : [isMac ? '⌘' : 'Ctrl']),
    ...(parts?.[2] === undefined ? [] : [isMac ? '⌥' : 'Alt']),
    ...(parts?.[3] === undefined ? [] : [isMac ? '⇧' : 'Shift']),
  ];
  return [...modifiers, shown[name] ?? name].join(' ');
}

/** The event a handler would have seen for the key with this name. */
export function eventOf(key: string, event: KeyboardEvent): KeyboardEvent {
  const parts = /^(Mod\+)?(Shift\+)?(.+)$/s.exec(key);
  const name = parts?.[3] ?? key;
  return new KeyboardEvent(event.type, {
    key: parts?.[1] !== undefined && name.length === 1 ? name.toLowerCase() : name,
    ctrlKey: parts?.[1] !== undefined,
    shiftKey: parts?.[2] !== undefined,
    repeat: event.repeat,
  });
}
