/** Size of the chunks that are handed over; only what is longer by itself gets a longer one. */
export const chunkBytes = 256 * 1024;

/** Gathers records into chunks. Little endian, the byte order of nearly all machines that read them. */
export interface ChunkWriter {
  /** Room for a record of so many bytes, all zero; what was gathered before may be handed over. */
  readonly room: (bytes: number) => {
    readonly view: DataView;
    readonly bytes: Uint8Array;
    readonly at: number;
  };
  readonly end: () => void;
}

/** `take` may keep what it gets. */
export function createChunkWriter(take: (chunk: Uint8Array) => void): ChunkWriter {
  let chunk = new Uint8Array(0);
  let view = new DataView(chunk.buffer);
  let used = 0;

  function room(bytes: number): { view: DataView; bytes: Uint8Array; at: number } {
    if (used + bytes > chunk.length) {
      end();
      chunk = new Uint8Array(Math.max(chunkBytes, bytes));
      view = new DataView(chunk.buffer);
    }
    const at = used;
    used += bytes;
    return { view, bytes: chunk, at };
  }

  function end(): void {
    if (used > 0) take(chunk.subarray(0, used));
    chunk = new Uint8Array(0);
    used = 0;
  }

  return { room, end };
}
