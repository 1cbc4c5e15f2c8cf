/** What fits a narrow column: `json`, `html`, `png`, `form`. */
export function shortType(mediaType: string | null): string {
  if (mediaType === null) return '';
  const subtype = mediaType.slice(mediaType.indexOf('/') + 1);
  switch (subtype) {
    case 'x-www-form-urlencoded':
      return 'form';
    case 'form-data':
      return 'multipart';
    case 'octet-stream':
      return 'binary';
    case 'event-stream':
      return 'events';
    case 'x-javascript':
    case 'ecmascript':
      return 'javascript';
    default:
      return subtype
        .replace(/^x-/, '')
        .replace(/^vnd\..*\+/, '')
        .replace(/\+.*$/, '');
  }
}

export type BodyKind = 'empty' | 'json' | 'image' | 'text' | 'binary';

const textTypes =
  /^text\/|[/+](xml|javascript|ecmascript|x-javascript|x-www-form-urlencoded|graphql|yaml|toml)$/;

/** How a body is best shown: by its type, or by its first bytes where the type says little. */
export function bodyKind(contentType: string | null, bytes: Uint8Array): BodyKind {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (bytes.length === 0) return 'empty';
  if (mediaType.startsWith('image/')) return 'image';
  if (!looksLikeText(bytes)) return 'binary';
  if (/[/+]json$|\/x-ndjson$/.test(mediaType) || (!textTypes.test(mediaType) && startsLikeJson(bytes)))
    return 'json';
  return 'text';
}

/** The `charset` of a content type if the decoder knows it, else UTF-8. */
export function textDecoder(contentType: string | null): TextDecoder {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1];
  try {
    return new TextDecoder(charset ?? 'utf-8');
  } catch {
    return new TextDecoder();
  }
}

const sniffBytes = 1024;

/** No control characters but white space and escape among the first bytes (the rule of the WHATWG MIME Sniffing Standard). */
function looksLikeText(bytes: Uint8Array): boolean {
  const binary = (byte: number) =>
    byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f);
  return !bytes.subarray(0, sniffBytes).some(binary);
}

function startsLikeJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 0x20);
  return first === 0x7b || first === 0x5b;
}
