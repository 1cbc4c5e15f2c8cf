/** Where one arrived piece of a body rests. `atUs`: when it arrived, µs since the epoch. */
export interface StoredChunk {
  readonly slabId: number;
  readonly offset: number;
  readonly length: number;
  readonly atUs: number;
}

/** Stored form of a chunk: slab id, offset and length as u32, arrival as f64, little-endian. */
export const storedChunkBytes = 20;

export function packChunks(chunks: readonly StoredChunk[]): Buffer {
  const bytes = Buffer.allocUnsafe(chunks.length * storedChunkBytes);
  let at = 0;
  for (const { slabId, offset, length, atUs } of chunks) {
    bytes.writeUInt32LE(slabId, at);
    bytes.writeUInt32LE(offset, at + 4);
    bytes.writeUInt32LE(length, at + 8);
    bytes.writeDoubleLE(atUs, at + 12);
    at += storedChunkBytes;
  }
  return bytes;
}

/** An incomplete entry at the end is left out. */
export function unpackChunks(bytes: Uint8Array): StoredChunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: StoredChunk[] = [];
  for (let at = 0; at + storedChunkBytes <= bytes.length; at += storedChunkBytes) {
    chunks.push({
      slabId: view.getUint32(at, true),
      offset: view.getUint32(at + 4, true),
      length: view.getUint32(at + 8, true),
      atUs: view.getFloat64(at + 12, true),
    });
  }
  return chunks;
}
