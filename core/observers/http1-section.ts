const LF = 10;
const CR = 13;
const CAPACITY_MIN = 1024;
const SLAB_BYTES_MAX = 8 * 1024;

/** More bytes are needed before the section is whole. */
export const NEEDS_MORE = -1;
/** The section did not end within its bound. */
export const TOO_LARGE = -2;

/** Finds and keeps one head or trailer section: lines up to an empty one, however the bytes are cut. */
export interface Section {
  readonly begin: (bytesMax: number) => void;
  /**
   * Takes bytes from `from` on. Returns the position just past the empty line, `NEEDS_MORE` (everything was
   * copied) or `TOO_LARGE`.
   */
  readonly read: (chunk: Uint8Array, from: number) => number;
  /** Bytes kept so far. */
  readonly length: () => number;
  /** After `read` has found the end: a copy of the whole section, given away; or a view of the chunk. */
  readonly take: () => Uint8Array;
}

type Line = 'start' | 'after-cr' | 'inside';

/** `isShared`: sections that lie within one chunk are views of it. */
export function createSection(isShared: boolean): Section {
  let bytesMax = 0;
  let kept: Uint8Array | null = null;
  let keptBytes = 0;
  let whole: Uint8Array | null = null;
  let line: Line = 'start';
  const copy = createCopier();

  function begin(max: number): void {
    bytesMax = max;
    kept = null;
    keptBytes = 0;
    whole = null;
    line = 'start';
  }

  function read(chunk: Uint8Array, from: number): number {
    const to = Math.min(chunk.length, from + bytesMax - keptBytes);
    const end = findEnd(chunk, from, to);
    if (end < 0) {
      if (keptBytes + to - from >= bytesMax) {
        kept = null;
        return TOO_LARGE;
      }
      keep(chunk, from, to);
      return NEEDS_MORE;
    }
    if (kept === null) {
      whole = isShared ? chunk.subarray(from, end) : copy(chunk, from, end);
    } else {
      keep(chunk, from, end);
      whole = kept.length === keptBytes ? kept : copy(kept, 0, keptBytes);
      kept = null;
    }
    keptBytes = whole.length;
    return end;
  }

  /** Looks at each byte once over all calls: only where in a line the last call stopped is remembered. */
  function findEnd(chunk: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to) {
      if (line === 'inside') {
        const lineEnd = chunk.indexOf(LF, at);
        if (lineEnd < 0 || lineEnd >= to) return -1;
        at = lineEnd + 1;
        line = 'start';
        continue;
      }
      const byte = chunk[at] as number;
      if (byte === LF) return at + 1;
      line = byte === CR && line === 'start' ? 'after-cr' : 'inside';
      at += 1;
    }
    return -1;
  }

  function keep(chunk: Uint8Array, from: number, to: number): void {
    const bytes = keptBytes + to - from;
    if (kept === null || kept.length < bytes) {
      const larger = new Uint8Array(Math.min(bytesMax, Math.max(CAPACITY_MIN, 2 * bytes)));
      if (kept !== null) larger.set(kept.subarray(0, keptBytes));
      kept = larger;
    }
    kept.set(chunk.subarray(from, to), keptBytes);
    keptBytes = bytes;
  }

  function take(): Uint8Array {
    const section = whole ?? new Uint8Array(0);
    whole = null;
    return section;
  }

  return { begin, read, length: () => keptBytes, take };
}

/**
 * Copies sections that are given away. Small ones of one stream share slabs, as an allocation costs more than the
 * copy (0.6 µs against 0.1); a receiver that keeps one section holds at most 8 KiB of its neighbours.
 */
function createCopier(): (bytes: Uint8Array, from: number, to: number) => Uint8Array {
  let slab: Uint8Array | null = null;
  let used = 0;

  return (bytes, from, to) => {
    const length = to - from;
    if (slab === null || used + length > slab.length) {
      const slabBytes = slab === null ? length : Math.min(SLAB_BYTES_MAX, 4 * slab.length);
      slab = new Uint8Array(Math.max(length, slabBytes));
      used = 0;
    }
    const result = slab.subarray(used, used + length);
    // Not `slice`: that of a Node Buffer is a view.
    result.set(bytes.subarray(from, to));
    used += length;
    return result;
  };
}
