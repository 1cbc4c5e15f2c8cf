import type { Client } from '../../../../core/contract/client.ts';
import { bodyPageBytesMax } from '../../../../core/contract/bodies.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { curlSnippet } from '../../../../core/formats/curl.ts';
import { textDecoder } from '../../../format/media-type.ts';
import { formatSize } from '../../../format/size.ts';

export type CopiedPart = 'curl' | 'requestHead' | 'responseHead' | 'responseBody';

/** A longer body is not put on the clipboard. */
const bodyBytesMax = 4_000_000;

/** Text of an exchange for the clipboard. */
export async function textOfExchange(
  client: Client,
  sessionId: number,
  id: number,
  part: CopiedPart,
): Promise<Result<string>> {
  if (part === 'responseBody') return bodyText(client, id, sessionId, 'response');
  const found = await client.services.exchanges.get({ sessionId, id });
  if (!found.ok) return found;
  const { exchange, request, response } = found.value;
  switch (part) {
    case 'requestHead':
      return request === null ? fail('no-head', 'This exchange has no request head.') : succeed(request.raw);
    case 'responseHead':
      return response === null
        ? fail('no-head', 'This exchange has no response head yet.')
        : succeed(response.raw);
    case 'curl': {
      if (request === null)
        return fail('no-head', 'A tunnel was passed through unread: there is no request.');
      const body = exchange.requestBytes > 0 ? await bodyText(client, id, sessionId, 'request') : null;
      if (body !== null && !body.ok) return body;
      return succeed(
        curlSnippet({
          method: exchange.method,
          url: asciiUrl(exchangeUrl(exchange)),
          version: 'HTTP/1.1',
          headers: request.headers.filter(
            ([name]) => body === null || name.toLowerCase() !== 'content-encoding',
          ),
          body: body === null ? { kind: 'none' } : { kind: 'text', text: body.value },
        }),
      );
    }
    default:
      return part satisfies never;
  }
}

/** Paths come one character a byte, host names as they are. */
function asciiUrl(url: string): string {
  return url.replace(/[^\x21-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code <= 0xff) return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
    return code >= 0xd800 && code <= 0xdfff ? '%EF%BF%BD' : encodeURIComponent(character);
  });
}

async function bodyText(
  client: Client,
  exchangeId: number,
  sessionId: number,
  side: 'request' | 'response',
): Promise<Result<string>> {
  const pages: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const page = await client.services.bodies.read({
      ...{ sessionId, exchangeId, side, decoded: true },
      ...{ from: size, limit: bodyPageBytesMax },
    });
    if (!page.ok) return page;
    const { bytes, done, decodeError, contentType } = page.value;
    pages.push(bytes);
    size += bytes.length;
    if (size > bodyBytesMax) {
      const most = formatSize(bodyBytesMax);
      return fail(
        'body-too-large',
        `The ${side} body is larger than ${most}. Look at it in the details instead.`,
      );
    }
    if (!done && decodeError === null && bytes.length > 0) continue;
    const whole = joined(pages, size);
    const decoder = textDecoder(contentType, whole);
    // Text of one-byte encodings and of UTF-8 has no zeros.
    if (whole.includes(0) && !decoder.encoding.startsWith('utf-16')) {
      return fail('no-text', `The ${side} body is no text. Look at it in the details instead.`);
    }
    return succeed(decoder.decode(whole));
  }
}

function joined(pages: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const page of pages) {
    whole.set(page, at);
    at += page.length;
  }
  return whole;
}
