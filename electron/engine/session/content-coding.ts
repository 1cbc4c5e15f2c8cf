import zlib from 'node:zlib';
import type { Transform } from 'node:stream';

export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** Where undoing a coding had to stop. */
export interface CodingDefect {
  /** Null: the session file is damaged and the coded bytes end there. */
  readonly coding: Coding | null;
  /** The input ended too early; otherwise it is not what the coding allows. */
  readonly truncated: boolean;
}

/** Bytes, or as the last piece why nothing follows. */
export type Piece = Uint8Array | CodingDefect;

export function isDefect(piece: Piece): piece is CodingDefect {
  return !(piece instanceof Uint8Array);
}

/** Codings of a Content-Encoding value beyond this number are refused as a whole. */
const codingsMax = 5;
const outputBytes = 65_536;
/** RFC 9659: a zstd content coding needs no larger window than 8 MiB. */
const zstdWindowLogMax = 23;

/**
 * Codings to undo, in the order of undoing (RFC 9110 section 8.4: the reverse of the field value), or the sentence
 * why that cannot be done.
 */
export function readCodings(fieldValue: string | null): { codings: Coding[] } | { problem: string } {
  const names = (fieldValue ?? '').split(',').map((name) => name.trim().toLowerCase());
  const applied = names.filter((name) => name !== '' && name !== 'identity');
  if (applied.length > codingsMax)
    return { problem: `More than ${codingsMax} content codings are not undone.` };
  const codings: Coding[] = [];
  for (const name of applied.reverse()) {
    const coding = toCoding(name);
    if (coding === null) {
      return {
        problem: `The content coding “${name.slice(0, 40)}” is not known, so the bytes are shown as they came.`,
      };
    }
    if (coding === 'zstd' && !('createZstdDecompress' in zlib)) {
      return { problem: 'This runtime cannot undo zstd, so the bytes are shown as they came.' };
    }
    codings.push(coding);
  }
  return { codings };
}

function toCoding(name: string): Coding | null {
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    case 'deflate':
    case 'br':
    case 'zstd':
      return name;
    default:
      return null;
  }
}

/**
 * Undoes one coding. Pulls input only as output is asked for, a piece at a time, and holds no more than one piece
 * of output and the coding's own window. Never throws for bad input: the last piece then is a `CodingDefect`.
 */
export async function* undoCoding(coding: Coding, input: AsyncIterator<Piece>): AsyncGenerator<Piece> {
  const first = await pullBytes(input, coding === 'deflate' ? 2 : 1);
  if (first.bytes.length === 0) {
    if (first.defect !== null) yield first.defect;
    return;
  }
  const stream = createStream(coding, first.bytes);
  const state: { failed: Error | null; upstream: CodingDefect | null } = {
    failed: null,
    upstream: first.defect,
  };
  stream.on('error', (error) => (state.failed ??= error));

  async function feed(): Promise<void> {
    await write(stream, first.bytes);
    while (state.upstream === null && !stream.destroyed) {
      const next = await input.next();
      if (next.done === true) break;
      if (isDefect(next.value)) state.upstream = next.value;
      else await write(stream, next.value);
    }
    stream.end();
  }
  feed().catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))));

  try {
    for (;;) {
      const chunk = stream.read() as Uint8Array | null;
      if (chunk !== null) yield chunk;
      else if (state.failed !== null || stream.readableEnded || stream.destroyed) break;
      else await nextEvent(stream);
    }
  } finally {
    stream.destroy();
    void input.return?.();
  }
  if (state.upstream !== null) yield state.upstream;
  else if (state.failed !== null) yield toDefect(coding, state.failed);
}

async function pullBytes(
  input: AsyncIterator<Piece>,
  enough: number,
): Promise<{ bytes: Uint8Array; defect: CodingDefect | null }> {
  let bytes: Uint8Array = new Uint8Array(0);
  while (bytes.length < enough) {
    const next = await input.next();
    if (next.done === true) break;
    if (isDefect(next.value)) return { bytes, defect: next.value };
    bytes = bytes.length === 0 ? next.value : Buffer.concat([bytes, next.value]);
  }
  return { bytes, defect: null };
}

/** `readableHighWaterMark: 1` makes zlib wait with the next output until the last was taken. */
function createStream(coding: Coding, first: Uint8Array): Transform {
  const options = { chunkSize: outputBytes, readableHighWaterMark: 1 };
  switch (coding) {
    case 'gzip':
      return zlib.createGunzip(options);
    case 'deflate':
      return looksLikeZlib(first) ? zlib.createInflate(options) : zlib.createInflateRaw(options);
    case 'br':
      return zlib.createBrotliDecompress(options);
    case 'zstd':
      return zlib.createZstdDecompress({
        ...options,
        params: { [zlib.constants.ZSTD_d_windowLogMax]: zstdWindowLogMax },
      });
    default:
      return coding satisfies never;
  }
}

/** RFC 1950 section 2.2; servers also send bare deflate data under this name. */
function looksLikeZlib([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 0x0f) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0;
}

/** Resolves when the piece is used up, or never will be. */
function write(stream: Transform, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', resolve);
    stream.write(bytes, () => {
      stream.off('close', resolve);
      resolve();
    });
  });
}

function nextEvent(stream: Transform): Promise<void> {
  return new Promise((resolve) => {
    const events = ['readable', 'end', 'error', 'close'];
    const heard = (): void => {
      for (const event of events) stream.off(event, heard);
      resolve();
    };
    for (const event of events) stream.on(event, heard);
  });
}

function toDefect(coding: Coding, error: Error): CodingDefect {
  const code = 'code' in error ? error.code : '';
  return { coding, truncated: code === 'Z_BUF_ERROR' || error.message.includes('unexpected end') };
}
