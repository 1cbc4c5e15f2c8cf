const extensions: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'text/html': 'html',
  'text/css': 'css',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/javascript': 'js',
  'application/javascript': 'js',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/cbor': 'cbor',
  'application/msgpack': 'msgpack',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
};

const nameCharsMax = 100;

/** A name to save under: the last part of `path` without what file systems refuse, with the extension of the type. */
export function fileNameFor(path: string, contentType: string | null): string {
  const last = path.split(/[?#]/, 1)[0]?.split('/').filter(Boolean).at(-1) ?? '';
  const safe = last
    .replace(/[^\p{L}\p{N}._ -]+/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(-nameCharsMax);
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const extension = Object.hasOwn(extensions, mediaType) ? extensions[mediaType] : 'bin';
  const name = safe === '' ? 'body' : safe;
  return /\.[A-Za-z0-9]{1,8}$/.test(name) ? name : `${name}.${extension ?? 'bin'}`;
}

/** Text as the name of a file, without its extension: what file systems refuse becomes a dash. */
export function fileNamePart(text: string): string {
  const safe = text
    .replace(/[^\p{L}\p{N}._ -]+/gu, '-')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, nameCharsMax);
  return safe === '' ? 'file' : safe;
}
