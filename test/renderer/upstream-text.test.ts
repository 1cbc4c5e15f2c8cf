import { describe, expect, it } from 'vitest';
import {
  maskedAddress,
  overrideText,
  parseOverride,
  parseRule,
  ruleText,
  unmaskedAddress,
} from '../../renderer/format/upstream-text.ts';

describe('the address of an upstream proxy', () => {
  it('is shown without its password, and keeps it when something else is edited', () => {
    const kept = 'http://ada:s@same@proxy:3128';
    expect(maskedAddress(kept)).toBe('http://ada:••••@proxy:3128');
    expect(unmaskedAddress('https://bob:••••@proxy:3129', kept)).toBe('https://bob:s@same@proxy:3129');
    expect(unmaskedAddress('http://ada:new@proxy:3128', kept)).toBe('http://ada:new@proxy:3128');
    expect(maskedAddress('http://proxy:3128')).toBe('http://proxy:3128');
    expect(maskedAddress('')).toBe('');
  });

  it('keeps a password with a dollar sign in it', () => {
    expect(unmaskedAddress('http://ada:••••@p:1', "http://ada:$&$'@p:1")).toBe("http://ada:$&$'@p:1");
  });
});

describe('a rule', () => {
  it('is read and written as one line', () => {
    for (const text of ['*.shop.test = http://proxy:3128', 'a.test = DIRECT']) {
      const rule = parseRule(text);
      if ('problem' in rule) throw new Error(rule.problem);
      expect(ruleText(rule)).toBe(text);
    }
    expect(parseRule('A.test=direct')).toEqual({ host: 'a.test', proxy: 'DIRECT' });
  });

  it.each(['a.test', '= http://p', 'a.test = ftp://p'])('%j is none', (text) => {
    expect(parseRule(text)).toHaveProperty('problem');
  });
});

describe('a hosts override', () => {
  it.each([
    'api.shop.test = 127.0.0.1',
    'api.shop.test = 127.0.0.1:8443',
    '*.shop.test = staging.shop.test',
    'six.test = fd00::1',
    'six.test = [fd00::1]:8443',
  ])('%j is read and written as one line', (text) => {
    const override = parseOverride(text);
    if ('problem' in override) throw new Error(override.problem);
    expect(overrideText(override)).toBe(text);
  });

  it.each(['a.test', 'a.test = b c', 'a.test = 10.0.0.1:99999', 'a.test = http://b'])(
    '%j is none',
    (text) => {
      expect(parseOverride(text)).toHaveProperty('problem');
    },
  );
});
