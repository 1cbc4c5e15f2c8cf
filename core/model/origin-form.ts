import { replaceField } from './replace-field.ts';

/** Fields between a client and its proxy only (RFC 9110 section 11.7, and the common Proxy-Connection). */
const proxyFields = new Set(['proxy-connection', 'proxy-authorization', 'proxy-authenticate']);

/**
 * The one rewriting the tap does: the request target in origin form, the proxy's own fields taken out, every
 * other byte as it came (RFC 9112 section 3.2.1). `head` is a whole request head as ISO 8859-1 text.
 */
export function originFormHead(head: string, target: string, path: string): string {
  const lineEnd = head.indexOf('\n') + 1;
  const at = head.indexOf(target);
  const requestLine = head.slice(0, at) + path + head.slice(at + target.length, lineEnd);
  return requestLine + withoutProxyFields(head, lineEnd);
}

/** What stands in the session in place of the password that a client gave to the proxy. */
const removed = '[removed]';

/** A request head, as ISO 8859-1 text, without the credentials that were meant for the proxy alone. */
export function withoutProxyCredentials(head: string): string {
  return replaceField(head, 'proxy-authorization', removed);
}

/**
 * The head as it goes to an upstream proxy: the request line stays in absolute form (RFC 9112 section 3.2.2), the
 * client's own proxy fields are taken out, `authorization` (null for none) becomes the last field, with the line end
 * that the head has. Every other byte stays as it came.
 */
export function absoluteFormHead(head: string, target: string, authorization: string | null): string {
  const kept = originFormHead(head, target, target);
  if (authorization === null) return kept;
  const blank = kept.endsWith('\r\n') ? '\r\n' : '\n';
  return `${kept.slice(0, kept.length - blank.length)}Proxy-Authorization: ${authorization}${blank}${blank}`;
}

/** `name`: in any case. */
export function isProxyField(name: string): boolean {
  return name.length >= 16 && proxyFields.has(name.toLowerCase());
}

function withoutProxyFields(text: string, from: number): string {
  let kept = '';
  let keptFrom = from;
  let lineFrom = from;
  let dropping = false;
  while (lineFrom < text.length) {
    const newline = text.indexOf('\n', lineFrom);
    const lineTo = newline === -1 ? text.length : newline + 1;
    const first = text.charCodeAt(lineFrom);
    const folded = first === 0x20 || first === 0x09;
    if (!folded) {
      const colon = text.indexOf(':', lineFrom);
      const name = colon === -1 || colon > lineTo ? '' : text.slice(lineFrom, colon).trim().toLowerCase();
      const drop = proxyFields.has(name);
      if (drop && !dropping) kept += text.slice(keptFrom, lineFrom);
      if (!drop && dropping) keptFrom = lineFrom;
      dropping = drop;
    }
    lineFrom = lineTo;
  }
  return dropping ? kept : kept + text.slice(keptFrom);
}
