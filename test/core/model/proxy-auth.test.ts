import { expect, it } from 'vitest';
import { readProxyAuth } from '../../../core/model/proxy-auth.ts';

it('reads user and password, which may hold colons', () => {
  expect(readProxyAuth('me:a:b')).toEqual({ ok: true, value: { user: 'me', password: 'a:b' } });
});

it.each([
  ['me', /user:password/],
  [':x', /Give a user/],
  ['me:', /Give a password/],
  ['me:a\nb', /control characters/],
  [`me:${'ä'.repeat(128)}`, /255 bytes/],
])('says what is wrong with %j', (text, words) => {
  const read = readProxyAuth(text);
  expect(read.ok ? '' : read.error.message).toMatch(words);
});
