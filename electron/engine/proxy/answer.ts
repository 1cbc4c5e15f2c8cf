import type { Failure } from '../../../core/model/result.ts';
import { escapeMarkup } from '../../../core/portal/escape-markup.ts';

export interface PageOptions {
  /** Fields of this answer alone. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The connection goes on behind this answer. */
  readonly keepAlive?: boolean;
  /** The answer to HEAD: everything but the page. */
  readonly headOnly?: boolean;
}

/** The proxy's own answer over HTTP/1.1 where there is none to pass on. */
export function failurePage(
  status: number,
  statusText: string,
  failure: Failure,
  options: PageOptions = {},
): Buffer {
  const { fields, body } = failureText(failure);
  const connection = options.keepAlive === true ? 'keep-alive' : 'close';
  const lines = Object.entries({ ...fields, ...options.fields, Connection: connection });
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`HTTP/1.1 ${status} ${statusText}\r\n${text}\r\n`, 'latin1');
  return options.headOnly === true ? head : Buffer.concat([head, body]);
}

/** Fields and body of that answer. Plain text in a page without scripts; every value that came from outside is escaped. */
export function failureText(failure: Failure): {
  readonly fields: Readonly<Record<string, string>>;
  readonly body: Buffer;
} {
  const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Plumbline: ${escapeMarkup(failure.code)}</title>
<body style="font:15px/1.5 system-ui,sans-serif;max-width:42em;margin:4em auto;padding:0 1em">
<h1 style="font-size:1.2em">Plumbline could not pass this request on</h1>
<p>${escapeMarkup(failure.message)}</p>
<p style="opacity:.7">Cause: <code>${escapeMarkup(failure.code)}</code>. The request is recorded with this cause.</p>
</body></html>
`;
  const body = Buffer.from(page);
  return {
    fields: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': String(body.length),
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
      'Cache-Control': 'no-store',
      'X-Plumbline-Error': failure.code.replace(/[^\w-]/g, ''),
    },
    body,
  };
}
