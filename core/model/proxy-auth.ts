import { fail, succeed, type Result } from './result.ts';

/** Who may use the proxy's listener. */
export interface ProxyAuth {
  /** Without a colon (RFC 7617 section 2). At most 255 bytes as UTF-8, as is the password (RFC 1929). */
  readonly user: string;
  readonly password: string;
}

/** Why this cannot be a user, or a password, of the proxy; null if it can. */
export function proxyAuthProblem(what: 'user' | 'password', text: string): string | null {
  if (text === '') return `Give a ${what}.`;
  if (what === 'user' && text.includes(':')) return 'A user has no colon in its name.';
  if (/\p{Cc}/u.test(text)) return `A ${what} has no line ends and no other control characters.`;
  if (utf8Length(text) > 255) return `A ${what} has at most 255 bytes.`;
  return null;
}

/** Reads `user:password`. Error: `bad-proxy-auth`. */
export function readProxyAuth(text: string): Result<ProxyAuth> {
  const at = text.indexOf(':');
  if (at === -1) return fail('bad-proxy-auth', 'Write user and password of the proxy as user:password.');
  const auth = { user: text.slice(0, at), password: text.slice(at + 1) };
  const problem = proxyAuthProblem('user', auth.user) ?? proxyAuthProblem('password', auth.password);
  return problem === null
    ? succeed(auth)
    : fail('bad-proxy-auth', `User and password of the proxy: ${problem}`);
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
