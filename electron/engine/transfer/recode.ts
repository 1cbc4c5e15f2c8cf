import { Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { Pieces } from '../../../core/encoding/byte-source.ts';
import { readCodings, type Coding } from '../session/content-coding.ts';

/**
 * Puts content codings on again, so that a body whose wire form is not in the file fits its head; null where they are
 * unknown here. The bytes are not those that were on the wire, what they decode to is.
 */
export function recoded(pieces: Pieces, fieldValue: string | null): AsyncIterable<Uint8Array> | null {
  const read = readCodings(fieldValue);
  if ('problem' in read) return null;
  const undone = [...read.codings].reverse();
  return undone.reduce<AsyncIterable<Uint8Array>>(
    (input, coding) => Readable.from(input, { objectMode: true, highWaterMark: 1 }).pipe(encoder(coding)),
    pieces,
  );
}

/** The quickest: the bytes rest on this machine only. */
function encoder(coding: Coding): Transform {
  switch (coding) {
    case 'gzip':
      return zlib.createGzip({ level: 1 });
    case 'deflate':
      return zlib.createDeflate({ level: 1 });
    case 'br':
      return zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } });
    case 'zstd':
      return zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } });
    default:
      return coding satisfies never;
  }
}
