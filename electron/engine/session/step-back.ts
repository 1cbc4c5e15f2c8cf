import os from 'node:os';

/**
 * Lowers the priority of the calling thread: at 10 it gets a tenth of what others get of a processor they want as well,
 * at 5 a third. On Linux only: elsewhere it would be the priority of the whole process.
 */
export function stepBack(nice: number): void {
  if (process.platform !== 'linux') return;
  try {
    os.setPriority(0, nice);
  } catch {
    return;
  }
}
