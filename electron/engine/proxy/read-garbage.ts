import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A collection of the young generation takes 0.1 to 0.4 ms. */
const collectEveryBytes = 8 * 1024 * 1024;

let readBytes = 0;
let collect: (() => void) | null = null;

/**
 * Bytes were read. Node lets 128 MB of read buffers pile up before it collects those nobody needs any more, and its
 * young generation grows meanwhile; in a large download that is most of what the engine's memory grows by. So the
 * young generation is collected every 8 MiB. Electron's V8 does so early enough by itself.
 */
export function noteReadGarbage(bytes: number): void {
  readBytes += bytes;
  if (readBytes < collectEveryBytes) return;
  readBytes = 0;
  collect ??= createCollector();
  collect();
}

function createCollector(): () => void {
  if (process.versions['electron'] !== undefined) return () => undefined;
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  setFlagsFromString('--no-expose-gc');
  return () => {
    gc({ type: 'minor' });
  };
}
