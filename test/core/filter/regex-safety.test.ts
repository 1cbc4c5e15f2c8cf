import { describe, expect, it } from 'vitest';
import { regexProblem } from '../../../core/filter/regex-safety.ts';

describe('a regular expression', () => {
  it('passes when it searches in reasonable time', () => {
    for (const pattern of [
      'abc',
      '^/v[12]/',
      '(foo|bar)+',
      '\\d+\\.\\d+\\.\\d+\\.\\d+',
      '(\\d{1,3}\\.){3}\\d{1,3}',
      'a.*b.*c',
      '(?<name>x)(?=y)(?!z)(?<=x)(?<!q)',
      '[)(]+',
      'x{2,5}',
      '\\(a\\)*',
    ]) {
      expect(`${pattern} ${regexProblem(pattern) ?? 'passes'}`).toBe(`${pattern} passes`);
    }
  });

  it('is refused when a repeat inside a repeat, or like alternatives, could take for ever', () => {
    for (const pattern of [
      '(a+)+',
      '(a*)*b',
      '((ab)*c+)*',
      '(?:a+){20}',
      '(a|a)*',
      '(a|ab)+',
      '(.|b)*',
      '(a|)+',
      '(|a)+',
      '(a?){50}',
      '([a-z]+)+$',
      '(?<x>\\w+\\s?)*',
    ]) {
      expect(`${pattern} ${regexProblem(pattern) ?? 'passes'}`).toMatch(/could take for ever/);
    }
  });

  it('is refused when it repeats anything too often', () => {
    expect(regexProblem('.*a.*b.*c')).toBeNull();
    expect(regexProblem('.*a.*b.*c.*d')).toMatch(/More than 3 repeats/);
    expect(regexProblem('(a.*b){4}')).toMatch(/More than 3 repeats/);
    expect(regexProblem('a{1001}')).toMatch(/at most 1,000 times/);
    expect(regexProblem('(?:a{500}){8}')).toMatch(/at most 1,000 times/);
  });

  it('is refused when it is no pattern or longer than 1,024 characters', () => {
    expect(regexProblem('a(')).toBe('This regular expression is not valid: unterminated group.');
    expect(regexProblem('a'.repeat(1025))).toMatch(/at most 1024 characters/);
  });
});
