import { appFromUserAgent } from '../../../core/model/app-name.ts';

type Headers = readonly (readonly [name: string, value: string])[];

/** The program that the requests of one connection name; a client says the same on every request. */
export function createAppReader(): (headers: Headers) => string | null {
  let lastUserAgent: string | null = null;
  let lastApp: string | null = null;
  return (headers) => {
    const userAgent = fieldOf(headers, 'user-agent');
    if (userAgent !== lastUserAgent) {
      lastUserAgent = userAgent;
      lastApp = userAgent === null ? null : appFromUserAgent(userAgent);
    }
    return lastApp;
  };
}

/** The media type, lower case, without parameters; null if the head has none. */
export function contentTypeOf(headers: Headers): string | null {
  const value = fieldOf(headers, 'content-type');
  if (value === null) return null;
  const end = value.indexOf(';');
  return (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
}

/** The first value of a field; `wanted` is lower case. */
export function fieldOf(headers: Headers, wanted: string): string | null {
  for (const [name, value] of headers) {
    if (name.length === wanted.length && name.toLowerCase() === wanted) return value;
  }
  return null;
}
