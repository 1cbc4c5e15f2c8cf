import type { Failure } from '../../../core/model/result.ts';

export interface PageOptions {
  /** Field lines of this answer alone, each with its line end. */
  readonly fields?: string;
  /** The connection goes on behind this answer. */
  readonly keepAlive?: boolean;
  /** The answer to HEAD: everything but the page. */
  readonly headOnly?: boolean;
}

/**
 * The proxy's own answer where there is none to pass on. Plain text in a page without scripts; every value that
 * came from outside is escaped.
 */
export function failurePage(
  status: number,
  statusText: string,
  failure: Failure,
  { fields = '', keepAlive = false, headOnly = false }: PageOptions = {},
): Buffer {
  const body = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Plumbline: ${escapeHtml(failure.code)}</title>
<body style="font:15px/1.5 system-ui,sans-serif;max-width:42em;margin:4em auto;padding:0 1em">
<h1 style="font-size:1.2em">Plumbline could not pass this request on</h1>
<p>${escapeHtml(failure.message)}</p>
<p style="opacity:.7">Cause: <code>${escapeHtml(failure.code)}</code>. The request is recorded with this cause.</p>
</body></html>
`;
  const bytes = Buffer.from(body);
  const head =
    `HTTP/1.1 ${status} ${statusText}\r\n` +
    'Content-Type: text/html; charset=utf-8\r\n' +
    `Content-Length: ${bytes.length}\r\n` +
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n" +
    'Cache-Control: no-store\r\n' +
    `X-Plumbline-Error: ${failure.code.replace(/[^\w-]/g, '')}\r\n` +
    fields +
    `Connection: ${keepAlive ? 'keep-alive' : 'close'}\r\n\r\n`;
  if (headOnly) return Buffer.from(head, 'latin1');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
