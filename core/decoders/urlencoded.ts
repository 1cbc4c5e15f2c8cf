import { succeed } from '../model/result.ts';
import { mediaTypeOf, type Decoder } from './decoder.ts';
import type { Field, FieldList } from './fields.ts';
import { decodeLatin1, decodeUtf8 } from './utf8.ts';

const fieldsMax = 20_000;

/** `application/x-www-form-urlencoded` (WHATWG URL section 5.1) and query strings: in order, repeated names kept. */
export function readUrlencoded(text: string): FieldList {
  const fields: Field[] = [];
  let at = 0;
  while (at < text.length && fields.length < fieldsMax) {
    const stop = text.indexOf('&', at);
    const end = stop === -1 ? text.length : stop;
    if (end > at) fields.push(readField(text.slice(at, end)));
    at = end + 1;
  }
  const notes =
    at < text.length ? [`Only the first ${fieldsMax.toLocaleString('en')} fields are shown.`] : [];
  return { kind: 'fields', fields, notes };
}

function readField(sent: string): Field {
  const equals = sent.indexOf('=');
  const nameSent = equals === -1 ? sent : sent.slice(0, equals);
  const valueSent = equals === -1 ? null : sent.slice(equals + 1);
  const name = percentDecode(nameSent, true);
  const value = valueSent === null ? null : percentDecode(valueSent, true);
  return {
    name: name.text,
    value: value?.text ?? null,
    nameSent,
    valueSent,
    problem: name.problem ?? value?.problem ?? null,
  };
}

/**
 * Percent-decoding (RFC 3986 section 2.1), `+` as a space where `plus`. Escapes that are no escapes, or whose bytes
 * are no UTF-8, leave the whole text as it was sent, with the reason.
 */
export function percentDecode(
  sent: string,
  plus: boolean,
): { readonly text: string; readonly problem: string | null } {
  if (!/[%+]/.test(sent)) return { text: sent, problem: null };
  if (/%(?![0-9A-Fa-f]{2})/.test(sent))
    return {
      text: sent,
      problem: 'A % is not followed by two hexadecimal digits, so this is shown as it was sent.',
    };
  const spaced = plus ? sent.replaceAll('+', ' ') : sent;
  try {
    return { text: decodeURIComponent(spaced), problem: null };
  } catch {
    return { text: sent, problem: 'The escaped bytes are not UTF-8, so this is shown as it was sent.' };
  }
}

/** The query of a request target: what stands between `?` and `#`; null without `?`. */
export function queryOf(target: string): string | null {
  const mark = target.indexOf('?');
  if (mark === -1) return null;
  const hash = target.indexOf('#', mark);
  return target.slice(mark + 1, hash === -1 ? undefined : hash);
}

const formBytesMax = 4_194_304;

export const urlencoded: Decoder = {
  id: 'urlencoded',
  name: 'Form',
  bytesMax: formBytesMax,
  recognises: ({ contentType, bytes }) =>
    mediaTypeOf(contentType) === 'application/x-www-form-urlencoded' &&
    /^[^\s{[<"]*[=&][^\s]*\s*$|^[^\s{[<"]+$/.test(decodeLatin1(bytes, 0, 512)),
  decode: ({ bytes, complete }) => {
    const list = readUrlencoded(decodeUtf8(bytes).replace(/[\r\n]+$/, ''));
    const notes = complete ? list.notes : [...list.notes, 'The form goes on after what was read.'];
    return succeed({ ...list, notes });
  },
};
