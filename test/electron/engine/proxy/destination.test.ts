import { expect, it } from 'vitest';
import { createTargetReader, parseAbsoluteTarget } from '../../../../electron/engine/proxy/destination.ts';

const targets = [
  ...['http://a/', 'http://a/x', 'http://a//x', 'http://a', 'http://a?q', 'http://a?/x', 'http://a#/f'],
  ...['http://ab/x', 'http://a:80/x', 'http://a:81/x', 'http://a:8/x', 'HTTP://A/x', 'http://u:p@a/x'],
  ...['http://u@a/http://a/', 'http://[::1]/x', 'http://[::1]:80/x', 'https://a/x', 'ftp://a/x'],
  ...['http:///x', 'http://', '/x', '*', '', 'a:80', 'http://a:99999/x', 'http://a/\u00e9'],
];

it('reads a target the same whatever the one before it was', () => {
  for (const method of ['GET', 'OPTIONS']) {
    for (const first of targets) {
      for (const second of targets) {
        const read = createTargetReader();
        read(first, method);
        expect(read(second, method), `${second} after ${first}`).toEqual(parseAbsoluteTarget(second, method));
      }
    }
  }
});
