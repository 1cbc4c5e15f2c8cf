import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, settingKeys, settingTexts } from '../../core/model/settings.ts';
import { itemsOf } from '../../renderer/panels/settings/items.tsx';
import { sections } from '../../renderer/panels/settings/sections.ts';
import { isFound, markedParts, wordsOf } from '../../renderer/panels/settings/search.ts';
import { bindingsOf } from '../../renderer/state/commands.ts';

const items = itemsOf({
  state: {
    settings: { ...defaultSettings, insecureHosts: ['staging.shop.test'], bodyBytesMax: 70_000_000 },
    path: '/data/settings.json',
    folder: '/data',
    problem: null,
  },
  authority: null,
  bindings: bindingsOf({}),
});

function idsFor(query: string): string[] {
  return items.filter((item) => isFound(item, wordsOf(query))).map(({ id }) => id);
}

describe('searching the settings', () => {
  it.each([
    ['by name', 'proxy address', ['listen']],
    ['by meaning', 'accept only their own', ['passThroughHosts']],
    ['by name in the file', 'diskFreeBytesMin', ['diskFreeBytesMin']],
    ['by value', 'staging.shop', ['insecureHosts']],
    ['by value as it is written', '70 MB', ['bodyBytesMax']],
    ['by a command in the keys', 'follow newest', ['Keys']],
    ['whatever the case', 'THEME', ['theme']],
  ])('finds %s', (_how, query, ids) => {
    expect(idsFor(query)).toEqual(ids);
  });

  it('finds everything without words and nothing with one that occurs nowhere', () => {
    expect(idsFor('  ')).toHaveLength(items.length);
    expect(idsFor('proxy zebra')).toEqual([]);
  });

  it('knows every setting, each in a section that exists', () => {
    const labels = items.map(({ label }) => label);
    for (const key of settingKeys) expect(labels).toContain(settingTexts[key].label);
    const ids = sections.map(({ id }) => id as string);
    for (const { section } of items) expect(ids).toContain(section);
  });
});

describe('marking hits', () => {
  it('cuts the text where the words are', () => {
    expect(markedParts('Proxy address', ['add', 'prox'])).toEqual([
      { text: 'Prox', hit: true },
      { text: 'y ', hit: false },
      { text: 'add', hit: true },
      { text: 'ress', hit: false },
    ]);
  });

  it('always gives the whole text again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.string({ minLength: 1, maxLength: 3 })),
        (text, words) => {
          const parts = markedParts(text, words.flatMap(wordsOf));
          expect(parts.map((part) => part.text).join('')).toBe(text);
        },
      ),
    );
  });
});
