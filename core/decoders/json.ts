import { fail, succeed } from '../model/result.ts';
import { mediaTypeOf, saysLittle, type Decoder } from './decoder.ts';
import { scanJson } from './json-scan.ts';

/** JSON (RFC 8259), one value or several after another. */
export const json: Decoder = {
  id: 'json',
  name: 'Tree',
  bytesMax: 33_554_432,
  recognises: ({ contentType, bytes }) => {
    const mediaType = mediaTypeOf(contentType);
    if (/[/+]json$|[/-](x-)?(ndjson|jsonl|jsonlines|json-seq|json-lines)$|\/json5?$/.test(mediaType))
      return bytes.length > 0;
    const guess =
      saysLittle(mediaType) || /javascript$|x-www-form-urlencoded$|^text\/(x-)?json$/.test(mediaType);
    return guess && looksLikeJson(bytes);
  },
  decode: ({ bytes, complete }) => {
    const table = scanJson(bytes, complete);
    if (table.count === 0) return fail('not-json', table.problem ?? 'There is no JSON in it.');
    return succeed(table);
  },
};

/** Begins as an object or array does. */
export function looksLikeJson(bytes: Uint8Array): boolean {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb ? 3 : 0;
  while (isSpace(bytes[at])) at += 1;
  const first = bytes[at];
  at += 1;
  while (isSpace(bytes[at])) at += 1;
  const second = bytes[at] ?? 0;
  if (first === 0x7b) return second === 0x22 || second === 0x7d || second === 0x2f;
  return first === 0x5b && /[[{"\]\d\-tfn/]/.test(String.fromCharCode(second));
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
