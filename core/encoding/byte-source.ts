/** Bytes that can be read anywhere and again: a file, or a part of one. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** The bytes `from` (inclusive) to `to` (exclusive); fewer only where the source ends. */
  readonly read: (from: number, to: number) => Promise<Uint8Array>;
}

/** Bytes in pieces of any size; returns in one sentence why they end too early, null when all came. */
export type Pieces = AsyncGenerator<Uint8Array, string | null>;

/** What is read of a source at once. */
export const pieceBytesMax = 256 * 1024;

/** The bytes `from` to `to` of a source in pieces of at most 256 KiB. */
export async function* piecesOf(source: ByteSource, from: number, to: number): Pieces {
  for (let at = from; at < to;) {
    const bytes = await source.read(at, Math.min(to, at + pieceBytesMax));
    if (bytes.length === 0) return 'The file ends inside this body.';
    yield bytes;
    at += bytes.length;
  }
  return null;
}

/** Bytes that are in memory, as one piece. */
// eslint-disable-next-line @typescript-eslint/require-await
export async function* onePiece(bytes: Uint8Array): Pieces {
  if (bytes.length > 0) yield bytes;
  return null;
}

/** At most `bytesMax` bytes of the beginning, and whether that was all. */
export async function collectPieces(
  pieces: Pieces,
  bytesMax: number,
): Promise<{ bytes: Uint8Array; whole: boolean; problem: string | null }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  let problem: string | null = null;
  while (length <= bytesMax) {
    const step = await pieces.next();
    if (step.done === true) {
      whole = true;
      problem = step.value;
      break;
    }
    parts.push(step.value);
    length += step.value.length;
  }
  if (!whole) await pieces.return(null);
  return { bytes: joinBytes(parts).subarray(0, bytesMax), whole, problem };
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
