import type { Client } from '../../../../core/contract/client.ts';
import { bodyPageBytesMax } from '../../../../core/contract/bodies.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { textDecoder } from '../../../format/media-type.ts';
import { formatSize } from '../../../format/size.ts';

export type CopiedPart = 'requestHead' | 'responseHead' | 'responseBody';

/** A longer body is not put on the clipboard. */
const bodyBytesMax = 4_000_000;

/** Text of an exchange for the clipboard. */
export async function textOfExchange(
  client: Client,
  sessionId: number,
  id: number,
  part: CopiedPart,
): Promise<Result<string>> {
  if (part === 'responseBody') return responseText(client, sessionId, id);
  const found = await client.services.exchanges.get({ sessionId, id });
  if (!found.ok) return found;
  const { request, response } = found.value;
  switch (part) {
    case 'requestHead':
      return request === null ? fail('no-head', 'This exchange has no request head.') : succeed(request.raw);
    case 'responseHead':
      return response === null
        ? fail('no-head', 'This exchange has no response head yet.')
        : succeed(response.raw);
    default:
      return part satisfies never;
  }
}

async function responseText(client: Client, sessionId: number, exchangeId: number): Promise<Result<string>> {
  const pages: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const page = await client.services.bodies.read({
      ...{ sessionId, exchangeId, side: 'response', decoded: true },
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
        `The response body is larger than ${most}. Look at it in the details instead.`,
      );
    }
    if (!done && decodeError === null && bytes.length > 0) continue;
    const whole = joined(pages, size);
    const decoder = textDecoder(contentType, whole);
    // Text of one-byte encodings and of UTF-8 has no zeros.
    if (whole.includes(0) && !decoder.encoding.startsWith('utf-16')) {
      return fail('no-text', 'The response body is no text. Look at it in the details instead.');
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
