import fs from 'node:fs';
import { createFilePlace } from './file-place.ts';
import { rescue } from './rescue.ts';
import type { WritableFile } from './session-file.ts';

/** How often is looked whether the file is still where it was. */
const checkMs = 500;
/** After a copy failed, the next is tried so much later; where only room is missing, that is looked at each time. */
const againMs = 5000;

export interface PlaceKeeperOptions {
  readonly file: WritableFile;
  /** Where a copy goes when the folder of the file takes none; null: nowhere. */
  readonly rescueFolder: string | null;
  /** The file was deleted, and all that it held is in `next` now. It is left when this returns. */
  readonly onRescued: (next: WritableFile, notice: string) => void;
  /** A sentence while the file is not where it was, null when it is. */
  readonly onProblem: (problem: string | null) => void;
}

/** Watches over the place of a session file: a file that is deleted is saved again while it is still open. */
export interface PlaceKeeper {
  readonly file: () => WritableFile;
  /** Looks for the last time. */
  readonly stop: () => void;
}

export function createPlaceKeeper(options: PlaceKeeperOptions): PlaceKeeper {
  const { rescueFolder, onRescued, onProblem } = options;
  let { file } = options;
  let placeNow = createFilePlace(file.path);
  let problem: string | null = null;
  let notBeforeMs = 0;

  function report(next: string | null): void {
    if (next === problem) return;
    problem = next;
    onProblem(next);
  }

  function save(): void {
    if (performance.now() < notBeforeMs) return;
    const lost = file;
    if (problem === null) {
      report(`The session file ${lost.path} was deleted. What it holds is being saved again.`);
    }
    const rescued = rescue(lost.db, lost.path, rescueFolder);
    if (!rescued.ok) {
      if (rescued.error.code !== 'disk-full') notBeforeMs = performance.now() + againMs;
      report(
        `The session file ${lost.path} was deleted, and what it holds cannot be saved again yet. ${rescued.error.message} It is kept until the program ends, and saving is tried again every few seconds.`,
      );
      return;
    }
    file = rescued.value;
    placeNow = createFilePlace(file.path);
    notBeforeMs = 0;
    onRescued(
      file,
      `The session file ${lost.path} was deleted while it was open. All of it was saved again as ${file.path}, and recording goes on there.`,
    );
    lost.abandon();
    removeLog(lost.path);
    report(null);
  }

  function check(): void {
    const place = placeNow();
    switch (place.at) {
      case 'here':
        notBeforeMs = 0;
        report(null);
        return;
      case 'moved':
        report(
          `The session file ${file.path} was moved to ${place.path}. Recording goes on in it there; move it back, or start a new session.`,
        );
        return;
      case 'gone':
        save();
        return;
      default:
        place satisfies never;
    }
  }

  const timer = setInterval(check, checkMs);
  return {
    file: () => file,
    stop: () => {
      clearInterval(timer);
      notBeforeMs = 0;
      check();
    },
  };
}

/** The log of a file that is gone; not if there is another file of that name now, which may have its own. */
function removeLog(path: string): void {
  if (fs.existsSync(path)) return;
  for (const ending of ['-wal', '-shm']) {
    try {
      fs.rmSync(path + ending, { force: true });
    } catch {
      // The folder can no longer be changed. Without its file the log means nothing.
    }
  }
}
