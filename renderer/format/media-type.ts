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

/** The `charset` of a content type if the decoder knows it, else UTF-8. A byte order mark of UTF-16 counts for more. */
export function textDecoder(contentType: string | null, bytes?: Uint8Array): TextDecoder {
  if (bytes?.[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le');
  if (bytes?.[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be');
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1];
  try {
    return new TextDecoder(charset ?? 'utf-8');
  } catch {
    return new TextDecoder();
  }
}
