import { ZipWriter, configure } from '@zip.js/zip.js';
import type { Pieces } from '../../../core/encoding/byte-source.ts';
import type { WrittenEntry } from '../../../core/formats/format.ts';

/**
 * Packs files into a zip archive one after the other; `write` gets its bytes in order. With a password each is encrypted
 * with AES-256. Rejects with what `write` rejects with.
 */
export async function writeZip(
  entries: AsyncIterable<WrittenEntry>,
  password: string | null,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  configure({ useWebWorkers: false });
  const target = new WritableStream<Uint8Array>({ write });
  const zip = new ZipWriter(target, {
    keepOrder: true,
    ...(password === null ? {} : { password, encryptionStrength: 3 }),
  });
  for await (const entry of entries) {
    await zip.add(entry.name, streamOf(entry.pieces()));
  }
  await zip.close();
}

function streamOf(pieces: Pieces): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (controller) => {
      const step = await pieces.next();
      if (step.done === true) controller.close();
      else controller.enqueue(step.value);
    },
    cancel: async () => {
      await pieces.return(null);
    },
  });
}
