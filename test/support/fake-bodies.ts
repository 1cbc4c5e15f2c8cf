import type { ExchangeRecord } from '../../core/model/exchange-record.ts';

export interface FakeBody {
  readonly bytes: Uint8Array;
  readonly codings: readonly string[];
  readonly decodeError: string | null;
  readonly contentType: string | null;
}

/** A body that suits the exchange's media type, never long: what is missing to its size is zero bytes. */
export function fakeBody(record: ExchangeRecord, side: 'request' | 'response', decoded: boolean): FakeBody {
  const size = side === 'request' ? record.requestBytes : record.responseBytes;
  if (size === 0) return { bytes: new Uint8Array(), codings: [], decodeError: null, contentType: null };
  const contentType = side === 'response' ? record.contentType : requestType(record);
  const bytes = bytesFor(contentType, size);
  if (!decoded) return { bytes: gzipLike(bytes), codings: [], decodeError: null, contentType };
  const damaged = record.id % 50 === 7;
  return {
    bytes: damaged ? bytes.subarray(0, 900) : bytes,
    codings: contentType?.startsWith('image/') ? [] : ['gzip'],
    decodeError: damaged ? 'The gzip data is damaged at byte 412.' : null,
    contentType,
  };
}

function bytesFor(contentType: string | null, size: number): Uint8Array {
  const encode = (text: string) => new TextEncoder().encode(text);
  switch (contentType) {
    case 'application/json':
    case 'application/problem+json':
      return encode(JSON.stringify(products(Math.max(2, Math.round(size / 180)))));
    case 'text/html':
      return encode(
        '<!doctype html>\n<html>\n<head><title>Shop</title><script>document.body.remove()</script></head>\n' +
          '<body>\n  <h1>Lamps</h1>\n  <p>Warm light for long evenings.</p>\n'.repeat(60) +
          '</body>\n</html>\n',
      );
    case 'text/javascript':
    case 'text/css':
      return encode(
        'const lamps=[];export function add(lamp){lamps.push(lamp);return lamps.length}'.repeat(400),
      );
    case 'multipart/form-data; boundary=lamp':
      return encode(
        '--lamp\r\nContent-Disposition: form-data; name="theme"\r\n\r\ndark\r\n' +
          '--lamp\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n' +
          '{"deep":{"er":1}}\r\n--lamp--\r\n',
      );
    case 'image/svg+xml':
      return encode(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60" width="240" height="120">' +
          '<script>alert(1)</script><rect width="120" height="60" rx="8" fill="#2f6feb"/>' +
          '<path d="M60 10v30m-8-8 8 18 8-18z" stroke="#fff" fill="#fff"/></svg>',
      );
    case 'image/webp':
      return Uint8Array.from(atob('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=='), (letter) =>
        letter.charCodeAt(0),
      );
    default:
      return Uint8Array.from({ length: Math.min(size, 1_200_000) }, (_, at) => (at * 31 + (at >> 7)) & 0xff);
  }
}

function requestType({ method }: ExchangeRecord): string {
  return method === 'PUT' ? 'multipart/form-data; boundary=lamp' : 'application/json';
}

function products(count: number): object {
  return {
    total: 12345678901234,
    nextPage: '/products?page=4&sort=price',
    items: Array.from({ length: count }, (_, at) => ({
      id: 8812 + at,
      name: `Lamp № ${at + 1} “Évora”`,
      price: { amount: 49.9 + at, currency: 'EUR' },
      tags: at % 3 === 0 ? [] : ['indoor', 'dimmable'],
      stock: at % 5 === 0 ? null : at * 3,
      discontinued: at % 7 === 0,
    })),
  };
}

function gzipLike(bytes: Uint8Array): Uint8Array {
  const packed = Uint8Array.from(
    bytes.subarray(0, Math.ceil(bytes.length / 4)),
    (byte, at) => (byte * 73 + at * 11) & 0xff,
  );
  packed.set([0x1f, 0x8b, 0x08, 0x00].slice(0, packed.length));
  return packed;
}
