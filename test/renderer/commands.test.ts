import { describe, expect, it } from 'vitest';
import { panels } from '../../renderer/panels/index.ts';
import { bindingsOf, commandOf, commands, keyRefusal, usualKey } from '../../renderer/state/commands.ts';
import { keyOf } from '../../renderer/state/keys.ts';

describe('the commands of the window', () => {
  it('have ids and keys of their own', () => {
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
    const keys = commands.filter(({ fixed }) => fixed !== true).flatMap((command) => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('use no key by default that nobody could choose', () => {
    for (const { keys, fixed } of commands) {
      if (fixed !== true) expect(keys.map(keyRefusal)).toEqual(keys.map(() => null));
    }
  });

  it('name keys as a press names them', () => {
    for (const key of commands.flatMap((command) => [...command.keys])) {
      const mod = key.startsWith('Mod+');
      const rest = mod ? key.slice(4) : key;
      const shiftKey = rest.startsWith('Shift+');
      const pressed = shiftKey ? rest.slice(6) : rest;
      const press = { key: pressed, ctrlKey: mod, metaKey: false, shiftKey, altKey: false };
      expect(keyOf(press)).toBe(key);
    }
  });

  it('open every place of the window', () => {
    const ids = commands.map(({ id }) => id as string);
    for (const { id } of panels) expect(ids).toContain(`panel.${id}`);
  });
});

describe('keys of the person’s own', () => {
  it('take the place of the usual ones', () => {
    const bindings = bindingsOf({ 'list.follow': ['g'] });
    expect(commandOf(bindings, 'g')).toBe('list.follow');
    expect(commandOf(bindings, 'f')).toBeNull();
    expect(commandOf(bindings, 'c')).toBe('list.copyUrl');
  });

  it('reach a handler as the usual key of their command', () => {
    const bindings = bindingsOf({ 'list.follow': ['c'], 'list.copyUrl': ['Mod+Shift+C'] });
    expect(usualKey(bindings, 'c')).toBe('f');
    expect(usualKey(bindings, 'Mod+Shift+C')).toBe('c');
    expect(usualKey(bindings, 'f')).toBeNull();
    expect(usualKey(bindings, 'ArrowDown')).toBe('ArrowDown');
    expect(usualKey(bindings, 'x')).toBe('x');
  });

  it('may leave a command without a key, and change nothing of fixed or unknown ones', () => {
    const bindings = bindingsOf({
      'record.toggle': [],
      'window.back': ['x'],
      'no.such': ['y'],
      constructor: ['z'],
    });
    expect(bindings.get('record.toggle')).toEqual([]);
    expect(usualKey(bindings, 'r')).toBeNull();
    expect(bindings.get('window.back')).toEqual(['Escape']);
    expect(commandOf(bindings, 'y')).toBeNull();
  });
});
