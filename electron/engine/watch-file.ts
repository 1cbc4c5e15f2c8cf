import { unwatchFile, watch, watchFile, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

/** Several events of one change are told once. */
const settleMs = 60;
/** Where the system cannot watch (no watches left, some network file systems). */
const pollMs = 2000;

/**
 * Calls `onChange` some time after `name` in `folder` was written, replaced or removed; maybe also without a change.
 * The folder is watched, not the file, since editors put a new file in its place. Returns what ends it. It keeps no
 * process alive.
 */
export function watchFileOf(folder: string, name: string, onChange: () => void): () => void {
  const path = join(folder, name);
  let timer: NodeJS.Timeout | null = null;
  let watcher: FSWatcher | null = null;
  let ended = false;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      onChange();
    }, settleMs).unref();
  };
  const poll = (): void => {
    watcher?.close();
    watcher = null;
    if (!ended) watchFile(path, { persistent: false, interval: pollMs }, soon);
  };
  try {
    watcher = watch(folder, { persistent: false }, (_event, changed) => {
      if (changed === null || changed === name) soon();
    });
    watcher.on('error', poll);
  } catch {
    poll();
  }
  return () => {
    ended = true;
    if (timer !== null) clearTimeout(timer);
    watcher?.close();
    unwatchFile(path);
  };
}
