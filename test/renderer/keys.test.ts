import { describe, expect, it } from 'vitest';
import { keyLabel, keyOf, type KeyPress } from '../../renderer/state/keys.ts';

function press(key: string, held: Partial<KeyPress> = {}): string | null {
  return keyOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });
}

describe('naming what was pressed', () => {
  it('tells letters with and without Shift, whatever Caps Lock says', () => {
    expect(press('f')).toBe('f');
    expect(press('F')).toBe('f');
    expect(press('F', { shiftKey: true })).toBe('Shift+F');
  });

  it('takes other characters as what they give, however they were typed', () => {
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('/')).toBe('/');
    expect(press('[', { ctrlKey: true, altKey: true, getModifierState: () => true })).toBe('[');
  });

  it('calls Ctrl and ⌘ the same', () => {
    expect(press('f', { ctrlKey: true })).toBe('Mod+F');
    expect(press('F', { metaKey: true, shiftKey: true })).toBe('Mod+Shift+F');
    expect(press('1', { ctrlKey: true })).toBe('Mod+1');
  });

  it('names named keys, with Shift if it is held', () => {
    expect(press('Escape')).toBe('Escape');
    expect(press('F2', { shiftKey: true })).toBe('Shift+F2');
  });

  it('has no name for modifiers alone, dead keys and combinations with Alt', () => {
    for (const key of ['Shift', 'Control', 'Meta', 'Dead', 'Process']) expect(press(key)).toBeNull();
    expect(press('f', { altKey: true })).toBeNull();
  });
});

it('writes keys for a person', () => {
  expect(keyLabel('Mod+Shift+F', false)).toBe('Ctrl Shift F');
  expect(keyLabel('Mod+F', true)).toBe('⌘ F');
  expect(keyLabel('Alt+ArrowDown', false)).toBe('Alt ↓');
  expect(keyLabel('Alt+1', true)).toBe('⌥ 1');
  expect(keyLabel('ArrowUp', false)).toBe('↑');
  expect(keyLabel('+', false)).toBe('+');
  expect(keyLabel('Mod++', false)).toBe('Ctrl +');
});
