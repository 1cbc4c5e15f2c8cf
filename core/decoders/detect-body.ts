import { mediaTypeOf, saysLittle, type BodySample, type Decoder } from './decoder.ts';
import { decodeLatin1, isUtf8 } from './utf8.ts';

export type TextLanguage = 'json' | 'xml' | 'html' | 'css' | 'javascript' | 'plain';

/** What a body is: by its type, and by its bytes where the type says little or is wrong. */
export interface DetectedBody {
  readonly decoders: readonly Decoder[];
  readonly text: boolean;
  readonly language: TextLanguage;
  /** Type of the picture, null for anything else. */
  readonly image: string | null;
  /** May be drawn as a page. */
  readonly page: boolean;
}

const sniffBytes = 4096;

/** Looks at the type and the first bytes; `known` are the decoders to choose from. */
export function detectBody(sample: BodySample, known: readonly Decoder[]): DetectedBody {
  const mediaType = mediaTypeOf(sample.contentType);
  const image = imageType(mediaType, sample.bytes);
  const text = looksLikeText(sample);
  const recognised = image !== null && !text ? [] : known.filter((decoder) => decoder.recognises(sample));
  const language = text ? languageOf(mediaType, sample.bytes, recognised) : 'plain';
  return { decoders: recognised, text, language, image, page: text && language === 'html' };
}

/** No control characters but white space and escape among the first bytes (WHATWG MIME Sniffing section 7.2), or UTF-16. */
function looksLikeText({ bytes }: BodySample): boolean {
  const head = bytes.subarray(0, sniffBytes);
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  const binary = (byte: number) =>
    byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f);
  if (head.some(binary)) return false;
  if (isUtf8(head, 0, head.length, true)) return true;
  return head.filter((byte) => byte >= 0x80).length < head.length / 4;
}

function languageOf(mediaType: string, bytes: Uint8Array, recognised: readonly Decoder[]): TextLanguage {
  if (/\/(xhtml\+xml|html)$/.test(mediaType)) return 'html';
  if (mediaType.endsWith('css')) return 'css';
  const ids = recognised.map(({ id }) => id);
  if (/(java|ecma|type)script$/.test(mediaType) && !ids.includes('json')) return 'javascript';
  if (ids.includes('json')) return 'json';
  if (ids.includes('xml') || mediaType === 'image/svg+xml') return 'xml';
  return saysLittle(mediaType) && /^\s*<(!doctype html|html|head|body)/i.test(decodeLatin1(bytes, 0, 256))
    ? 'html'
    : 'plain';
}

const signatures: readonly (readonly [type: string, at: number, bytes: readonly number[]])[] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/gif', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', 8, [0x57, 0x45, 0x42, 0x50]],
  ['image/bmp', 0, [0x42, 0x4d]],
  ['image/x-icon', 0, [0x00, 0x00, 0x01, 0x00]],
  ['image/avif', 4, [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66]],
];

/** What the bytes say, else what the type says (WHATWG MIME Sniffing section 6.1). */
function imageType(mediaType: string, bytes: Uint8Array): string | null {
  const declared = mediaType.startsWith('image/');
  if (declared || saysLittle(mediaType)) {
    const found = signatures.find(
      ([type, at, magic]) =>
        (declared || (type !== 'image/bmp' && type !== 'image/x-icon')) &&
        magic.every((byte, index) => bytes[at + index] === byte),
    );
    if (found !== undefined) return found[0];
  }
  return declared ? mediaType : null;
}
