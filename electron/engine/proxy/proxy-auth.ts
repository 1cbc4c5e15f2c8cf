import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ProxyAuth } from '../../../core/model/proxy-auth.ts';
import type { Failure } from '../../../core/model/result.ts';
import type { HeaderLine } from '../../../core/observers/http1-events.ts';
import type { AcceptCredentials } from '../../../core/observers/socks.ts';

/** Whom the proxy's listener serves. */
export interface Credentials {
  /** False: everybody. */
  readonly wanted: () => boolean;
  /** True when nothing is wanted. Takes the same time for every wrong answer of one length. */
  readonly accepts: AcceptCredentials;
}

/** The answer to a request without the right password (RFC 9110 section 15.5.8, RFC 7617). */
export const authenticate = {
  statusText: 'Proxy Authentication Required',
  fields: { 'Proxy-Authenticate': 'Basic realm="Plumbline", charset="UTF-8"' },
} as const;

/** Requests without the right password that one connection is answered in a row; then it is closed. */
export const askedMax = 8;

/** `current` is asked each time: the password may change. */
export function createCredentials(current: () => ProxyAuth | null): Credentials {
  const key = randomBytes(32);
  /** What is compared says nothing about the password, whatever time that takes. */
  const digest = (user: Uint8Array, password: Uint8Array): Buffer =>
    createHmac('sha256', key).update(`${user.length}:`).update(user).update(password).digest();
  return {
    wanted: () => current() !== null,
    accepts: (user, password) => {
      const wanted = current();
      if (wanted === null) return true;
      const right = digest(Buffer.from(wanted.user), Buffer.from(wanted.password));
      return timingSafeEqual(digest(user, password), right);
    },
  };
}

/** Why a request with these fields is not served; null when it is. */
export function credentialsProblem(credentials: Credentials, headers: readonly HeaderLine[]): Failure | null {
  if (!credentials.wanted()) return null;
  const field = headers.find(([name]) => name.length === 19 && name.toLowerCase() === 'proxy-authorization');
  if (field === undefined) {
    return {
      code: 'proxy-password-missing',
      message:
        'This proxy wants a user and a password, and the request had none. Give them to the application beside the address of the proxy.',
    };
  }
  const token = /^basic +([\w+/=-]+)$/i.exec(field[1])?.[1];
  const given = Buffer.from(token ?? '', 'base64');
  const colon = given.indexOf(0x3a);
  if (colon !== -1 && credentials.accepts(given.subarray(0, colon), given.subarray(colon + 1))) return null;
  return {
    code: 'proxy-password-wrong',
    message:
      token === undefined
        ? 'The client signed in to the proxy in a way other than Basic, which is the only one that it knows.'
        : 'The user or the password that the client gave to the proxy is wrong.',
  };
}
