import { fail, succeed, type Result } from '../model/result.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { isoTime } from './byte-reader.ts';
import { readDataUrl } from './data-url.ts';
import { percentDecode } from './urlencoded.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** One way to rewrite bytes. What needs a runtime (compression, digests) is added by whoever has one. */
export interface Transform {
  readonly id: string;
  readonly name: string;
  readonly group: 'Decode' | 'Encode' | 'Explain';
  /** The transform that undoes it. */
  readonly inverse: string | null;
  readonly apply: (input: TransformInput) => Result<string | Uint8Array>;
}

export interface TransformInput {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** ms since 1970. */
  readonly nowMs: number;
}

/** The transforms that need nothing of a runtime. */
export const transforms: readonly Transform[] = [
  decoding('url-decode', 'URL', 'url-encode', ({ text }) => {
    const { text: decoded, problem } = percentDecode(text, false);
    return problem === null ? succeed(decoded) : fail('not-escaped', problem);
  }),
  decoding('base64-decode', 'Base64, base64url', 'base64-encode', ({ text }) => {
    const bytes = decodeBase64(text.trim());
    return bytes === null
      ? fail('not-base64', 'This is not base64: a character or the length does not fit.')
      : succeed(bytes);
  }),
  decoding('hex-decode', 'Hexadecimal', 'hex-encode', ({ text }) => {
    const digits = text.replace(/0x|[\s,:{}-]/gi, '');
    if (digits === '' || digits.length % 2 === 1 || /[^0-9a-f]/i.test(digits))
      return fail('not-hex', 'This is not hexadecimal: pairs of the digits 0–9 and a–f are expected.');
    return succeed(
      Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
        parseInt(digits.slice(at * 2, at * 2 + 2), 16),
      ),
    );
  }),
  decoding('html-decode', 'HTML entities', 'html-encode', ({ text }) => succeed(decodeEntities(text))),
  decoding('json-decode', 'JSON string', 'json-encode', ({ text }) => {
    const trimmed = text.trim();
    try {
      const value: unknown = JSON.parse(trimmed.startsWith('"') ? trimmed : `"${trimmed}"`);
      return typeof value === 'string'
        ? succeed(value)
        : fail('not-a-string', 'This is JSON, but no string.');
    } catch {
      return fail(
        'not-a-string',
        'This is not the inside of a JSON string: an escape or a quote does not fit.',
      );
    }
  }),
  decoding('data-url-decode', 'data: URL', null, ({ text }) => {
    const read = readDataUrl(text);
    return read.ok ? succeed(read.value.bytes) : read;
  }),
  encoding('url-encode', 'URL', 'url-decode', ({ text }) =>
    succeed(encodeURIComponent(decodeUtf8(encodeUtf8(text)))),
  ),
  encoding('base64-encode', 'Base64', 'base64-decode', ({ bytes }) => succeed(encodeBase64(bytes))),
  encoding('base64url-encode', 'Base64url', 'base64-decode', ({ bytes }) =>
    succeed(encodeBase64(bytes, 'url')),
  ),
  encoding('hex-encode', 'Hexadecimal', 'hex-decode', ({ bytes }) =>
    succeed(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')),
  ),
  encoding('html-encode', 'HTML entities', 'html-decode', ({ text }) =>
    succeed(text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)),
  ),
  encoding('json-encode', 'JSON string', 'json-decode', ({ text }) => succeed(JSON.stringify(text))),
  {
    id: 'unix-time',
    name: 'Time',
    group: 'Explain',
    inverse: null,
    apply: ({ text, nowMs }) => explainTime(text, nowMs),
  },
];

function decoding(id: string, name: string, inverse: string | null, apply: Transform['apply']): Transform {
  return { id, name, group: 'Decode', inverse, apply };
}

function encoding(id: string, name: string, inverse: string, apply: Transform['apply']): Transform {
  return { id, name, group: 'Encode', inverse, apply };
}

const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', reg: '®', euro: '€' },
  ...{
    hellip: '…',
    mdash: '—',
    ndash: '–',
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    times: '×',
    middot: '·',
  },
};

/** Numeric references and the common named ones (WHATWG HTML section 13.5); others stay as they are. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return Object.hasOwn(entities, name) ? (entities[name] ?? whole) : whole;
    const point = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
    return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? whole : String.fromCodePoint(point);
  });
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970 by their size, or a date to all of them. */
function explainTime(text: string, nowMs: number): Result<string> {
  const trimmed = text.trim();
  const number = /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : null;
  const digits = Math.abs(number ?? 0);
  const [unit, scale]: readonly [string, number] =
    digits < 1e11
      ? ['seconds', 1000]
      : digits < 1e14
        ? ['milliseconds', 1]
        : digits < 1e17
          ? ['microseconds', 1e-3]
          : ['nanoseconds', 1e-6];
  const at = trimmed === '' ? nowMs : number === null ? Date.parse(trimmed) : number * scale;
  const iso = Number.isNaN(at) ? null : isoTime(at);
  if (iso === null) return fail('not-a-time', 'This is neither a date nor a number since 1970.');
  const read = trimmed === '' ? 'now' : number === null ? 'a date' : `${unit} since 1970`;
  return succeed(
    [
      `Read as        ${read}`,
      `UTC            ${iso}`,
      `Seconds        ${Math.floor(at / 1000)}`,
      `Milliseconds   ${Math.floor(at)}`,
      `From now       ${distance(at - nowMs)}`,
    ].join('\n'),
  );
}

function distance(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  const [value, unit]: readonly [number, string] =
    seconds < 120
      ? [seconds, 'seconds']
      : seconds < 7200
        ? [seconds / 60, 'minutes']
        : seconds < 172_800
          ? [seconds / 3600, 'hours']
          : [seconds / 86_400, 'days'];
  return `${value.toFixed(0)} ${unit} ${ms < 0 ? 'ago' : 'ahead'}`;
}

/** Bytes of a text, as every transform takes them. */
export function transformInput(text: string, nowMs: number): TransformInput {
  return { text, bytes: encodeUtf8(text), nowMs };
}
