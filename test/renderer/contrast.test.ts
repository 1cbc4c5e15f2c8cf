import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../renderer/theme/tokens.css', import.meta.url), 'utf8');
/** WCAG 2.1, 1.4.3 for text and 1.4.11 for what is no text. */
const textLeast = 4.5;
const graphicLeast = 3;

type Theme = 'light' | 'dark';
type Tokens = ReadonlyMap<string, Readonly<Record<Theme, string>>>;

function tokensOf(text: string): Tokens {
  const pattern = /--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g;
  return new Map(
    [...text.matchAll(pattern)].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]),
  );
}

const contrastMore = css.indexOf('@media (prefers-contrast');
const usual = tokensOf(css.slice(0, contrastMore));
const more: Tokens = new Map([...usual, ...tokensOf(css.slice(contrastMore))]);

/** Relative luminance of `#rrggbb` (WCAG 2.1). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(tokens: Tokens, theme: Theme, front: string, back: string): number {
  const of = (name: string): number => luminance(tokens.get(name)?.[theme] ?? '');
  const [dark = NaN, light = NaN] = [of(front), of(back)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['background', 'panel', 'raised', 'hover', 'selected'];
const texts = ['text', 'muted', 'accent', 'note', 'warning', 'problem'];
const codes = ['json-key', 'json-string', 'json-number', 'json-word'];
const textPairs: [string, string][] = [
  ...texts.flatMap((front) => grounds.map((back): [string, string] => [front, back])),
  ...codes.flatMap((front) => ['background', 'panel'].map((back): [string, string] => [front, back])),
  ['accent-text', 'accent'],
  ['text', 'warning-back'],
  ['muted', 'warning-back'],
  ['warning', 'warning-back'],
  ['text', 'problem-back'],
  ['muted', 'problem-back'],
  ['problem', 'problem-back'],
];
const graphics = [...usual.keys()].filter((name) => name.startsWith('phase-') || name === 'recording');

describe.each(['light', 'dark'] as const)('the colours, %s', (theme) => {
  it.each([
    ['as they are', usual],
    ['with more contrast wanted', more],
  ])('let every text be read on every ground, %s', (_when, tokens) => {
    const poor = textPairs
      .map(([front, back]) => ({ pair: `${front} on ${back}`, ratio: contrast(tokens, theme, front, back) }))
      .filter(({ ratio }) => !(ratio >= textLeast))
      .map(({ pair, ratio }) => `${pair}: ${ratio.toFixed(2)}`);
    expect(poor).toEqual([]);
  });

  it('let phases and the recording sign be seen', () => {
    const poor = graphics
      .map((name) => ({ name, ratio: contrast(usual, theme, name, 'background') }))
      .filter(({ ratio }) => !(ratio >= graphicLeast))
      .map(({ name, ratio }) => `${name}: ${ratio.toFixed(2)}`);
    expect(poor).toEqual([]);
  });
});
