import zlib from 'node:zlib';

/** What the next message may refer back to: the last bytes decoded before it (RFC 7692 section 7.2.2). */
export type Window = Uint8Array;

export const emptyWindow: Window = new Uint8Array(0);

export interface Inflated {
  /** The beginning of what it decodes to, at most `shownMax` bytes. */
  readonly bytes: Uint8Array;
  /** Decoding went no further because that was reached. */
  readonly stopped: boolean;
  /** Null after `stopped`, and where the data is damaged. */
  readonly window: Window | null;
  /** All that was decoded, in bytes. */
  readonly decodedBytes: number;
  readonly problem: 'damaged' | 'too-large' | null;
}

export const windowBytesMax = 32_768;
/** A message that decodes to more is not decoded to its end. */
export const decodedBytesMax = 1_073_741_824;
/** Compressed messages up to this size are decoded at once, without the pool of threads. */
const smallBytesMax = 65_536;
const smallDecodedBytesMax = 1_048_576;
/** Deflate streams that may end inside one message (section 7.2.3.4); nobody needs more than one. */
const endingsMax = 100;
/** The four bytes that the sender of a message took off its end (section 7.2.1). */
export const messageTail = Uint8Array.of(0, 0, 0xff, 0xff);

/**
 * Undoes permessage-deflate for one message (RFC 7692 section 7.2.2). `pieces` are its payload, unmasked, with
 * `messageTail` behind it if they are all of it. `shownMax` null decodes all of it for the window's sake and shows
 * nothing. Never throws for bad input. Memory is bounded by `shownMax` and the largest piece.
 */
export async function inflateMessage(
  pieces: Iterable<Uint8Array>,
  window: Window,
  shownMax: number | null,
): Promise<Inflated> {
  const held: Uint8Array[] = [];
  const input = pieces[Symbol.iterator]();
  let heldBytes = 0;
  while (heldBytes <= smallBytesMax) {
    const next = input.next();
    if (next.done === true) {
      const whole = Buffer.concat(held);
      return inflateSmall(whole, window, shownMax) ?? (await inflateStream([whole], window, shownMax));
    }
    held.push(next.value);
    heldBytes += next.value.length;
  }
  return inflateStream(chain(held, input), window, shownMax);
}

function* chain(held: readonly Uint8Array[], rest: Iterator<Uint8Array>): Generator<Uint8Array> {
  yield* held;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
}

/** Null: it is large, damaged, or holds the end of a deflate stream, and has to be looked at more closely. */
function inflateSmall(input: Uint8Array, window: Window, shownMax: number | null): Inflated | null {
  try {
    // The types know nothing of what `info` does.
    const { buffer, engine } = zlib.inflateRawSync(input, {
      ...optionsFor(window),
      info: true,
      maxOutputLength: Math.min(smallDecodedBytesMax, shownMax ?? smallDecodedBytesMax),
    }) as unknown as { readonly buffer: Buffer; readonly engine: zlib.InflateRaw };
    if (engine.bytesWritten < input.length) return null;
    return {
      bytes: shownMax === null ? emptyWindow : buffer,
      stopped: false,
      window: windowBehind(window, buffer),
      decodedBytes: buffer.length,
      problem: null,
    };
  } catch {
    return null;
  }
}

function optionsFor(window: Window): zlib.ZlibOptions {
  const flush = zlib.constants.Z_SYNC_FLUSH;
  return { flush, finishFlush: flush, ...(window.length > 0 && { dictionary: window }) };
}

async function inflateStream(
  pieces: Iterable<Uint8Array>,
  window: Window,
  shownMax: number | null,
): Promise<Inflated> {
  const output = createOutput(window, shownMax);
  let endings = 0;
  let stream = openStream(output);
  let problem: Inflated['problem'] = null;
  for (const piece of pieces) {
    let rest = piece;
    while (rest.length > 0 && problem === null && !output.isFull()) {
      const taken = await stream.write(rest);
      if (stream.failed()) problem = 'damaged';
      else if (output.decodedBytes() > decodedBytesMax) problem = 'too-large';
      else if (taken < rest.length && !output.isFull()) {
        endings += 1;
        if (endings > endingsMax) problem = 'damaged';
        stream.close();
        stream = openStream(output);
      }
      rest = rest.subarray(taken);
    }
    if (problem !== null || output.isFull()) break;
  }
  stream.close();
  return {
    bytes: output.bytes(),
    stopped: output.isFull(),
    window: problem === null && !output.isFull() ? output.window() : null,
    decodedBytes: output.decodedBytes(),
    problem: output.isFull() ? null : problem,
  };
}

interface Output {
  readonly take: (chunk: Uint8Array) => void;
  /** More came than is shown, or is decoded at all. */
  readonly isFull: () => boolean;
  readonly isOver: () => boolean;
  readonly decodedBytes: () => number;
  readonly bytes: () => Uint8Array;
  readonly window: () => Window;
}

function createOutput(before: Window, shownMax: number | null): Output {
  const shown: Uint8Array[] = [];
  let shownBytes = 0;
  let decodedBytes = 0;
  let window = before;
  const isFull = (): boolean => shownMax !== null && decodedBytes > shownMax;
  return {
    take: (chunk) => {
      const room = (shownMax ?? 0) - shownBytes;
      if (room > 0) shown.push(chunk.subarray(0, room));
      shownBytes += Math.max(0, Math.min(room, chunk.length));
      decodedBytes += chunk.length;
      window = windowBehind(window, chunk);
    },
    isFull,
    isOver: () => isFull() || decodedBytes > decodedBytesMax,
    decodedBytes: () => decodedBytes,
    bytes: () => Buffer.concat(shown),
    window: () => window,
  };
}

interface InflateStream {
  /** Resolves to how many bytes of the piece were used: fewer when a deflate stream ended in it, or decoding stopped. */
  readonly write: (piece: Uint8Array) => Promise<number>;
  readonly failed: () => boolean;
  readonly close: () => void;
}

function openStream(output: Output): InflateStream {
  const stream = zlib.createInflateRaw({ ...optionsFor(output.window()), chunkSize: 65_536 });
  let fed = 0;
  // Its state says the same, and says it before the event does.
  stream.on('error', () => {});
  stream.on('data', (chunk: Uint8Array) => {
    if (output.isOver()) return;
    output.take(chunk);
    if (output.isOver()) stream.destroy();
  });
  return {
    write: async (piece) => {
      await new Promise<void>((resolve) => {
        stream.once('close', resolve);
        stream.write(piece, () => {
          stream.off('close', resolve);
          resolve();
        });
      });
      // What was not handed over yet is, by `data`.
      while (stream.read() !== null);
      const taken = stream.bytesWritten - fed;
      fed = stream.bytesWritten;
      return taken;
    },
    failed: () => stream.errored !== null,
    close: () => stream.destroy(),
  };
}

function windowBehind(window: Window, decoded: Uint8Array): Window {
  if (decoded.length === 0) return window;
  if (decoded.length >= windowBytesMax) return decoded.slice(-windowBytesMax);
  const kept = window.subarray(Math.max(0, window.length + decoded.length - windowBytesMax));
  const joined = new Uint8Array(kept.length + decoded.length);
  joined.set(kept);
  joined.set(decoded, kept.length);
  return joined;
}
