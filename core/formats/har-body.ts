import { onePiece, type ByteSource, type Pieces } from '../encoding/byte-source.ts';
import type { JsonRange } from '../encoding/json-skim.ts';
import { base64DecodedPieces, unescapedPieces } from '../encoding/json-text.ts';
import { fieldValue, readHeadText } from '../model/head-text.ts';
import type { Platform } from '../model/platform.ts';
import { noBody, type FormatBody } from './format.ts';
import { isObject } from './har-own.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The bodies of one entry; long ones rest in the file until they are read. */
export interface EntryBodies {
  /** `content`, or `postData` and `_content` of a request. `head` says whether a content coding was undone. */
  readonly content: (content: Json, head: string | null) => FormatBody;
  readonly request: (request: Json, head: string | null) => FormatBody;
  /** Where the JSON text of a value stands that was not read; null where it was. */
  readonly unread: (value: unknown) => JsonRange | null;
}

export function createEntryBodies(
  source: ByteSource,
  platform: Platform,
  ranges: readonly JsonRange[],
): EntryBodies {
  function rangeOf(value: unknown): JsonRange | null {
    const index = isObject(value) ? value['$range'] : null;
    return typeof index === 'number' ? (ranges[index] ?? null) : null;
  }

  function content(from: Json, head: string | null): FormatBody {
    const { text } = from;
    const range = rangeOf(text);
    if (range === null && (typeof text !== 'string' || text === '')) return noBody;
    const isBase64 = from['encoding'] === 'base64';
    const latin1 = !isBase64 && range === null && isLatin1(textOf(text), textOf(from['mimeType']));
    const open = (): Pieces => {
      const bytesOf = latin1 ? platform.bytesOfLatin1 : platform.bytesOfUtf8;
      const plain =
        range === null ? onePiece(bytesOf(textOf(text))) : unescapedPieces(source, range, platform);
      return isBase64 ? base64DecodedPieces(plain, platform) : plain;
    };
    if (from['_coded'] === true) return { wire: open, content: null };
    return { wire: hasCoding(head) ? null : open, content: open };
  }

  return {
    content,
    request: (request, head) => {
      const binary = objectOf(request['_content']);
      const posted = 'text' in binary ? binary : objectOf(request['postData']);
      const body = content(posted, head);
      return body === noBody ? content({ text: formText(posted['params']) }, head) : body;
    },
    unread: rangeOf,
  };
}

/** Browsers decode text before they write it; what was ISO 8859-1 becomes that again. */
function isLatin1(text: string, mimeType: string): boolean {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(mimeType)?.[1]?.toLowerCase();
  return (charset === 'iso-8859-1' || charset === 'latin1') && !/[^\x00-\xff]/.test(text);
}

/** Some writers give the fields of a form and no text. */
function formText(params: unknown): string {
  if (!Array.isArray(params)) return '';
  return params
    .filter(isObject)
    .map((each) => `${formEncoded(textOf(each['name']))}=${formEncoded(textOf(each['value']))}`)
    .join('&');
}

function formEncoded(text: string): string {
  const wellFormed = text.replace(/[\ud800-\udfff]/gu, '\ufffd');
  return encodeURIComponent(wellFormed).replaceAll('%20', '+');
}

function hasCoding(head: string | null): boolean {
  if (head === null) return false;
  const coding = fieldValue(readHeadText(head).headers, 'content-encoding');
  return coding !== null && !/^(identity)?$/i.test(coding.trim());
}

export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** Empty for what is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
