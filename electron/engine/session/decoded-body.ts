import { isDefect, undoCoding, type Coding, type CodingDefect, type Piece } from './content-coding.ts';
import type { RawBody } from './raw-body.ts';

/** A body with its content codings undone, read forwards: decoding goes no further than was asked for. */
export interface DecodedBody {
  /** Where the next byte stands. */
  readonly position: () => number;
  /** The next bytes, at most `limit`; fewer only at the end. */
  readonly take: (limit: number) => Promise<Uint8Array>;
  readonly skip: (count: number) => Promise<void>;
  /** Decoding has come to its end, or to a defect. */
  readonly ended: () => boolean;
  readonly defect: () => CodingDefect | null;
  /** Frees the decoders. */
  readonly close: () => void;
}

/**
 * Sizes of the pieces the decoders are fed. zlib gives nothing of the piece a defect lies in, so the pieces around
 * it are fed again in smaller sizes, and what comes before the defect is exact to a byte of input.
 */
const pieceSizes = [16_384, 128, 1] as const;

export function openDecodedBody(raw: RawBody, codings: readonly Coding[]): DecodedBody {
  let level = 0;
  let fine = { from: Infinity, to: Infinity };
  let pieceStart = 0;
  let lastPieceStart = 0;
  let fedTo = 0;
  let pieces = start();
  let produced = 0;
  let defect: CodingDefect | null = null;

  function start(): AsyncGenerator<Piece> {
    pieceStart = 0;
    fedTo = 0;
    return codings.reduce<AsyncGenerator<Piece>>((input, coding) => undoCoding(coding, input), rawPieces());
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async function* rawPieces(): AsyncGenerator<Piece> {
    for (;;) {
      const bytes = readOrNull(raw, fedTo, pieceSize());
      if (bytes === null) yield { coding: null, truncated: false };
      if (bytes === null || bytes.length === 0) return;
      lastPieceStart = pieceStart;
      pieceStart = fedTo;
      fedTo += bytes.length;
      yield bytes;
    }
  }

  function pieceSize(): number {
    if (fedTo < fine.from) return Math.min(pieceSizes[0], fine.from - fedTo);
    return fedTo < fine.to ? (pieceSizes[level] as number) : pieceSizes[0];
  }

  /** Decodes again from the beginning, carefully around the defect, up to where we were. */
  function restart(): void {
    level += 1;
    fine = { from: lastPieceStart, to: fedTo };
    void pieces.return(undefined);
    pieces = start();
  }

  async function next(): Promise<Uint8Array | null> {
    let toSkip = 0;
    for (;;) {
      const step = await pieces.next();
      if (step.done === true) return null;
      const { value } = step;
      if (!isDefect(value)) {
        const skipped = Math.min(value.length, toSkip);
        toSkip -= skipped;
        produced += value.length - skipped;
        if (skipped < value.length) return value.subarray(skipped);
      } else if (value.coding === null || value.truncated || level === pieceSizes.length - 1) {
        defect = value;
        return null;
      } else {
        restart();
        toSkip = produced;
      }
    }
  }

  return readForwards(
    next,
    () => defect,
    () => void pieces.return(undefined),
  );
}

/** A body out of its pieces, none of them empty: `next` gives null at the end, and is not asked again. */
export function readForwards(
  next: () => Promise<Uint8Array | null>,
  defect: () => CodingDefect | null,
  close: () => void,
): DecodedBody {
  let held: Uint8Array = new Uint8Array(0);
  let position = 0;
  let ended = false;

  /** Makes sure something is held, unless the end is reached. */
  async function pull(): Promise<boolean> {
    if (held.length > 0) return true;
    if (ended) return false;
    const bytes = await next();
    if (bytes === null) ended = true;
    else held = bytes;
    return bytes !== null;
  }

  function consume(count: number): Uint8Array {
    const bytes = held.subarray(0, count);
    held = held.subarray(count);
    position += bytes.length;
    return bytes;
  }

  return {
    position: () => position,
    take: async (limit) => {
      const bytes = new Uint8Array(limit);
      let filled = 0;
      while (filled < limit && (await pull())) {
        const part = consume(limit - filled);
        bytes.set(part, filled);
        filled += part.length;
      }
      if (filled === limit) await pull();
      return filled === limit ? bytes : bytes.slice(0, filled);
    },
    skip: async (count) => {
      const to = position + count;
      while (position < to && (await pull())) consume(to - position);
    },
    ended: () => ended && held.length === 0,
    defect,
    close,
  };
}

/** Null where the session file is damaged. */
function readOrNull(raw: RawBody, from: number, limit: number): Uint8Array | null {
  try {
    return raw.read(from, limit);
  } catch {
    return null;
  }
}
